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
    kit_as_worker(&k);
    year(&k);
    replies(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
