#include "core/step/pagekit.h"
#include "steps/account/account_in.h"

static AccountFigures made(Kit *k, const AccountTable *t, const int *values, size_t n) {
    AccountFigures f = { .table = t, .rows = ARENA_ARRAY(k->c.arena, AccountRow, n + 1), .n = n };
    for (size_t i = 0; i < n; i++) {
        f.rows[i].key = str_fmt(k->c.arena, "k%zu", i);
        for (size_t c = 0; c < t->cols_n; c++) f.rows[i].cell[c] = (AccountCell){ .known = true, .value = values[i], .behind = values[i] };
    }
    f.total.key = S("=total");
    for (size_t c = 0; c < t->cols_n; c++)
        for (size_t i = 0; i < n; i++) {
            f.total.cell[c].known = true;
            f.total.cell[c].value += values[i];
            f.total.cell[c].behind += values[i];
        }
    return f;
}

/* The attack: everybody knows the shown cells, the total, and that a hidden cell is at least 1. Which values could each hidden cell
 * have? When only one is possible, hiding failed. */
static bool solved(const AccountFigures *f, size_t c) {
    double rest = f->total.cell[c].value;
    size_t hidden = 0;
    if (f->total.cell[c].hidden) return false;
    for (size_t i = 0; i < f->n; i++) {
        if (f->rows[i].cell[c].hidden) hidden++;
        else rest -= f->rows[i].cell[c].value;
    }
    return hidden == 1 || (hidden > 1 && rest <= (double)hidden);
}

static void attack(Kit *k) {
    uint64_t seed = 12345;
    size_t tried = 0, bare = 0, given_away = 0;
    const AccountTable *t = &account_tables[2]; /* one count with a total */
    for (int round = 0; round < 20000; round++) {
        int values[8];
        size_t n = 1 + (size_t)(seed >> 33) % 8;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            uint64_t r = seed >> 33;
            values[i] = r % 3 == 0 ? 0 : r % 3 == 1 ? (int)(r / 3 % 12) : (int)(r / 3 % 60);
        }
        AccountFigures f = made(k, t, values, n);
        Account acc = { .year = 2026, .tables = &f, .n = 1 };
        account_hide(&acc);
        tried++;
        for (size_t i = 0; i < n; i++) bare += values[i] > 0 && values[i] < ACCOUNT_SMALL && !f.rows[i].cell[0].hidden;
        given_away += solved(&f, 0);
    }
    check(tried == 20000 && bare == 0, "in 20,000 random tables no cell below ten is shown");
    check(given_away == 0, "and in none can a hidden cell be worked out from the total");
}

/* The same attack with every sum at once: all a reader of the public table knows is which cells are shown, that each column adds up to
 * its total and each row's parts to its whole. What can be solved exactly from that, was not hidden. */
enum { UNKNOWN_MAX = 60, SUMS_MAX = 40 };
typedef struct Sums { double m[SUMS_MAX][UNKNOWN_MAX + 1]; size_t n, unknown; const AccountCell *of[UNKNOWN_MAX]; } Sums;
static void into_sum(Sums *s, const AccountCell *cell, double sign) {
    if (!cell->hidden) {
        s->m[s->n][UNKNOWN_MAX] -= sign * cell->value;
        return;
    }
    size_t at = 0;
    while (at < s->unknown && s->of[at] != cell) at++;
    must(at < UNKNOWN_MAX);
    if (at == s->unknown) s->of[s->unknown++] = cell;
    s->m[s->n][at] += sign;
}
static void row_sum(Sums *s, const AccountTable *t, const AccountRow *row, size_t whole) {
    into_sum(s, &row->cell[whole], -1);
    for (size_t k = 0; k < t->cols_n; k++)
        if (t->cols[k].part_of == t->cols[whole].id) into_sum(s, &row->cell[k], 1);
    s->n++;
}
/* Gauss and Jordan; how many unknowns of a small count come out alone. */
static size_t solved_small(Sums *s) {
    size_t alone = 0, rank = 0;
    for (size_t col = 0; col < s->unknown && rank < s->n; col++) {
        size_t best = rank;
        for (size_t i = rank; i < s->n; i++)
            if (s->m[i][col] * s->m[i][col] > s->m[best][col] * s->m[best][col]) best = i;
        if (s->m[best][col] * s->m[best][col] < 1e-12) continue;
        for (size_t j = 0; j <= UNKNOWN_MAX; j++) {
            double x = s->m[best][j];
            s->m[best][j] = s->m[rank][j];
            s->m[rank][j] = x;
        }
        for (size_t i = 0; i < s->n; i++) {
            double by = i == rank ? 0 : s->m[i][col] / s->m[rank][col];
            for (size_t j = 0; by != 0 && j <= UNKNOWN_MAX; j++) s->m[i][j] -= by * s->m[rank][j];
        }
        rank++;
    }
    for (size_t i = 0; i < rank; i++) {
        size_t in = 0, which = 0;
        for (size_t j = 0; j < s->unknown; j++)
            if (s->m[i][j] * s->m[i][j] > 1e-12) {
                in++;
                which = j;
            }
        alone += in == 1 && s->of[which]->value > 0 && s->of[which]->value < ACCOUNT_SMALL;
    }
    return alone;
}

static void attack_parts(Kit *k) {
    const AccountTable *t = account_tables;
    while (strcmp(t->id, "terms") != 0) t++;
    uint64_t seed = 777;
    size_t given_away = 0, bare = 0, all_hidden = 0;
    for (int round = 0; round < 5000; round++) {
        int zero[8] = { 0 };
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t n = 1 + (size_t)(seed >> 33) % 8;
        AccountFigures f = made(k, t, zero, n);
        for (size_t i = 0; i <= n; i++) {
            AccountRow *row = i < n ? &f.rows[i] : &f.total;
            row->cell[0] = (AccountCell){ .known = true };
            for (size_t c = 1; c < t->cols_n; c++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                uint64_t r = seed >> 33;
                double v = r % 3 == 0 ? 0 : r % 3 == 1 ? (double)(r / 3 % 12) : (double)(r / 3 % 60);
                if (i < n) row->cell[c] = (AccountCell){ .known = true, .value = v, .behind = (int64_t)v };
                for (size_t j = 0; i == n && j < n; j++) row->cell[c].value += f.rows[j].cell[c].value;
                row->cell[c].behind = (int64_t)row->cell[c].value;
                row->cell[0].value += row->cell[c].value;
            }
            row->cell[0].behind = (int64_t)row->cell[0].value;
        }
        Account acc = { .year = 2026, .tables = &f, .n = 1 };
        account_hide(&acc);
        Sums s = { .n = 0 };
        for (size_t i = 0; i < n; i++) row_sum(&s, t, &f.rows[i], 0);
        row_sum(&s, t, &f.total, 0);
        bool any = false;
        for (size_t c = 0; c < t->cols_n; c++) {
            into_sum(&s, &f.total.cell[c], -1);
            for (size_t i = 0; i < n; i++) {
                into_sum(&s, &f.rows[i].cell[c], 1);
                bare += f.rows[i].cell[c].value > 0 && f.rows[i].cell[c].value < ACCOUNT_SMALL && !f.rows[i].cell[c].hidden;
                any = any || !f.rows[i].cell[c].hidden;
            }
            s.n++;
        }
        all_hidden += !any;
        given_away += solved_small(&s);
    }
    check(bare == 0 && given_away == 0, "in 5,000 tables of parts and wholes no small cell is shown or can be solved from all sums together (%zu bare, %zu solved)", bare, given_away);
    check(all_hidden < 1500, "and most tables still say something (%zu say nothing)", all_hidden);
}

/* A median that names the count behind it must not name a hidden one. */
static void medians(Kit *k) {
    const int values[] = { 12, 30, 4 };
    AccountFigures f = made(k, &account_tables[0], values, LEN(values));
    Account acc = { .year = 2026, .tables = &f, .n = 1 };
    account_hide(&acc);
    check(f.rows[2].cell[3].hidden && f.rows[0].cell[3].hidden && !f.rows[1].cell[3].hidden, "four decisions are hidden, and twelve at another body with them");
    check(f.rows[0].cell[8].hidden && f.rows[2].cell[8].hidden && !f.rows[1].cell[8].hidden, "so are the medians that rest on them: \"of 12\" would give both away");
    const int ones[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, twelve[] = { 12 };
    AccountFigures two[] = { made(k, &account_tables[0], ones, LEN(ones)), made(k, &account_tables[1], twelve, LEN(twelve)) };
    Account both = { .year = 2026, .tables = two, .n = 2 };
    account_hide(&both);
    check(two[0].total.cell[0].hidden && two[1].total.cell[0].hidden && two[1].rows[0].cell[0].hidden, "a total that one table hides is not told by the other table of the same requests");
}

static void promises(Kit *k) {
    const AccountTable *t = account_tables;
    AccountRow *rows = NULL;
    size_t n = 0;
    UnixMs from = 0, to = 0;
    static const char *const states[] = { "kept", "kept", "not_kept", "open", "open", "dropped" };
    while (strcmp(t->id, "promises") != 0) t++;
    account_bounds(&k->c, 2026, &from, &to);
    Id consult = ctx_new_id(&k->c), seat[2] = { ctx_new_id(&k->c), ctx_new_id(&k->c) };
    must(db_begin(k->c.db) == OK); /* rows of another room, only for this question: taken back below */
    must(db_run(k->c.db, "INSERT INTO consult(id, org, kind, on_ms, every_d, title, made_ms) VALUES($1,$2,'meeting',$3,0,$4,$3)", P(PID(consult), PID(k->org), PI(from + 5), PB(S("x")))) == OK);
    must(db_run(k->c.db, "INSERT INTO consult_seat(id, consult, org, kind, who, state, at_ms) VALUES($1,$2,$3,'body','ACM','present',$4)", P(PID(seat[0]), PID(consult), PID(k->org), PI(from + 5))) == OK);
    must(db_run(k->c.db, "INSERT INTO consult_seat(id, consult, org, kind, who, state, at_ms) VALUES($1,$2,$3,'guest','','present',$4)", P(PID(seat[1]), PID(consult), PID(k->org), PI(from + 5))) == OK);
    for (size_t i = 0; i < LEN(states) + 2; i++) {
        Id id = ctx_new_id(&k->c);
        bool last_year = i == LEN(states);
        must(db_run(k->c.db, "INSERT INTO commitment(id, consult, seat, org, due_ms, first_due_ms, state, text, made_ms, overdue_ms) VALUES($1,$2,$3,$4,$5,$5,$6,$7,$8,$9)",
            P(PID(id), PID(consult), PID(seat[i > LEN(states)]), PID(k->org), PI(from + 9), PT(str_c(i < LEN(states) ? states[i] : "open")), PB(S("x")), PI(last_year ? from - 1 : from + 6), PI(i == 3 ? from + 10 : 0))) == OK);
    }
    must(account_rows(&k->c, t, from, to, &rows, &n) == OK);
    check(n == 2 && str_eq(rows[0].key, S("ACM")) && str_eq(rows[1].key, S("guest")), "commitments are counted by who made them");
    const AccountCell *x = rows[0].cell;
    check(x[0].value == 6 && x[1].value == 2 && x[2].value == 1 && x[3].value == 1 && x[4].value == 2 && x[5].value == 1, "six promised: two kept, one not, one no longer asked, two open of which one past its day; another year's is not among them");
    AccountFigures f = { .table = t, .rows = rows, .n = n };
    Account acc = { .year = 2026, .tables = &f, .n = 1 };
    account_hide(&acc);
    check(!x[1].hidden && !x[2].hidden, "they are about bodies, not people: the public sees them whole");
    db_rollback(k->c.db);
}

/* Every column heads to the query behind it, and the query says what the column means. */
static void opens_query(Kit *k) {
    Asked p = kit_ask(k, &account_step, "/account/2026/whole", NULL);
    check(page_has(&p, "href=\"/account/2026/table/filings_by_body#decided\"") && page_has(&p, "href=\"/account/2026/table/promises\""), "each figure opens its query, an empty table too");
    check(page_has(&p, "/desk/export"), "and whoever may query finds the way to a list of what is behind it");
    p = kit_ask(k, &account_step, "/account/2026/table/filings_by_body", NULL);
    check(page_has(&p, "id=\"decided\"") && page_has(&p, "SELECT a.key, a.asked") && page_has(&p, "a decision, of whatever kind"), "and there the query stands with the meaning of the column");
    for (const AccountTable *t = account_tables; t->id != NULL; t++) {
        p = kit_ask(k, &account_step, str_z(k->c.arena, str_fmt(k->c.arena, "/account/2026/table/%s", t->id)), NULL);
        if (p.err != OK) check(false, "the query of %s has a page", t->id);
    }
}

static void year(Kit *k) {
    Account acc, again, kept;
    Id id = kit_case(k, "18+", "spread", NULL);
    must(journal_one(&k->c, incident_add(&k->c, id, &(IncidentRow){ .offence = S("NCII") })) == OK);
    UnixMs from = k->c.now;
    for (int i = 0; i < 24; i++) {
        RequestNew n = { .case_id = id, .subject = id, .kind = S("filing"), .rung = S("authority"), .holder = i < 12 ? S("ACM") : i < 22 ? S("AP") : S("CVDM"), .form = S("enforcereq"), .offence = S("NCII") };
        Act *make = request_make(&k->c, ID_NONE, &n);
        must(journal_one(&k->c, make) == OK);
        RequestRow r;
        must(request_by_id(&k->c, make->subject, &r) == OK);
        if (i >= 12) continue;
        k->c.now = from + (int64_t)(i + 1) * 86400000;
        must(journal_one(&k->c, request_event(&k->c, &r, REQ_RECEIVED, STR_NONE, STR_NONE, 0)) == OK);
        if (i < 11) must(journal_one(&k->c, request_event(&k->c, &r, REQ_DECIDED, i < 10 ? S("granted") : S("refused"), S("no_priority"), 0)) == OK);
        k->c.now = from;
    }
    check(account_count(&k->c, 2026, &acc) == OK, "the year is counted");
    const AccountFigures *f = account_table(&acc, "filings_by_body");
    check(f->n == 3 && f->total.cell[0].value == 24, "24 filings at three bodies");
    check(str_eq(f->rows[0].key, S("ACM")) && f->rows[0].cell[0].value == 12 && f->rows[0].cell[1].value == 12 && f->rows[0].cell[3].value == 11, "at one: twelve filed, twelve received, eleven decided");
    check(f->rows[0].cell[8].known && f->rows[0].cell[8].behind == 11 && f->rows[0].cell[8].value == 6, "half of the eleven decisions took longer than six days (%.2f of %lld)", f->rows[0].cell[8].value, (long long)f->rows[0].cell[8].behind);
    check(f->rows[1].cell[5].value == 10 && !f->rows[1].cell[8].known, "at another: ten silent, and its median is missing, not zero");
    Buf one = buf_new(1 << 20), two = buf_new(1 << 20);
    must(account_count(&k->c, 2026, &again) == OK);
    account_json(&acc, &one);
    account_json(&again, &two);
    check(one.n > 500 && str_eq(buf_str(&one), buf_str(&two)), "counted twice, the file is the same to the byte");
    account_hide(&acc);
    check(f->rows[2].cell[0].hidden && f->rows[1].cell[0].hidden && !f->rows[0].cell[0].hidden, "two filings at the third are hidden, and ten at the second with them, since the total would give them away");
    check(account_keep(&k->c, &acc) == OK && account_load(&k->c, 2026, &kept) == OK, "the public figures are kept");
    buf_clear(&one);
    buf_clear(&two);
    account_csv(&acc, &one);
    account_csv(&kept, &two);
    size_t at = 0;
    check(str_eq(buf_str(&one), buf_str(&two)), "and come back the same");
    check(str_find(buf_str(&one), S("filings_by_body,CVDM,asked,,,hidden"), &at) && str_find(buf_str(&one), S("missing"), &at), "hidden and missing are words in the file, not zeros");
    int64_t n = 0;
    check(db_int(k->c.db, "SELECT count(*) FROM account_figure WHERE hidden=1 AND value IS NOT NULL", P0, &n) == OK && n == 0, "what is hidden is not kept anywhere");
    check(account_count(&k->c, 2025, &again) == OK && account_table(&again, "filings_by_body")->n == 0, "a year without anything is empty, not an error");
    buf_free(&one);
    buf_free(&two);
}

static void replies(Kit *k) {
    kit_person(k, R_ANALYST, k->lead, k->org, NULL);
    Act *a = act_new(&k->c, &act_account_reply, ID_NONE, ID_NONE, ctx_new_id(&k->c));
    act_int(a, "year", 2026);
    act_code(a, "authority", S("ACM"));
    act_code(a, "element", S("means"));
    act_text(a, "text", S("Twee medewerkers."));
    check(journal_one(&k->c, a) == OK, "what a body told is recorded");
    ReplyRow *rows = NULL;
    size_t n = 0;
    Str text = STR_NONE;
    check(account_replies(&k->c, 2026, &rows, &n) == OK && n == 1 && journal_open(&k->c, rows[0].org, rows[0].org, STORE, rows[0].id, "text", rows[0].text_sealed, &text) == OK && str_eq(text, S("Twee medewerkers.")), "and can be read for the page");
    Act *b = act_new(&k->c, &act_account_reply, ID_NONE, ID_NONE, ctx_new_id(&k->c));
    act_int(b, "year", 2026);
    act_code(b, "authority", S("NOBODY"));
    act_code(b, "element", S("means"));
    act_text(b, "text", S("x"));
    check(journal_one(&k->c, b) == E_INPUT, "a body that does not exist cannot answer");
    Asked p = kit_ask(k, &account_step, "/account/2099/replies", FIELDS("authority", "ACM", "element", "means", "text", "x"));
    check(p.err == OK && p.errors == 1 && p.error != NULL && strstr(p.error, "year that has begun") != NULL, "an answer for a year that has not begun is refused in words, though the form has no such field");
    kit_as_inspector(k);
    Act *c = act_new(&k->c, &act_account_reply, ID_NONE, ID_NONE, ctx_new_id(&k->c));
    act_int(c, "year", 2026);
    act_code(c, "authority", S("ACM"));
    act_code(c, "element", S("means"));
    act_text(c, "text", S("x"));
    check(journal_one(&k->c, c) == E_DENIED, "an inspector does not write our account");
}

int main(void) {
    static Kit k;
    static const ActDef *all[100];
    size_t n = 0;
    Arena *a = arena_new(64 << 20);
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    all[n++] = &act_account_reply;
    kit_open(&k, all, kit_law(a));
    kit_as_worker(&k);
    attack(&k);
    attack_parts(&k);
    medians(&k);
    kit_as_worker(&k);
    year(&k);
    k.c.lang = LANG_EN;
    opens_query(&k);
    promises(&k);
    replies(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
