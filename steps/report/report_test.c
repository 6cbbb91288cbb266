/* Somebody reports, screen after screen, and comes back: through the room's own handlers, with the draft and the kept form going
 * round as the web process lets them. */
#include "steps/report/report_in.h"
#include "core/access/session.h"
#include "core/case/testkit.h"
#include "foundation/base/enc.h"

typedef struct Visitor { Kit *k; Str draft, kept, body, location; int64_t errors; Lang lang; VaultSession keys; Person person; bool signed_in; } Visitor;

static Id fresh_id(void *arg) { return ctx_new_id(&((Kit *)arg)->c); }
static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

static const Route *find(Visitor *v, Method m, const char *path, Request *req) {
    const Route *lists[] = { report_step.routes };
    size_t counts[] = { report_step.routes_n };
    RouteTable t = { lists, counts, 1 };
    Method other = METHOD_INVALID;
    size_t q = 0;
    Str p = str_c(path);
    *req = (Request){ .a = v->k->c.arena, .method = m, .draft = v->draft };
    if (str_chr(p, '?', &q)) {
        must(http_pairs(req->a, str_sub(p, q + 1, p.n), &req->query, &req->query_n) == OK);
        p = str_sub(p, 0, q);
    }
    req->path = p;
    must(route_find(&t, req, &other) == OK);
    return req->route;
}

static void become(Visitor *v) {
    v->k->c.person = v->signed_in ? v->person : (Person){ .roles = R_PUBLIC, .org = v->k->org };
    v->k->c.session = v->signed_in ? &v->keys : NULL;
    v->k->c.fail = (Fail){ 0 };
    v->k->c.lang = v->lang;
}

static void after(Visitor *v, const Request *req, Response *res) {
    Kit *k = v->k;
    Session s;
    v->body = str_dup(k->c.arena, buf_str(&res->body));
    v->location = res->location;
    if (req->form != NULL) v->errors = (int64_t)req->form->errors;
    v->kept = STR_NONE;
    if (res->keep_form || res->said != NULL) {
        Buf b = buf_new(4 << 20);
        kept_write(res->keep_form ? req->form : NULL, str_sub(res->location, 0, res->location.n), res->said, &b);
        v->kept = str_dup(k->c.arena, buf_str(&b));
        buf_free(&b);
    }
    if (res->draft_set) v->draft = res->draft;
    if (res->draft_drop) v->draft = STR_NONE;
    if (res->session_end) v->signed_in = false;
    if (res->session_token.n > 0 && session_find(&k->c, SESSION_VICTIM, res->session_token, &s) == OK) {
        v->person = s.person;
        v->signed_in = true;
        memcpy(v->keys.handle, s.handle.p, sizeof v->keys.handle);
        v->keys.worker = false;
    }
}

static Err turn(Visitor *v, Method m, const char *path, Str posted) {
    Request req;
    Response res;
    Kept kept = { 0 };
    UiCtx ui = ui_plain(v->k->c.arena, v->lang, v->k->c.now);
    ui.new_id = fresh_id;
    ui.new_id_arg = v->k;
    ui.csrf = S("t");
    const Route *r = find(v, m, path, &req);
    req.ui = &ui;
    ui.path = req.path;
    become(v);
    if (m == GET && v->kept.n > 0 && kept_read(req.a, v->kept, &kept) == OK && str_eq(kept.path, req.path)) req.kept = &kept;
    if (m == POST) {
        Id act = ctx_new_id(&v->k->c);
        must(http_pairs(req.a, str_fmt(req.a, "act=" STR_FMT "&" STR_FMT, STR_ARG(id_hex(req.a, act)), STR_ARG(posted)), &req.posted, &req.posted_n) == OK);
        req.form = ARENA_NEW(req.a, Form);
        form_read(&req, r->form, r->form_n, req.form);
    }
    if (r->level == LEVEL_VICTIM && !v->signed_in) return E_DENIED;
    res_init(&res, req.a, 32 << 20);
    Err err = r->handler(&v->k->c, &req, &res);
    if (err == OK) after(v, &req, &res);
    res_free(&res);
    return err;
}

static bool get(Visitor *v, const char *path) { return turn(v, GET, path, STR_NONE) == OK; }
static bool post(Visitor *v, const char *path, const char *posted) { return turn(v, POST, path, str_c(posted)) == OK; }
/* One answer, and the screen that follows. */
static bool answer(Visitor *v, const char *posted) { return post(v, "/report", posted) && get(v, "/report"); }
static bool sends(Visitor *v) { return post(v, "/report/send", "screen=check&go=next") && get(v, "/report"); }
static bool shows(Visitor *v, const char *text) {
    size_t at = 0;
    return str_find(v->body, str_c(text), &at);
}
static Draft draft(Visitor *v) { return draft_read(v->k->c.arena, v->draft); }

static void adult(Visitor *v, Str *out_code, Id *out_case) {
    CaseRow row;
    *v = (Visitor){ .k = v->k, .lang = LANG_EN };
    check(get(v, "/report") && shows(v, "Are you safe now?") && shows(v, "Step 1 of 9"), "the first of nine screens asks whether one is safe");
    check(answer(v, "screen=safe&go=next&safety=unsure") && shows(v, "tel:0800-0113") == false && shows(v, "0800-0113") && shows(v, "not verified"), "who is not sure sees help from the directory; a row nobody has checked says so");
    check(answer(v, "screen=who&go=next&for_whom=self&age=18%2B") && shows(v, "What is going on?"), "an adult goes on to what is going on");
    check(answer(v, "screen=what&go=next&what=spread&what=threat") && shows(v, "Where is it?"), "several things may be going on");
    check(answer(v, "screen=where&go=next&links=https%3A%2F%2FSite.test%2Fa%3Futm_source%3Dx%0Ano+link") && shows(v, "Not every line is a link") && shows(v, "no link") && shows(v, "Site.test/a"), "a line that is no link is named, and nothing is lost");
    check(answer(v, "screen=where&go=anyway&links=https%3A%2F%2FSite.test%2Fa%3Futm_source%3Dx%0Ano+link") && shows(v, "What would you like?"), "it can be kept as words");
    check(str_eq(draft(v).links, S("https://site.test/a")) && str_eq(draft(v).words, S("no link")), "the link in its one spelling, the words as they are");
    check(answer(v, "screen=want&go=back&wishes=remove") && shows(v, "Where is it?"), "one can go back");
    check(str_eq(draft(v).wishes, S("remove")), "and what was ticked stays");
    check(answer(v, "screen=where&go=anyway&links=https%3A%2F%2Fsite.test%2Fa%0Ano+link") && answer(v, "screen=want&go=next&wishes=remove&wishes=care") && shows(v, "May we reach you?"), "and on again");
    check(answer(v, "screen=reach&go=next&contact=safe") && shows(v, "Fill in how we can reach you") && v->errors == 1, "who wants to be reached says how");
    check(answer(v, "screen=reach&go=next&contact=safe&way=CANARY-PHONE&hours=10-12&cover=dentist") && shows(v, "In your own words"), "and when, and under what name");
    check(answer(v, "screen=words&go=next&story=CANARY-STORY+%3Cscript%3E") && shows(v, "What may we do?"), "own words");
    check(!shows(v, "checked"), "nothing is allowed beforehand");
    check(answer(v, "screen=allow&go=next&allow=notices") && shows(v, "Is this right?"), "the check");
    check(!shows(v, "CANARY") && shows(v, "One link was given") && shows(v, "And one line in words"), "it shows the answers, not what was written");
    check(answer(v, "screen=check&go=to-want") && shows(v, "What would you like?") && shows(v, "checked") && answer(v, "screen=want&go=next&wishes=remove") && shows(v, "Is this right?"), "an answer is changed, and then one is back at the check");
    check(answer(v, "screen=check&go=next") && !draft(v).sent && shows(v, "Is this right?"), "only its own address sends it");
    check(sends(v) && shows(v, "Your report has been sent"), "it is sent");
    Draft d = draft(v);
    check(d.sent && d.code.n == CODE_CHARS && d.story.n == 0 && d.way.n == 0 && d.links.n == 0 && d.words.n == 0, "afterwards the draft holds the code and nothing that was typed");
    *out_code = d.code;
    check(get(v, "/report/number.txt") && str_eq(v->body, str_fmt(v->k->c.arena, STR_FMT "\n", STR_ARG(code_show(v->k->c.arena, d.code)))), "the code can be saved as a file that says nothing else");
    check(answer(v, "screen=code&go=next&last=AAAA") && shows(v, "not the end of your code"), "the last group is checked");
    check(post(v, "/report", str_z(v->k->c.arena, str_fmt(v->k->c.arena, "screen=code&go=next&last=%.4s", d.code.p + 12))) && get(v, "/report") && shows(v, "This is what happens next"), "and typed back well");
    check(shows(v, "our own norm") && shows(v, "We do not yet have enough figures"), "with dates that say whose they are, and no promise");
    kit_as_worker(v->k);
    check(case_by_locator(&v->k->c, str_sub(d.code, 0, CODE_LOCATOR), &row) == OK && str_eq(row.what, S("spread,threat")) && str_eq(row.wishes, S("remove")) && str_eq(row.contact_mode, S("safe"))
        && str_eq(row.safety, S("unsure")) && str_eq(row.source, S("victim")) && str_eq(row.lang, S("en")) && row.locations == 1, "the facts of the case are the answers");
    *out_case = row.id;
}

static void skipped(Visitor *v) {
    static const char *const screens[] = { "safe", "who", "young", "what", "where", "want", "reach", "allow" };
    CaseRow row;
    bool fine = true;
    *v = (Visitor){ .k = v->k, .lang = LANG_NL };
    for (size_t i = 0; i < LEN(screens); i++) fine = fine && answer(v, str_z(v->k->c.arena, str_fmt(v->k->c.arena, "screen=%s&go=skip", screens[i])));
    check(fine && shows(v, "Klopt dit?"), "every screen can be skipped");
    check(sends(v) && draft(v).sent, "and an empty report is a report");
    kit_as_worker(v->k);
    check(case_by_locator(&v->k->c, str_sub(draft(v).code, 0, CODE_LOCATOR), &row) == OK && str_eq(row.lane, S("unknown")) && row.locations == 0 && str_eq(row.contact_mode, S("code")), "in the lane of those whose age is not known");
    ConsentRow *rows = NULL;
    size_t n = 1;
    check(consent_list(&v->k->c, row.id, &rows, &n) == OK && n == 0, "and nothing was allowed");
}

/* A hand-made request sends all that the pages never ask. */
static void minor(Visitor *v, const char *age) {
    CaseRow row;
    NoteRow *notes = NULL;
    ConsentRow *rows = NULL;
    LocationRow *loc = NULL;
    size_t n = 0;
    Arena *a = v->k->c.arena;
    *v = (Visitor){ .k = v->k, .lang = LANG_NL };
    check(answer(v, "screen=safe&go=skip") && answer(v, str_z(a, str_fmt(a, "screen=who&go=next&for_whom=self&age=%s", age))) && shows(v, "Goed dat je er bent") && shows(v, "0800-0432"), "age %s: a word first, with the helpline for children", age);
    check(answer(v, "screen=young&go=next") && answer(v, "screen=what&go=next&what=money"), "what is going on");
    check(answer(v, "screen=where&go=next&links=data%3Aimage%2Fpng%3Bbase64%2CiVBORCANARY%0Ahttps%3A%2F%2Fsite.test%2Fm%0Awoorden+CANARY") && !shows(v, "iVBORCANARY") && shows(v, "niet bewaard"), "a picture pasted as text is not kept, and said so");
    check(answer(v, "screen=where&go=anyway&links=https%3A%2F%2Fsite.test%2Fm%0Awoorden+CANARY"), "words are left aside");
    check(answer(v, "screen=want&go=skip") && answer(v, "screen=reach&go=next&contact=safe&way=CANARY-WAY"), "contact details in a hand-made form");
    check(answer(v, "screen=words&go=next&story=CANARY-STORY") && answer(v, "screen=allow&go=next&allow=captures&allow=notices"), "own words and recording as well");
    check(sends(v) && draft(v).sent, "and the report is sent");
    kit_as_worker(v->k);
    check(case_by_locator(&v->k->c, str_sub(draft(v).code, 0, CODE_LOCATOR), &row) == OK && !str_eq(row.lane, S("adult")) && str_eq(row.contact_mode, S("code")), "in the minors' lane, reached by code only");
    check(note_list(&v->k->c, row.id, &notes, &n) == OK && n == 0, "no word of it came in");
    check(consent_list(&v->k->c, row.id, &rows, &n) == OK && n == 1 && str_eq(rows[0].purpose, S("notices")), "nor a yes to recording");
    check(location_of_case(&v->k->c, row.id, 0, 10, &loc, &n) == OK && n == 1 && location_open(&v->k->c, loc, n) == OK && str_eq(loc[0].url, S("https://site.test/m")), "only the link");
}

/* Letters outside ASCII grow threefold in a link's one spelling: what fits in the field must fit in the draft, or be said. */
static void long_answers(Visitor *v) {
    enum { LETTERS = 300, LINE = LETTERS + 30 };
    Buf b = buf_new(4 << 20);
    for (int round = 0; round < 2; round++) {
        int lines = (round == 0 ? 115000 : 85000) / LINE;
        buf_clear(&b);
        buf_z(&b, "screen=where&go=next&links=");
        for (int i = 0; i < lines; i++) {
            buf_printf(&b, "https%%3A%%2F%%2Flong.test%%2F%d%%2F", i);
            for (int k = 0; k < LETTERS; k++) buf_z(&b, "%F0%9F%98%80");
            buf_z(&b, "%0A");
        }
        must(buf_err(&b) == OK);
        if (round == 0) check(turn(v, POST, "/report", buf_str(&b)) == OK && v->errors == 1 && get(v, "/report") && shows(v, "too many links at once") && shows(v, "https://long.test/0/"), "links that grow too long together are said to be too many, and are still there");
        else check(turn(v, POST, "/report", buf_str(&b)) == OK && v->errors == 0 && draft(v).links.n > 900000, "long ones that fit are kept");
    }
    buf_clear(&b);
    buf_z(&b, "screen=words&go=next&story=");
    for (int i = 0; i < STORY_CHARS; i++) buf_z(&b, "%F0%9F%98%80");
    check(turn(v, POST, "/report", buf_str(&b)) == OK && v->errors == 0 && draft(v).story.n == 4 * STORY_CHARS && draft(v).links.n > 900000, "so is a long story beside them");
    buf_free(&b);
    check(answer(v, "screen=where&go=next&links=") && answer(v, "screen=words&go=next&story="), "and both can be taken away");
}

static void hostile(Visitor *v) {
    Arena *a = v->k->c.arena;
    *v = (Visitor){ .k = v->k, .lang = LANG_EN };
    check(answer(v, "screen=safe&go=next&safety=%3Cb%3E") && v->errors > 0 && shows(v, "Are you safe now?") && !shows(v, "<b>"), "an answer that is none is refused at its field");
    check(answer(v, "screen=nowhere&go=next") && shows(v, "Are you safe now?"), "a screen that is none leads back");
    check(answer(v, "go=next") && shows(v, "Are you safe now?"), "as does none at all");
    check(answer(v, "screen=safe&go=skip") && answer(v, "screen=who&go=next&age=18%2B"), "on as an adult");
    check(answer(v, "screen=words&go=next&story=%FF%FE") && v->errors > 0, "bytes that are no text are refused");
    check(answer(v, "screen=words&go=next&story=a%E2%80%AEb") && v->errors > 0, "so are characters that turn the reading direction");
    Buf b = buf_new(1 << 20);
    buf_z(&b, "screen=words&go=next&story=");
    for (int i = 0; i < STORY_CHARS + 1; i++) buf_ch(&b, 'x');
    check(turn(v, POST, "/report", buf_str(&b)) == OK && v->errors == 1 && get(v, "/report") && shows(v, "xxxxxxxxxx"), "too much text is said to be too long, and is still there");
    buf_clear(&b);
    buf_z(&b, "screen=where&go=next&links=");
    for (int i = 0; i < LINKS_AT_ONCE + 1; i++) buf_printf(&b, "https%%3A%%2F%%2Fa.test%%2F%d%%0A", i);
    check(turn(v, POST, "/report", buf_str(&b)) == OK && v->errors == 1 && get(v, "/report") && shows(v, "too many links at once") && shows(v, "https://a.test/2000"), "too many links are said to be too many, and are still there");
    buf_free(&b);
    long_answers(v);
    check(answer(v, "screen=words&go=next&story=%22%3E%3Cimg+src%3Dx%3E") && answer(v, "screen=allow&go=back") && !shows(v, "<img") && shows(v, "&lt;img"), "markup stays text");
    *v = (Visitor){ .k = v->k, .lang = LANG_EN, .draft = S("{\"at\":99,\"story\":7") };
    check(get(v, "/report") && shows(v, "Are you safe now?"), "a damaged draft is an empty one");
    check(answer(v, "screen=words&go=next&story=late+words") && shows(v, "Are you safe now?") && str_eq(draft(v).story, S("late words")), "what comes after half an hour starts again, and what was just written is kept");
    check(answer(v, "screen=safe&go=new") && v->draft.n == 0, "everything can be thrown away");
    *v = (Visitor){ .k = v->k, .lang = LANG_EN };
    check(turn(v, GET, "/report/number.txt", STR_NONE) == E_MISSING, "there is no code before a report");
    (void)a;
}

static void sign_in(Visitor *v, Str code) {
    *v = (Visitor){ .k = v->k, .lang = LANG_NL };
    must(post(v, "/code", str_z(v->k->c.arena, str_fmt(v->k->c.arena, "code=" STR_FMT, STR_ARG(str_lower(v->k->c.arena, code))))));
}

static void door(Visitor *v, Str code) {
    Arena *a = v->k->c.arena;
    *v = (Visitor){ .k = v->k, .lang = LANG_NL };
    check(turn(v, GET, "/own", STR_NONE) == E_DENIED, "without a code there is no way in");
    char bad[CODE_CHARS + 1] = { 0 };
    memcpy(bad, code.p, CODE_CHARS);
    bad[7] = bad[7] == 'A' ? 'B' : 'A';
    check(post(v, "/code", str_z(a, str_fmt(a, "code=%s", bad))) && get(v, "/code") && shows(v, "Dit is geen hele code"), "a typing error is called one");
    check(post(v, "/code", "code=") && get(v, "/code") && v->errors == 1 && shows(v, "Er klopt nog iets niet"), "an empty code is asked for");
    Str other = STR_NONE, record = STR_NONE;
    VaultSession s;
    must(vault_code_new(v->k->c.vault, a, v->k->c.now, &other, &record, &s) == OK);
    must(post(v, "/code", str_z(a, str_fmt(a, "code=" STR_FMT, STR_ARG(other)))) && get(v, "/code"));
    Str unknown = v->body;
    char guess[CODE_CHARS + 1] = { 0 };
    memcpy(guess, other.p, CODE_CHARS);
    memcpy(guess, code.p, CODE_LOCATOR);
    for (int c = 0; c < 32; c++) {
        Str normal = STR_NONE;
        guess[CODE_CHARS - 1] = crock_char(c);
        if (code_parse(a, str_bytes(guess, CODE_CHARS), &normal) == OK) break;
    }
    must(post(v, "/code", str_z(a, str_fmt(a, "code=%s", guess))) && get(v, "/code"));
    size_t at = 0, diff = 0;
    Str known = v->body;
    bool same_length = known.n == unknown.n;
    for (size_t i = 0; same_length && i < known.n; i++) diff += known.p[i] != unknown.p[i];
    check(same_length && diff <= 32 + 16 && str_find(known, S("Deze code opent niets"), &at), "a wrong code of a case that exists gets the same page as one that never was, but for the code and the form's own id");
    sign_in(v, code);
    check(v->signed_in && str_eq(v->location, S("/own")), "the right one, in lower case, leads in");
}

static int64_t micros(void) {
    struct timespec t = { 0 };
    must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
static int by_size(const void *x, const void *y) { return *(const int64_t *)x < *(const int64_t *)y ? -1 : *(const int64_t *)x > *(const int64_t *)y; }

/* Interleaved, so that a busy machine disturbs both alike; medians. */
static void same_work(Visitor *v, Str code) {
    enum { TRIES = 61 };
    int64_t took[2][TRIES];
    Kit *k = v->k;
    Str other = STR_NONE, record = STR_NONE;
    VaultSession s, open;
    CaseRow row;
    must(vault_code_new(k->c.vault, k->c.arena, k->c.now, &other, &record, &s) == OK);
    must(case_by_locator(&k->c, str_sub(code, 0, CODE_LOCATOR), &row) == OK);
    for (int i = 0; i < TRIES; i++) {
        for (int known = 0; known < 2; known++) {
            int64_t began = micros();
            must(vault_code_login(k->c.vault, k->c.arena, known ? row.id : ID_NONE, other, k->c.now, &open) == E_DENIED);
            took[known][i] = micros() - began;
        }
    }
    for (int known = 0; known < 2; known++) qsort(took[known], TRIES, sizeof(int64_t), by_size);
    int64_t a = took[0][TRIES / 2], b = took[1][TRIES / 2], gap = a > b ? a - b : b - a;
    check(gap * 4 < a + b, "and costs the same work (median %lld and %lld µs)", (long long)a, (long long)b);
}

static Id asked(Kit *k, Id case_id, Id location, const char *kind, const char *holder, const char *rung) {
    Id id = ctx_new_id(&k->c);
    RequestNew r = { .case_id = case_id, .subject = ctx_new_id(&k->c), .location = location, .kind = str_c(kind), .rung = str_c(rung), .holder = str_c(holder), .form = S("art16") };
    ClockNew cn = { .case_id = case_id, .subject = id, .duty = S("C2"), .kind = S("policy"), .holder = str_c(holder), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    Act *acts[] = { request_make(&k->c, id, &r), clock_start(&k->c, &cn) };
    kit_as_worker(k);
    must(journal_commit(&k->c, acts, 2) == OK);
    return id;
}

static void looked(Kit *k, Id case_id, Id location, const char *verdict, bool removed) {
    CheckNew n = { .location = location, .case_id = case_id, .verdict = str_c(verdict), .why = S("seen"), .removed = removed };
    kit_as_system(k);
    must(journal_one(&k->c, location_check(&k->c, &n)) == OK);
}

/* As somebody outside would check the file: the lines above the dashes, behind the label, by Ed25519. */
static bool signature_holds(Arena *a, Str file, bool spoil) {
    size_t dashes = 0, end = 0;
    Str sig = STR_NONE, key = STR_NONE;
    must(str_find(file, S("--\ned25519 "), &dashes));
    Str rest = str_sub(file, dashes + 11, file.n);
    must(str_chr(rest, '\n', &end) && b64_dec(a, str_sub(rest, 0, end), &sig) == OK && sig.n == 64);
    rest = str_sub(rest, end + 5, rest.n);
    must(str_chr(rest, ' ', &end) && b64_dec(a, str_sub(rest, 0, end), &key) == OK && key.n == 32);
    Str text = str_fmt(a, "keten/report-proof\n" STR_FMT "%s", STR_ARG(str_sub(file, 0, dashes)), spoil ? " " : "");
    return seal_signed((const uint8_t *)key.p, text, sig);
}

static void story_so_far(Visitor *v, Id case_id, Str code) {
    Kit *k = v->k;
    LocationRow *loc = NULL;
    RequestRow r;
    size_t n = 0;
    kit_as_worker(k);
    must(location_of_case(&k->c, case_id, 0, 10, &loc, &n) == OK && n == 1);
    kit_later(k, 3600000);
    must(journal_one(&k->c, case_seen(&k->c, case_id)) == OK);
    Id notice = asked(k, case_id, loc[0].id, "notice", "nobody-known", "host"), filing = asked(k, case_id, ID_NONE, "filing", "ACM", "authority");
    looked(k, case_id, loc[0].id, "still_online", false);
    kit_later(k, 3600000);
    must(request_by_id(&k->c, notice, &r) == OK);
    kit_as_worker(k);
    must(journal_one(&k->c, request_event(&k->c, &r, REQ_ANSWERED, S("removed"), STR_NONE, k->c.now)) == OK);
    must(request_by_id(&k->c, filing, &r) == OK && journal_one(&k->c, request_event(&k->c, &r, REQ_RECEIVED, STR_NONE, STR_NONE, k->c.now)) == OK);
    looked(k, case_id, loc[0].id, "gone", true);
    kit_later(k, 3600000);
    looked(k, case_id, loc[0].id, "still_online", false);
    kit_later(k, 3600000);
    looked(k, case_id, loc[0].id, "login_wall", false);
    kit_as_worker(k);
    must(journal_one(&k->c, message_send(&k->c, case_id, false, S("CANARY-ANSWER we are on it"))) == OK);
    sign_in(v, code);
    check(get(v, "/own") && shows(v, "Iemand las je melding") && shows(v, "We vroegen het bedrijf dat de bestanden bewaart om een link te verwijderen"), "read, and asked to remove, in plain verbs");
    check(shows(v, "Het bedrijf dat de bestanden bewaart zegt: verwijderd") && shows(v, "We schreven naar een instantie") && shows(v, "bevestigde dat onze brief er is"), "answered, written to an authority, received");
    check(shows(v, "een link staat nog online") && shows(v, "een link is weg") && shows(v, "een link is terug") && shows(v, "konden niet zien"), "still online, gone, came back, and what cannot be seen is said to be so");
    check(shows(v, "Antwoord van") && shows(v, "onze eigen norm"), "what is waited for, with whose date it is");
    check(shows(v, "Lees één nieuw bericht") && !shows(v, "CANARY"), "there is a message, and nothing that was written stands here");
    check(get(v, "/own/messages") && shows(v, "CANARY-ANSWER") && get(v, "/own") && !shows(v, "nieuw bericht"), "once read it is not new any more");
    check(get(v, "/own/words") && !shows(v, "CANARY") && get(v, "/own/words/shown") && shows(v, "CANARY-STORY"), "what was written needs a second press");
    check(get(v, "/own/links") && shows(v, "https://site.test/a") && shows(v, "achter een inlog"), "the links with what is known of each");
    check(get(v, "/own/proof") && !shows(v, "CANARY") && !shows(v, "site.test"), "the paper holds neither words nor links");
    check(get(v, "/own/proof.txt") && shows(v, "ed25519 ") && shows(v, "K-2026-"), "and as a file it is signed");
    check(signature_holds(k->c.arena, v->body, false), "anyone can check that with the public key");
    check(!signature_holds(k->c.arena, v->body, true), "and a changed character shows");
    v->lang = LANG_EN;
    check(get(v, "/own") && shows(v, "The company that keeps the files says: removed"), "in English too");
    v->lang = LANG_NL;
}

/* What is kept of how to reach somebody, as the team reads it; *out_n counts all of it. */
static Str reach_note(Kit *k, Id case_id, const char *kind, size_t *out_n) {
    NoteRow *notes = NULL;
    Str text = STR_NONE;
    size_t n = 0;
    kit_as_worker(k);
    must(note_list(&k->c, case_id, &notes, &n) == OK);
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        *out_n += note_is_contact(notes[i].kind);
        if (str_eq(notes[i].kind, str_c(kind)) && notes[i].err == OK) text = notes[i].text;
    }
    return text;
}

static void reaching(Visitor *v, Id case_id, Str code) {
    Kit *k = v->k;
    CaseRow row;
    Str young = STR_NONE;
    size_t n = 0;
    check(reach_note(k, case_id, "contact_way", &n).n > 0 && n == 3 && get(v, "/own") && shows(v, "Ja, per telefoon of mail"), "the report says how the person may be reached");
    check(get(v, "/own/contact") && !shows(v, "CANARY"), "the page to change it does not show what was kept");
    check(post(v, "/own/contact", "contact=safe&hours=altijd") && v->errors == 1 && get(v, "/own/contact") && shows(v, "altijd"), "by phone or mail needs a number or address; nothing typed is lost");
    check(post(v, "/own/contact", "contact=pigeon") && v->errors == 1, "other choices are none");
    check(post(v, "/own/contact", "contact=safe&way=CANARY-NEW+0611111111&cover=de+fietsenmaker") && v->errors == 0 && str_eq(reach_note(k, case_id, "contact_way", &n), S("CANARY-NEW 0611111111")) && n == 2,
        "a new number takes the place of the old one, and of the hours that went with it");
    check(get(v, "/own/words/shown") && shows(v, "CANARY-STORY") && !shows(v, "CANARY-NEW"), "it is not shown to who has the code");
    check(post(v, "/own/contact", "contact=code&way=CANARY-LEFT") && v->errors == 0 && reach_note(k, case_id, "contact_way", &n).n == 0 && n == 0 && case_by_id(&k->c, case_id, &row) == OK && str_eq(row.contact_mode, S("code")),
        "by code only, no number is kept");
    check(get(v, "/own") && shows(v, "Alleen met een code"), "and the report says so");
    become(v);
    check(journal_one(&k->c, note_contact(&k->c, case_id, S("report"), S("x"))) == E_INPUT && journal_one(&k->c, note_add(&k->c, case_id, FACTS, S("contact_way"), S("x"))) == E_DENIED, "it is no way to write anything else into the case");
    Id child = kit_case(k, "12-15", "spread", &young);
    sign_in(v, young);
    check(get(v, "/own/contact") && !shows(v, "value=\"safe\"") && !shows(v, "name=\"way\""), "in the minors' way no number is asked");
    check(post(v, "/own/contact", "contact=safe&way=06") && v->errors == 1 && reach_note(k, child, "contact_way", &n).n == 0 && n == 0, "nor taken");
    check(post(v, "/own/contact", "contact=none") && v->errors == 0 && case_by_id(&k->c, child, &row) == OK && str_eq(row.contact_mode, S("none")), "what can be chosen there can be changed");
    sign_in(v, code);
}

static void acting(Visitor *v, Id case_id) {
    Kit *k = v->k;
    CaseRow row;
    check(post(v, "/own/messages", "text=hallo") && case_by_id(&k->c, case_id, &row) == OK && str_eq(row.turn, S("us")), "a message makes it our turn");
    check(post(v, "/own/messages", "text=data%3Aimage%2Fpng%3Bbase64%2CAAAA") && v->errors == 1, "a picture in a message is refused");
    check(post(v, "/own/messages", "text=") && v->errors == 1, "an empty message too");
    check(post(v, "/own/links", "links=https%3A%2F%2Fsite.test%2Fb%0Ahttp%3A%2F%2F10.0.0.1%2F") && v->errors == 1 && get(v, "/own/links") && shows(v, "https://site.test/b") && shows(v, "alleen binnen een netwerk"), "a good link is added, one inside a network is not, and both are said");
    check(post(v, "/own/links", "links=https%3A%2F%2Fsite.test%2Fb") && v->errors == 0 && case_by_id(&k->c, case_id, &row) == OK && row.locations == 2, "a link that is there already joins nothing twice");
    Buf many = buf_new(2 << 20);
    buf_z(&many, "links=");
    for (int i = 0; i < URL_LINES_MAX; i++) buf_printf(&many, "https%%3A%%2F%%2Fbulk.test%%2F%d%%0A", i);
    check(turn(v, POST, "/own/links", buf_str(&many)) == OK && v->errors == 0 && case_by_id(&k->c, case_id, &row) == OK && row.locations == 2 + URL_LINES_MAX, "ten thousand links at once");
    buf_z(&many, "https%3A%2F%2Fbulk.test%2Fmore");
    check(turn(v, POST, "/own/links", buf_str(&many)) == OK && v->errors == 1 && case_by_id(&k->c, case_id, &row) == OK && row.locations == 2 + URL_LINES_MAX, "one more is too many, and says so");
    buf_free(&many);
    check(get(v, "/own/links?p=200") && shows(v, "https://bulk.test/") && get(v, "/own") && shows(v, "onbekend"), "they are shown page by page");
    check(post(v, "/own/pause", "") && case_by_id(&k->c, case_id, &row) == OK && row.paused != 0 && get(v, "/own") && shows(v, "Gepauzeerd"), "a rest");
    check(post(v, "/own/resume", "") && case_by_id(&k->c, case_id, &row) == OK && row.paused == 0, "and on again");
    bool filing = true;
    check(post(v, "/own/allow", "allow=filing&allow=referral") && consent_holds(&k->c, case_id, S("notices"), &filing) == OK && !filing, "a tick taken away ends that yes");
    RequestRow *r = NULL;
    size_t n = 0, open = 0;
    check(request_of_case(&k->c, case_id, &r, &n) == OK && n == 2, "its requests are still in the record");
    for (size_t i = 0; i < n; i++) open += r[i].outcome.n == 0;
    check(open == 1, "the letter to the authority goes on");
    check(post(v, "/own/withdraw", "what=nonsense") && v->errors == 1 && post(v, "/own/withdraw", "what=filing") && request_of_case(&k->c, case_id, &r, &n) == OK, "letters can be taken back");
    for (size_t i = 0, left = 0; i < n; i++) {
        left += r[i].outcome.n == 0;
        if (i + 1 == n) check(left == 0, "and then nothing is open any more");
    }
    kit_as_worker(k);
    must(journal_one(&k->c, case_close(&k->c, case_id, S("done"))) == OK);
    check(post(v, "/own/messages", "text=het+is+terug") && case_by_id(&k->c, case_id, &row) == OK && row.closed == 0 && row.active, "a message opens a closed case again");
    check(post(v, "/own/worse", "") && case_by_id(&k->c, case_id, &row) == OK && row.risk == 4 && get(v, "/own/worse") && shows(v, "We weten het nu"), "feeling worse puts it at the top");
    Id mine = v->person.case_id;
    v->person.case_id = ctx_new_id(&k->c);
    check(turn(v, GET, "/own", STR_NONE) == E_MISSING && turn(v, POST, "/own/messages", S("text=x")) == E_MISSING, "another case does not exist for this person");
    v->person.case_id = mine;
}

static void ending(Visitor *v, Id case_id, Str code) {
    Kit *k = v->k;
    CaseRow row;
    Arena *a = k->c.arena;
    check(post(v, "/own/erase", "last=AAAA") && v->errors > 0, "erasing needs a tick and the code");
    check(post(v, "/own/erase", "sure=1&last=0000") && v->errors == 1, "the right code");
    check(case_by_id(&k->c, case_id, &row) == OK && row.erased == 0, "until then nothing is erased");
    check(post(v, "/own/erase", str_z(a, str_fmt(a, "sure=1&last=%.4s", code.p))) && str_eq(v->location, S("/own-erased")) && !v->signed_in, "then everything is, and the way in is closed");
    check(case_by_id(&k->c, case_id, &row) == OK && row.erased != 0 && get(v, "/own-erased"), "with a tombstone");
    check(post(v, "/code", str_z(a, str_fmt(a, "code=" STR_FMT, STR_ARG(code)))) && !v->signed_in, "the code opens nothing");
}

/* A report that was joined with another: its person keeps reading and writing with her own code, and is heard. */
static void joined(Kit *k) {
    Visitor v = { .k = k, .lang = LANG_NL };
    Str code = STR_NONE;
    CaseRow row;
    MessageRow *m = NULL;
    size_t n = 0;
    Id into = kit_case(k, "18+", "spread", NULL), id = kit_case(k, "18+", "spread", &code);
    kit_as_lead(k);
    must(journal_one(&k->c, case_merge(&k->c, id, into)) == OK);
    check(post(&v, "/code", str_z(k->c.arena, str_fmt(k->c.arena, "code=" STR_FMT, STR_ARG(code)))) && v.signed_in && get(&v, "/own") && shows(&v, "samen met een andere"), "the code of a joined report still opens it");
    check(post(&v, "/own/messages", "text=CANARY-JOINED") && v.errors == 0 && case_by_id(&k->c, id, &row) == OK && row.active && str_eq(row.turn, S("us")) && id_eq(row.merged_into, into), "what she writes puts it back into the queue, and it stays joined");
    kit_as_worker(k);
    must(message_list(&k->c, id, &m, &n) == OK);
    check(n == 1 && m[0].err == OK && str_eq(m[0].text, S("CANARY-JOINED")), "the team reads it");
    check(journal_one(&k->c, message_send(&k->c, id, false, S("CANARY-BACK"))) == OK && get(&v, "/own/messages") && shows(&v, "CANARY-BACK"), "and the answer reaches her");
    kit_as_worker(k);
    check(journal_one(&k->c, case_close(&k->c, id, S("resolved"))) == OK && case_by_id(&k->c, id, &row) == OK && !row.active, "once answered it leaves the queue again");
    check(post(&v, "/own/worse", "") && case_by_id(&k->c, id, &row) == OK && row.active && row.risk == 4, "that it goes worse is heard as well");
    Id taken_back = kit_case(k, "18+", "spread", &code);
    v = (Visitor){ .k = k, .lang = LANG_NL };
    check(post(&v, "/code", str_z(k->c.arena, str_fmt(k->c.arena, "code=" STR_FMT, STR_ARG(code)))) && post(&v, "/own/withdraw", "what=all"), "another takes everything back");
    kit_as_worker(k);
    must(journal_one(&k->c, case_close(&k->c, taken_back, S("withdrawn"))) == OK);
    check(post(&v, "/own/messages", "text=toch+nog+iets") && v.errors == 0 && case_by_id(&k->c, taken_back, &row) == OK && row.active && row.withdrawn != 0, "and can still be heard after it was closed");
}

/* A worker takes a report by phone. */
static void by_phone(Kit *k) {
    Visitor v = { .k = k, .lang = LANG_NL, .signed_in = true, .keys = k->worker_session, .person = { .roles = R_WORKER, .user = k->worker, .org = k->org } };
    CaseRow row;
    NoteRow *notes = NULL;
    size_t n = 0;
    check(get(&v, "/desk/report") && shows(&v, "Melding per telefoon"), "a worker takes a report by phone");
    check(post(&v, "/desk/report", "age=12-15&story=woorden&contact=safe&way=06&allow=captures") && v.errors == 3 && get(&v, "/desk/report") && shows(&v, "woorden"), "for a child no words, no contact, no recording: said at each field, and nothing lost");
    check(post(&v, "/desk/report", "safety=yes&for_whom=friend&age=18%2B&what=list&links=https%3A%2F%2Fsite.test%2Fphone&story=verteld&contact=code&allow=notices") && v.errors == 0 && str_eq(v.location, S("/desk/report/code")), "the report is made");
    check(get(&v, "/desk/report/code") && shows(&v, "Geef de code aan de melder"), "and the code is shown to be handed over");
    Str locator = str_sub(draft(&v).code, 0, CODE_LOCATOR);
    kit_as_worker(k);
    check(case_by_locator(&k->c, locator, &row) == OK && str_eq(row.source, S("worker")) && row.locations == 1 && note_list(&k->c, row.id, &notes, &n) == OK && n == 1 && notes[0].err == OK, "the case came in by a worker, with the words sealed for the team");
    check(post(&v, "/desk/report/done", "") && v.draft.n == 0, "after that it is shown no more");
}

static void help(Kit *k) {
    Visitor v = { .k = k, .lang = LANG_NL };
    check(get(&v, "/emergency") && shows(&v, "tel:112") && shows(&v, "0800-0113") && shows(&v, "0800-0432") && shows(&v, "0800-0188"), "the emergency page has its numbers from the directory");
    k->app.law = NULL;
    check(get(&v, "/emergency") && shows(&v, "tel:112"), "and 112 even without one");
}

static bool on_disk(Kit *k, const char *file, const char *canary) {
    FILE *f = fopen(str_z(k->c.arena, str_fmt(k->c.arena, "%s/%s", k->dir, file)), "rb");
    if (f == NULL) return false;
    static char bytes[64 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, f), at = 0;
    must(fclose(f) == 0);
    return str_find(str_bytes(bytes, n), str_c(canary), &at);
}

int main(void) {
    static Kit k;
    Visitor v = { .k = &k };
    Str code = STR_NONE;
    Id case_id = ID_NONE;
    Arena *life = arena_new(64 << 20);
    const Law *law = NULL;
    LawProblem problem = { 0 };
    must(law_new(life, NULL, zone_of, NULL, &law, &problem) == OK);
    kit_open(&k, core_acts, law);
    adult(&v, &code, &case_id);
    skipped(&v);
    minor(&v, "12-15");
    minor(&v, "unknown");
    hostile(&v);
    door(&v, code);
    same_work(&v, code);
    story_so_far(&v, case_id, code);
    reaching(&v, case_id, code);
    acting(&v, case_id);
    const char *files[] = { "keten.db", "keten.db-wal", "keys.db", "keys.db-wal" };
    bool found = false;
    for (size_t i = 0; i < LEN(files); i++) found = found || on_disk(&k, files[i], "CANARY") || on_disk(&k, files[i], "site.test");
    check(!found, "no word and no address that was typed stands on the disk in clear");
    ending(&v, case_id, code);
    joined(&k);
    by_phone(&k);
    help(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(life);
    return tap_end();
}
