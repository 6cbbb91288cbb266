/* print.c - a fingerprint of a picture as an act: given with its consent, ended by the person, by its date, or with its case. */
#include "core/case/print.h"
#include "core/case/case_in.h"
#include "core/case/case_step.h"
#include "core/case/known.h"
#include "core/vault/vault.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { YEARS_MAX = 5 };
static const int64_t DAY = 86400000;

const char print_film[] = "vpdq";
const char *const print_front_codes[] = { "full", "512", print_film, NULL };
const char *const print_use_codes[] = { "recognise", "share_hash", NULL };
const char *const print_until_codes[] = { "6m", "1y", "2y", NULL };
static const int64_t until_days[] = { 183, 365, 730 };

/* ---- hashes as text: one a line ---- */
static Err hashes_read(Str text, bool film, PrintHash *out) {
    PrintHash h = { .quality = out->quality };
    Str rest = str_trim(text), line = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0) continue;
        if (h.n == (film ? PRINT_FRAMES : PDQ_FORMS) || pdq_parse(line, &h.form[h.n]) != OK) return E_INPUT;
        h.n++;
    }
    if (h.n == 0 || (!film && h.n != 1 && h.n != PDQ_FORMS)) return E_INPUT;
    *out = h;
    return OK;
}

static bool front_read(Str text, PdqFront *out, bool *out_film) {
    *out_film = str_eq(text, str_c(print_film));
    *out = PDQ_FRONT_FULL;
    return *out_film || pdq_front_parse(text, out) == OK;
}
static Str front_text(const PrintNew *n) { return n->film ? str_c(print_film) : pdq_front_name(n->front); }

static Str hashes_text(Arena *a, const PrintHash *h, char between) {
    Buf b = buf_new(PRINT_CHARS + 1);
    for (int i = 0; i < h->n; i++) {
        char hex[PDQ_HEX + 1];
        pdq_hex(&h->form[i], hex);
        if (i > 0) buf_ch(&b, between);
        buf_z(&b, hex);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_wipe(&b);
    return s;
}

static bool uses_known(Str uses) {
    Str one = STR_NONE;
    if (uses.n == 0) return false;
    while (str_split(&uses, ',', &one)) {
        bool known = false;
        for (int i = 0; print_use_codes[i] != NULL; i++) known = known || str_eq(one, str_c(print_use_codes[i]));
        if (!known) return false;
    }
    return true;
}

/* ---- the acts ---- */
static const FieldDef given_fields[] = { { "front", F_CODE, CLEAR, true, 0 }, { "quality", F_INT, CLEAR, true, 100 }, { "forms", F_INT, CLEAR, true, PRINT_FRAMES }, { "uses", F_CODE, CLEAR, true, 0 },
    { "until", F_TIME, CLEAR, true, 0 }, { "said_by", F_CODE, CLEAR, true, 0 }, { "hash", F_TEXT, STORE, true, PRINT_CHARS }, END };

static Err check_given(Ctx *c, const Act *a) {
    CaseRow k;
    PdqFront front;
    bool film = false;
    PrintHash h = { 0 };
    int64_t n = 0, until = act_get_int(a, "until");
    TRY(case_by_id(c, a->case_id, &k));
    if (!str_eq(k.lane, S("adult"))) return ctx_refuse(c, E_CONFLICT, "hash", "Somebody under 18 is shown, or may be. Then we never take anything of the picture, not even these characters.");
    if (!front_read(act_get_code(a, "front"), &front, &film)) return ctx_refuse(c, E_INPUT, "front", "This choice is not known.");
    if (hashes_read(act_get_text(a, "hash"), film, &h) != OK || h.n != act_get_int(a, "forms")) return ctx_refuse(c, E_INPUT, "hash", "These are not the 64 characters of a photo.");
    if (act_get_int(a, "quality") < PDQ_QUALITY_MIN) return ctx_refuse(c, E_INPUT, "hash", "This photo shows too little to be recognised. Other photos would be taken for it.");
    if (!uses_known(act_get_code(a, "uses"))) return ctx_refuse(c, E_INPUT, "uses", "Tick what we may do with it. Without that we do not keep it.");
    if (until <= c->now || until > c->now + YEARS_MAX * 366 * DAY) return ctx_refuse(c, E_INPUT, "until", "Choose until when we may use it.");
    TRY(print_store_count(c, a->case_id, &n));
    return n < PRINTS_OF_CASE ? OK : ctx_refuse(c, E_LIMIT, "hash", "This report has as many photos as it can have.");
}
static bool for_use(Str uses, Str use) {
    Str one = STR_NONE;
    while (uses.n > 0 && str_split(&uses, ',', &one))
        if (str_eq(one, use)) return true;
    return false;
}
bool print_may(const PrintRow *p, Str use) { return p->ended == 0 && for_use(p->uses, use); }

static Err follow_given(Ctx *c, const Act *a) {
    TRY(journal_job(c, "print.match", a->subject, c->now));
    TRY(journal_job(c, "copy.of_print", a->subject, c->now)); /* core/bank: with its hashes, and with pictures seen */
    if (for_use(act_get_code(a, "uses"), S("share_hash"))) TRY(journal_job(c, "bank.offer", a->subject, c->now));
    return journal_job(c, "print.until", a->subject, act_get_int(a, "until"));
}
const ActDef act_print_given = { "fingerprint.given", 1, OBJ_NONE, "print.give", true, true, given_fields, check_given, apply_print_given, follow_given, N_("A photo can be recognised: 64 characters of it were given, quality {quality}") };

static const FieldDef ended_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
static Err check_ended(Ctx *c, const Act *a) {
    PrintRow p;
    Str why = act_get_code(a, "why");
    TRY(print_by_id(c, a->subject, &p));
    if (!id_eq(p.case_id, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    if (!str_eq(why, S("withdrawn")) && !str_eq(why, S("until"))) return ctx_refuse(c, E_INPUT, NULL, "This choice is not known.");
    return p.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was taken back already.");
}
Err print_follow_ended(Ctx *c, const Act *a) {
    TRY(journal_job(c, "bank.revoke", a->case_id, c->now)); /* what went to the bank of it */
    return journal_job(c, "print.shred", a->case_id, c->now);
}
const ActDef act_print_ended = { "fingerprint.ended", 1, OBJ_NONE, "print.end", true, false, ended_fields, check_ended, apply_print_ended, print_follow_ended, N_("The characters of a photo were destroyed: {why}") };

Err print_give(Ctx *c, Id act, Id org, Id case_id, const PrintNew *n, Act **out) {
    Id print = ctx_new_id(c);
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, "This could not be saved. Nothing was changed.");
    TRY(vault_store_scopes(c->vault, org, &print, 1, c->now));
    Act *a = act_new(c, &act_print_given, act, case_id, print);
    a->org = org;
    a->scope = print;
    act_code(a, "front", front_text(n));
    act_int(a, "quality", n->hash.quality);
    act_int(a, "forms", n->hash.n);
    act_code(a, "uses", n->uses);
    act_time(a, "until", n->until);
    act_code(a, "said_by", n->said_by);
    act_text(a, "hash", hashes_text(c->arena, &n->hash, '\n'));
    *out = a;
    return OK;
}

Act *print_end(Ctx *c, Id case_id, Id print, Str why) {
    Act *a = act_new(c, &act_print_ended, ID_NONE, case_id, print);
    act_code(a, "why", why);
    return a;
}

Err print_open(Ctx *c, PrintRow *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, n + 1);
    for (size_t i = 0; i < n; i++) items[i] = (OpenItem){ .org = rows[i].org, .scope = rows[i].id, .cls = STORE, .item = rows[i].id, .field = "hash", .sealed = rows[i].sealed };
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        rows[i].hash = (PrintHash){ .quality = (int)rows[i].quality };
        rows[i].err = rows[i].sealed.n == 0 ? E_MISSING : items[i].err;
        if (rows[i].err == OK) rows[i].err = hashes_read(items[i].plain, str_eq(rows[i].front, str_c(print_film)), &rows[i].hash);
    }
    return OK;
}

/* ---- due work ---- */
/* Whoever agreed until a day agreed no longer. */
Err print_until_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    PrintRow p;
    (void)due, (void)out_again;
    TRY(print_by_id(c, subject, &p));
    return p.ended != 0 ? OK : journal_one(c, print_end(c, p.case_id, p.id, S("until")));
}

/* Destroys the keys of everything in this case, and in those joined into it, that is no longer in force. */
Err print_shred_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    Id of[PRINT_JOINED_MAX], prints[PRINTS_OF_CASE];
    size_t n = 0, prints_n = 0;
    (void)due, (void)out_again;
    TRY(print_store_joined(c->db, subject, of, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(print_store_ended(c, of[i], prints, &prints_n));
        for (size_t k = 0; c->known != NULL && k < prints_n; k++) c->known->drop(c->known->to, prints[k]);
        if (prints_n > 0) TRY(vault_shred_scopes(c->vault, prints, prints_n));
    }
    return vault_shred_settle(c->vault);
}

/* ---- the form ---- */
bool print_take(Ctx *c, Form *f, PrintNew *out) {
    PrintNew n = { .said_by = S("victim") };
    const Value *uses = form_at(f, "uses"), *until = form_at(f, "until"), *quality = form_at(f, "quality");
    Buf b = buf_new(256);
    if (!front_read(form_text(f, "front"), &n.front, &n.film)) n.front = PDQ_FRONT_FULL;
    if (hashes_read(form_text(f, "hash"), n.film, &n.hash) != OK) form_fail(f, "hash", "These are not the 64 characters of a photo.");
    else if (!quality->given || quality->num < PDQ_QUALITY_MIN) form_fail(f, "hash", "This photo shows too little to be recognised. Other photos would be taken for it.");
    if (uses->error == NULL && uses->n == 0) form_fail(f, "uses", "Tick what we may do with it. Without that we do not keep it.");
    if (until->error == NULL && !until->given) form_fail(f, "until", "Choose until when we may use it.");
    for (size_t i = 0; i < uses->n; i++) buf_printf(&b, "%s" STR_FMT, i > 0 ? "," : "", STR_ARG(uses->all[i]));
    n.uses = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    if (f->errors > 0) return false;
    n.hash.quality = (int)quality->num;
    n.until = c->now + until_days[until->num] * DAY;
    *out = n;
    return true;
}

Str print_line(Arena *a, const PrintNew *n) {
    return str_fmt(a, STR_FMT ";%d;" STR_FMT ";" STR_FMT ";%lld", STR_ARG(hashes_text(a, &n->hash, ' ')), n->hash.quality, STR_ARG(front_text(n)), STR_ARG(n->uses), (long long)n->until);
}

Err print_of_line(Arena *a, Str line, PrintNew *out) {
    enum { PARTS = 5 };
    Str part[PARTS];
    int64_t quality = 0, until = 0;
    PrintNew n = { .said_by = S("victim") };
    for (int i = 0; i < PARTS; i++)
        if (!str_split(&line, ';', &part[i])) return E_INPUT;
    char *lines = str_z(a, part[0]);
    for (char *p = lines; *p != '\0'; p++)
        if (*p == ' ') *p = '\n';
    if (!front_read(part[2], &n.front, &n.film)) return E_INPUT;
    TRY(hashes_read(str_c(lines), n.film, &n.hash));
    TRY(str_i64(part[1], 0, 100, &quality));
    TRY(str_i64(part[4], 0, INT64_MAX, &until));
    n.hash.quality = (int)quality;
    n.uses = part[3];
    n.until = until;
    *out = n;
    return OK;
}
