/* desk_photos_test.c - the desk: a photo of a case that can be recognised, as its pages take it, show it and let it be decided on. */
#include "core/desk/desk_kit.h"
#include "core/case/case_step.h"
#include "core/case/print.h"

#define HEX "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
#define NEAR "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2d"

static bool page_says(Kit *k, const char *path, const char *text) {
    Page p;
    bool says = ask(k, LANG_EN, GET, path, "", &p) == OK && has(&p, text);
    res_free(&p.res);
    return says;
}

static Err hand_in(Kit *k, const char *path, const char *body) {
    Page p;
    Err err = ask(k, LANG_EN, POST, path, body, &p);
    res_free(&p.res);
    return err;
}

static void giving(Kit *k, Id id) {
    Page p;
    char *path = case_path(k, id, "/photos");
    check(ask(k, LANG_EN, GET, path, "", &p) == OK && p.res.wasm && has(&p, "data-hash"), "the page of a case lets a photo be turned into characters, and may run what that takes");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) == OK && !p.res.wasm && has(&p, "No photo can be recognised."), "the case itself may not, and says that there is none yet");
    res_free(&p.res);
    PrintRow *rows = NULL;
    size_t n = 1;
    check(hand_in(k, path, "hash=" HEX "&quality=100&front=full&by=victim") == OK && print_of_case(&k->c, id, &rows, &n) == OK && n == 0, "without a purpose and an end nothing is taken");
    check(hand_in(k, path, "hash=" HEX "&quality=12&front=full&by=victim&uses=recognise&until=1y") == OK && print_of_case(&k->c, id, &rows, &n) == OK && n == 0, "nor when it shows too little");
    check(hand_in(k, path, "hash=" HEX "ab&quality=90&front=full&by=victim&uses=recognise&until=1y") == OK && print_of_case(&k->c, id, &rows, &n) == OK && n == 0, "nor other than 64 characters");
    check(hand_in(k, path, "hash=" HEX "&quality=90&front=full&by=victim&uses=recognise&until=1y") == OK && print_of_case(&k->c, id, &rows, &n) == OK && n == 1 && rows[0].quality == 90, "the characters of a photo come into the case");
    check(page_says(k, path, HEX) && page_says(k, case_path(k, id, ""), "One photo can be recognised."), "and stand on its pages");
}

static void deciding(Kit *k, Id id) {
    Id other = kit_case(k, "18+", "spread", NULL);
    PrintRow *rows = NULL;
    PrintMatch *m = NULL;
    size_t n = 0, mn = 0;
    UnixMs again = 0;
    check(hand_in(k, case_path(k, other, "/photos"), "hash=" NEAR "&quality=80&front=full&by=supporter&uses=recognise&until=6m") == OK && print_of_case(&k->c, other, &rows, &n) == OK && n == 1, "another case has one that lies near it");
    kit_as_system(k);
    must(print_match_run(&k->c, rows[0].id, k->c.now, &again) == OK);
    kit_as_worker(k);
    char *path = case_path(k, id, "/photos");
    must(print_match_of_case(&k->c, id, &m, &mn) == OK && mn == 1);
    check(page_says(k, case_path(k, id, ""), "One photo may be in another report too."), "the case says so");
    check(page_says(k, path, "4 of 256 differ") && page_says(k, path, "quality 80") && page_says(k, path, "It is the same photo"), "its page says how near, of what quality, from whom, and lets a person decide");
    char *elsewhere = case_path(k, other, "/photos/same"), *here = case_path(k, id, "/photos/same");
    char *body = str_z(k->c.arena, str_fmt(k->c.arena, "match=" STR_FMT "&same=yes", STR_ARG(id_hex(k->c.arena, m[0].id))));
    check(hand_in(k, elsewhere, body) == E_MISSING, "not through another case");
    check(hand_in(k, here, body) == OK && print_match_by_id(&k->c, m[0].id, &m[0]) == OK && str_eq(m[0].state, S("same")) && page_says(k, path, "the same photo"), "a person decides that it is the same");
    body = str_z(k->c.arena, str_fmt(k->c.arena, "print=" STR_FMT, STR_ARG(id_hex(k->c.arena, m[0].print))));
    check(hand_in(k, case_path(k, other, "/photos/end"), body) == E_MISSING && page_says(k, path, HEX), "a photo is not taken back through another case");
    check(hand_in(k, case_path(k, id, "/photos/end"), body) == OK && !page_says(k, path, HEX) && page_says(k, path, "destroyed"), "taken back at the desk, the characters are gone from the page");
}

static void under_eighteen(Kit *k) {
    Page p;
    Id young = kit_case(k, "unknown", "spread", NULL);
    PrintRow *rows = NULL;
    size_t n = 1;
    char *path = case_path(k, young, "/photos");
    check(ask(k, LANG_EN, GET, path, "", &p) == OK && !p.res.wasm && !has(&p, "data-hash") && has(&p, "hotline"), "where the age is not known no photo is asked for, and the page says what to do instead");
    res_free(&p.res);
    check(hand_in(k, path, "hash=" HEX "&quality=90&front=full&by=victim&uses=recognise&until=1y") == OK && print_of_case(&k->c, young, &rows, &n) == OK && n == 0, "what is sent all the same is refused");
    check(!page_says(k, case_path(k, young, ""), "Photos to recognise"), "the case does not offer it");
}

int main(void) {
    static Kit k;
    desk_open(&k);
    Id id = kit_case(&k, "18+", "spread", NULL);
    giving(&k, id);
    deciding(&k, id);
    under_eighteen(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
