/* The life of one exhibit: every act on it stands in a chain of its own, and one that is left out is missed. */
#include "steps/inquiry/testdossier.h"

typedef struct Heard { Str what[8]; size_t n; Arena *a; } Heard;
static void hear(void *ctx, Str problem) {
    Heard *h = ctx;
    if (h->n < LEN(h->what)) h->what[h->n++] = str_dup(h->a, problem);
}
static bool heard(const Heard *h, const char *what) {
    bool yes = false;
    for (size_t i = 0; i < h->n; i++) yes = yes || has(h->what[i], what);
    return yes;
}

static void life(Kit *k, Id case_id, Id capture) {
    CaptureRow row;
    Act *again = NULL;
    Event *e = NULL;
    size_t n = 0;
    kit_as_worker(k);
    must(capture_by_id(&k->c, capture, &row) == OK);
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("viewed"), STR_NONE, 0)) == OK, "looking is an act");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("annotated"), S("ABOUT-IT the clock on the page is an hour off"))) == OK, "a remark is an act");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("corrected"), S("the first remark was about another page"))) == OK, "a correction is an act; the remark stays");
    check(journal_one(&k->c, exhibit_note(&k->c, ID_NONE, &row, S("burned"), S("x"))) == E_INPUT, "what nobody does to an exhibit is refused");
    k->c.fail = (Fail){ 0 };
    check(exhibit_recheck(&k->c, ID_NONE, &row, &again) == OK && journal_one(&k->c, again) == OK && str_eq(act_get_code(again, "found"), S("same")), "checked again, it is the file that was written down");
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("handed_over"), S("police"), 0)) == OK && journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("received"), S("police"), 0)) == OK, "handed over, and received");
    (void)ask_dossier(k, case_id, &capture, 1);
    static const char *const kinds[] = { "capture.asked", "capture.made", "capture.handled", "capture.noted", "capture.noted", "capture.rechecked", "capture.handled", "capture.handled", "capture.handled" };
    must(journal_subject_events(&k->c, capture, 100, true, &e, &n) == OK);
    bool right = n == LEN(kinds), chained = true;
    for (size_t i = 0; i < n && right; i++) {
        Str before = STR_NONE;
        right = str_eq(e[i].kind, str_c(kinds[i]));
        if (i > 0) chained = chained && journal_commitment(&k->c, e[i - 1].seq, &before) == OK && str_eq(act_get_hash(e[i].act, "before"), before);
    }
    check(right, "asked, captured, looked at, remark, correction, checked, handed over, received, copied into a dossier: all in the exhibit's own list");
    check(right && chained, "and each names the commitment of the one before it about this exhibit");
    check(str_eq(act_get_code(e[n - 1].act, "what"), S("copied")) && str_eq(act_get_text(e[3].act, "text"), S("ABOUT-IT the clock on the page is an hour off")), "what was said can be read by the team");
}

/* Somebody with the database in hand takes one act out and closes the gap in the case's own chain: the exhibit's chain shows it. */
static void taken_out(Kit *k, Id capture) {
    Heard h = { .a = k->c.arena };
    FsckTo to = { .say = hear, .ctx = &h };
    FsckReport rep;
    Event *e = NULL;
    size_t n = 0;
    kit_as_system(k);
    must(journal_subject_events(&k->c, capture, 100, false, &e, &n) == OK && n > 4);
    must(db_run(k->c.db, "UPDATE act SET subject=$2 WHERE seq=$1", P(PI(e[3].seq), PID(k->org))) == OK);
    must(journal_fsck(&k->c, k->db_path, k->scratch, &to, &rep) == OK);
    char next[80];
    snprintf(next, sizeof next, "act %lld does not name the one before it about its exhibit", (long long)e[4].seq);
    check(rep.problems > 0 && heard(&h, next), "an act taken out of an exhibit's chain is missed by the one after it");
    must(db_run(k->c.db, "UPDATE act SET subject=$2 WHERE seq=$1", P(PI(e[3].seq), PID(capture))) == OK);
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    Id location = ID_NONE, case_id = open_with_case(&k, a, &location);
    Id capture = make_capture(&k, case_id, location);
    life(&k, case_id, capture);
    taken_out(&k, capture);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
