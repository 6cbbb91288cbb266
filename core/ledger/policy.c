/* policy.c - whom to believe about a tree, as a file of lines: c2sp.org/tlog-policy. */
#include "core/ledger/note_in.h"
#include "core/ledger/witness.h"

typedef struct Words { Str w[POLICY_NAMES_MAX + 4]; size_t n; } Words;

static bool blank(char c) { return c == ' ' || c == '\t'; }

static Err words_of(Str line, Words *out) {
    out->n = 0;
    for (size_t i = 0; i < line.n;) {
        size_t from = i;
        while (i < line.n && !blank(line.p[i])) i++;
        if (i > from) {
            if (out->n == LEN(out->w)) return E_LIMIT;
            out->w[out->n++] = str_sub(line, from, i - from);
        }
        while (i < line.n && blank(line.p[i])) i++;
    }
    return OK;
}

static size_t find(const LedgerPolicy *p, Str name) { /* index + 1 */
    for (size_t i = 0; i < p->names_n; i++)
        if (str_eq(p->names[i].name, name)) return i + 1;
    return 0;
}

static Err add_log(Arena *a, LedgerPolicy *p, const Words *w) {
    NoteKey k = { 0 };
    if (w->n < 2 || w->n > 3) return E_INPUT;
    TRY(note_key_parse(a, w->w[1], &k));
    for (size_t i = 0; i < p->logs_n; i++)
        if (memcmp(p->logs[i].pub, k.pub, 32) == 0) return E_INPUT;
    if (p->logs_n == POLICY_LOGS_MAX) return E_LIMIT;
    p->log_url[p->logs_n] = w->n == 3 ? str_dup(a, w->w[2]) : STR_NONE;
    p->logs[p->logs_n++] = k;
    return OK;
}

static Err name_new(const LedgerPolicy *p, Str name) {
    if (str_eq(name, S("none")) || find(p, name) != 0) return E_INPUT;
    return p->names_n == POLICY_NAMES_MAX ? E_LIMIT : OK;
}

static Err add_witness(Arena *a, LedgerPolicy *p, const Words *w) {
    NoteKey k = { 0 };
    if (w->n < 3 || w->n > 4) return E_INPUT;
    TRY(name_new(p, w->w[1]));
    TRY(cosign_key_parse(a, w->w[2], &k));
    for (size_t i = 0; i < p->names_n; i++)
        if (!p->names[i].group && memcmp(p->names[i].key.pub, k.pub, 32) == 0) return E_INPUT;
    p->names[p->names_n++] = (PolicyName){ .name = str_dup(a, w->w[1]), .url = w->n == 4 ? str_dup(a, w->w[3]) : STR_NONE, .key = k };
    return OK;
}

static Err add_group(Arena *a, LedgerPolicy *p, const Words *w) {
    int64_t need = 0;
    if (w->n < 4) return E_INPUT;
    size_t members = w->n - 3;
    TRY(name_new(p, w->w[1]));
    if (str_eq(w->w[2], S("all"))) need = (int64_t)members;
    else if (str_eq(w->w[2], S("any"))) need = 1;
    else TRY(note_number(w->w[2], &need));
    if (need < 1 || need > (int64_t)members) return E_INPUT;
    for (size_t i = 0; i < members; i++) {
        size_t at = find(p, w->w[3 + i]);
        if (at == 0 || p->names[at - 1].in != 0) return E_INPUT; /* unknown, or a member already: it would count twice */
        p->names[at - 1].in = p->names_n + 1;
    }
    p->names[p->names_n++] = (PolicyName){ .name = str_dup(a, w->w[1]), .group = true, .need = (size_t)need, .members_n = members };
    return OK;
}

static Err add_quorum(LedgerPolicy *p, const Words *w, bool *once) {
    if (w->n != 2 || *once) return E_INPUT;
    *once = true;
    if (str_eq(w->w[1], S("none"))) return OK;
    p->quorum = find(p, w->w[1]);
    return p->quorum != 0 ? OK : E_INPUT;
}

static bool allowed(Str text) {
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = (uint8_t)text.p[i];
        if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f) return false;
    }
    return text.n == 0 || text.p[text.n - 1] == '\n';
}

Err policy_parse(Arena *a, Str text, LedgerPolicy *out, size_t *out_line) {
    LedgerPolicy *p = ARENA_NEW(a, LedgerPolicy);
    Words *w = ARENA_NEW(a, Words);
    Str rest = text, line = STR_NONE;
    bool quorum = false;
    *out_line = 0;
    if (text.n > POLICY_BYTES_MAX) return E_LIMIT;
    if (!allowed(text)) return E_INPUT;
    while (rest.n > 0 && str_split(&rest, '\n', &line)) {
        ++*out_line;
        TRY(words_of(line, w));
        if (w->n == 0 || w->w[0].p[0] == '#') continue;
        if (str_eq(w->w[0], S("log"))) TRY(add_log(a, p, w));
        else if (str_eq(w->w[0], S("witness"))) TRY(add_witness(a, p, w));
        else if (str_eq(w->w[0], S("group"))) TRY(add_group(a, p, w));
        else if (str_eq(w->w[0], S("quorum"))) TRY(add_quorum(p, w, &quorum));
        else return E_INPUT;
    }
    ++*out_line;
    if (!quorum) return E_INPUT;
    *out = *p;
    return OK;
}

/* Groups refer to what stands before them only: one pass in the order of the file. */
static void count(const LedgerPolicy *p, PolicySeen *seen) {
    size_t have[POLICY_NAMES_MAX] = { 0 };
    for (size_t i = 0; i < p->names_n; i++) {
        const PolicyName *x = &p->names[i];
        if (x->group) seen->by[i] = have[i] >= x->need;
        if (seen->by[i] && x->in != 0) have[x->in - 1]++;
    }
    seen->quorum = p->quorum == 0 || seen->by[p->quorum - 1];
}

Err policy_check(Arena *a, const LedgerPolicy *p, Str note, Checkpoint *out, PolicySeen *seen, const char **out_why) {
    Note *n = ARENA_NEW(a, Note);
    *seen = (PolicySeen){ .log_signed = p->logs_n == 0 };
    *out_why = "the checkpoint cannot be read";
    if (note_parse(a, note, n) != OK || checkpoint_parse(a, n->text, out) != OK) return E_INPUT;
    *out_why = "a signature of a log or witness that the policy names does not fit";
    for (size_t i = 0; i < p->logs_n; i++) {
        if (!str_eq(p->logs[i].name, out->origin)) continue;
        Err e = note_verify(n, &p->logs[i]);
        if (e == E_INPUT) return E_INPUT;
        seen->log_signed = seen->log_signed || e == OK;
    }
    for (size_t i = 0; i < p->names_n; i++) {
        if (p->names[i].group) continue;
        Err e = cosign_verify(a, n, &p->names[i].key, &seen->time_s[i]);
        if (e == E_INPUT) return E_INPUT;
        seen->by[i] = e == OK;
        seen->cosigned += e == OK;
    }
    count(p, seen);
    *out_why = seen->log_signed ? "too few of the policy's witnesses signed it" : "no log that the policy names signed it";
    if (!seen->log_signed || !seen->quorum) return E_MISSING;
    *out_why = NULL;
    return OK;
}
