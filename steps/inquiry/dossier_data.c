/* dossier_data.c - the parts of a dossier for machines and for checking: facts, clocks with their derivation, acts, digests. */
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "steps/inquiry/dossier_in.h"

static Str text_of(const Draft *f, Buf *b) {
    must(buf_err(b) == OK);
    Str s = str_dup(f->c->arena, buf_str(b));
    buf_free(b);
    return s;
}

static void kv_time(const Draft *f, Json *j, const char *key, UnixMs t) {
    if (t != 0) json_kv_str(j, key, when_rfc3339(f->c->arena, t));
}
static void kv_hex(const Draft *f, Json *j, const char *key, Str bytes) {
    if (bytes.n > 0) json_kv_str(j, key, hex_enc(f->c->arena, bytes));
}

static void findings(const Draft *f, Json *j) {
    json_key(j, S("findings"));
    json_arr(j);
    for (size_t i = 0; i < f->findings_n; i++) {
        const FindingRow *x = &f->findings[i];
        bool verified = false;
        json_obj(j);
        json_kv_i64(j, "number", (int64_t)i + 1);
        json_kv_str(j, "norm", x->norm);
        json_kv_str(j, "norm_text", draft_norm(f, f->lang, x->norm, &verified));
        json_kv_bool(j, "norm_verified", verified);
        json_kv_str(j, "basis", x->basis);
        json_kv_str(j, "seen", x->seen);
        kv_time(f, j, "on", x->on);
        json_kv_str(j, "by", draft_pseudonym(f, x->by, STR_NONE));
        json_kv_str(j, "how", x->how);
        json_kv_str(j, "against", x->against);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void captures(const Draft *f, Json *j) {
    json_key(j, S("captures"));
    json_arr(j);
    for (size_t i = 0; i < f->captures_n; i++) {
        const CaptureRow *k = &f->captures[i];
        Str key = capture_key(f->c->arena, k);
        json_obj(j);
        json_kv_str(j, "id", id_hex(f->c->arena, k->id));
        json_kv_str(j, "location", id_hex(f->c->arena, k->location));
        json_kv_str(j, "url", draft_url(f, k->location));
        kv_time(f, j, "asked", k->asked);
        kv_time(f, j, "made", k->made);
        json_kv_str(j, "result", k->result);
        if (k->why.n > 0) json_kv_str(j, "why", k->why);
        json_kv_i64(j, "status", k->status);
        json_kv_i64(j, "requests", k->hops);
        json_kv_str(j, "mode", k->mode);
        json_kv_str(j, "vantage", k->vantage);
        json_kv_str(j, "media_type", k->media_type);
        json_kv_str(j, "body", k->body);
        json_kv_i64(j, "body_length", k->length);
        kv_hex(f, j, "body_sha256", k->digest);
        json_kv_str(j, "tool", k->tool);
        json_kv_str(j, "warc", str_fmt(f->c->arena, "captures/" STR_FMT "%s", STR_ARG(key), capture_tail(k)));
        kv_hex(f, j, "warc_sha256", k->warc_sha256);
        if (!id_none(k->text_file)) json_kv_str(j, "text", str_fmt(f->c->arena, "captures/" STR_FMT ".txt", STR_ARG(key)));
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void locations(const Draft *f, Json *j) {
    json_key(j, S("locations"));
    json_arr(j);
    for (size_t i = 0; i < f->places_n; i++) {
        const LocationRow *l = &f->places[i];
        json_obj(j);
        json_kv_str(j, "id", id_hex(f->c->arena, l->id));
        json_kv_str(j, "url", l->url_err == OK ? l->url : S("(erased)"));
        json_kv_str(j, "platform", l->platform);
        json_kv_str(j, "kind", l->kind);
        kv_time(f, j, "reported", l->added);
        json_kv_str(j, "last_verdict", l->verdict);
        kv_time(f, j, "last_checked", l->verdict_at);
        kv_time(f, j, "last_seen_online", l->seen);
        kv_time(f, j, "gone_since", l->gone);
        json_kv_i64(j, "checks", l->checks);
        json_kv_i64(j, "returned", l->returned);
        json_end_obj(j);
    }
    json_end_arr(j);
}

/* Asked, delivered, received, acted and decided are separate facts; what did not happen has no time. */
static void requests(const Draft *f, Json *j) {
    json_key(j, S("requests"));
    json_arr(j);
    for (size_t i = 0; i < f->requests_n; i++) {
        const RequestRow *r = &f->requests[i];
        json_obj(j);
        json_kv_str(j, "id", id_hex(f->c->arena, r->id));
        if (!id_none(r->location)) json_kv_str(j, "location", id_hex(f->c->arena, r->location));
        json_kv_str(j, "kind", r->kind);
        json_kv_str(j, "form", r->form);
        json_kv_str(j, "rung", r->rung);
        json_kv_str(j, "holder", r->holder);
        json_kv_str(j, "holder_name", draft_holder(f, f->lang, r->holder));
        json_kv_str(j, "url", draft_url(f, r->location));
        kv_time(f, j, "asked", r->asked);
        json_kv_str(j, "delivery", r->delivery);
        kv_time(f, j, "delivered", r->delivered);
        kv_time(f, j, "received", r->received);
        kv_time(f, j, "acted", r->acted);
        kv_time(f, j, "decided", r->decided);
        json_kv_i64(j, "answers", r->answers);
        json_kv_str(j, "outcome", r->outcome);
        json_kv_str(j, "reason", r->reason);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void silences(const Draft *f, Json *j) {
    json_key(j, S("silences"));
    json_arr(j);
    for (size_t i = 0; i < f->silences_n; i++) {
        const SilenceRow *s = &f->silences[i];
        json_obj(j);
        if (!id_none(s->location)) json_kv_str(j, "location", id_hex(f->c->arena, s->location));
        json_kv_str(j, "duty", s->duty);
        json_kv_str(j, "holder", s->holder);
        json_kv_str(j, "url", draft_url(f, s->location));
        kv_time(f, j, "sent", s->sent);
        kv_time(f, j, "delivered", s->delivered);
        json_kv_str(j, "delivery", s->delivery);
        kv_time(f, j, "due", s->due);
        kv_time(f, j, "recorded", s->at);
        json_kv_i64(j, "answers", s->answers);
        json_kv_i64(j, "checks", s->checks);
        json_kv_i64(j, "seen_online", s->online);
        json_kv_str(j, "last_verdict", s->last_verdict);
        json_end_obj(j);
    }
    json_end_arr(j);
}

/* Typed verdicts; unknown is never removed. */
static void checks(const Draft *f, Json *j) {
    json_key(j, S("checks"));
    json_arr(j);
    for (size_t i = 0; i < f->checks_n; i++) {
        const CheckRow *k = &f->checks[i];
        json_obj(j);
        json_kv_str(j, "location", id_hex(f->c->arena, k->location));
        json_kv_str(j, "url", draft_url(f, k->location));
        kv_time(f, j, "at", k->at);
        json_kv_str(j, "verdict", k->verdict);
        json_kv_str(j, "why", k->why);
        json_kv_str(j, "vantage", k->vantage);
        json_kv_bool(j, "proven_removed", k->removed);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void notes(const Draft *f, Json *j) {
    json_key(j, S("notes"));
    json_arr(j);
    for (size_t i = 0; i < f->notes_n; i++) {
        json_obj(j);
        json_kv_str(j, "capture", id_hex(f->c->arena, f->notes[i].capture));
        json_kv_str(j, "kind", f->notes[i].what);
        kv_time(f, j, "at", f->notes[i].at);
        json_kv_str(j, "by", draft_pseudonym(f, f->notes[i].by, STR_NONE));
        json_kv_str(j, "text", f->notes[i].text);
        json_end_obj(j);
    }
    json_end_arr(j);
}

/* Exhibits whose content is gone: that they were there, and why they are not. */
static void erased(const Draft *f, Json *j) {
    json_key(j, S("erased_exhibits"));
    json_arr(j);
    for (size_t i = 0; i < f->erased_n; i++) {
        json_obj(j);
        json_kv_str(j, "id", id_hex(f->c->arena, f->erased[i].id));
        kv_time(f, j, "made", f->erased[i].made);
        kv_time(f, j, "erased", f->erased[i].erased);
        json_kv_str(j, "ground", f->erased[i].erased_why);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void offences(const Draft *f, Json *j) {
    json_key(j, S("offences"));
    json_arr(j);
    for (size_t i = 0; i < f->incidents_n; i++) json_str(j, f->incidents[i].offence);
    json_end_arr(j);
}

Str draft_facts_json(const Draft *f) {
    Buf b = buf_new(TEXT_FILE_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "format", S("keten-facts-1"));
    json_kv_str(&j, "dossier", f->number);
    json_kv_str(&j, "dossier_id", id_hex(f->c->arena, f->d.id));
    json_kv_str(&j, "case", f->k.ref);
    json_kv_str(&j, "organisation", f->org.name);
    json_kv_str(&j, "trusted_flagger", f->org.flagger_id);
    json_kv_str(&j, "recipient", f->d.recipient);
    kv_time(f, &j, "made", f->c->now);
    json_kv_str(&j, "lane", f->k.lane);
    json_kv_i64(&j, "acts_of_the_case", (int64_t)f->acts_n);
    json_kv_i64(&j, "acts_withheld", f->withheld);
    json_kv_bool(&j, "demo", f->c->app->demo);
    offences(f, &j);
    findings(f, &j);
    captures(f, &j);
    notes(f, &j);
    erased(f, &j);
    locations(f, &j);
    requests(f, &j);
    silences(f, &j);
    checks(f, &j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return text_of(f, &b);
}

/* The derivation is counted anew from the law data; when it leads elsewhere (a promise, an extension, a correction by hand) the acts say why. */
static void derivation(const Draft *f, Json *j, const ClockRow *k) {
    TermResult t = { 0 };
    const Law *law = f->c->app->law;
    TermQuery q = { .rule = k->duty, .from = k->from, .received = k->from, .lane = S("adult"), .offence = f->incidents_n > 0 ? f->incidents[0].offence : STR_NONE };
    if (law == NULL || law_term(law, &q, f->c->arena, &t) != OK || !t.has_due || t.due_at != k->due) {
        json_kv_bool(j, "derived", false);
        return;
    }
    json_kv_bool(j, "derived", true);
    json_kv_bool(j, "law_verified", t.verified);
    static const char *const keys[LANG_COUNT] = { "derivation_nl", "derivation_en" };
    for (int l = 0; l < LANG_COUNT; l++) {
        json_key(j, str_c(keys[l]));
        json_arr(j);
        for (size_t i = 0; i < t.derivation_n; i++) json_str(j, law_reason_text(law, &t.derivation[i], (Lang)l, f->c->arena));
        json_end_arr(j);
    }
}

Str draft_clocks_json(const Draft *f) {
    Buf b = buf_new(TEXT_FILE_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "format", S("keten-clocks-1"));
    json_key(&j, S("clocks"));
    json_arr(&j);
    for (size_t i = 0; i < f->clocks_n; i++) {
        const ClockRow *k = &f->clocks[i];
        json_obj(&j);
        json_kv_str(&j, "duty", k->duty);
        json_kv_str(&j, "duty_nl", draft_duty(f, LANG_NL, k->duty));
        json_kv_str(&j, "duty_en", draft_duty(f, LANG_EN, k->duty));
        json_kv_str(&j, "kind", k->kind);
        json_kv_str(&j, "holder", k->holder);
        json_kv_str(&j, "url", draft_url(f, k->location));
        kv_time(f, &j, "from", k->from);
        kv_time(f, &j, "due", k->due);
        json_kv_str(&j, "state", k->state);
        kv_time(f, &j, "met", k->met);
        kv_time(f, &j, "lapsed", k->lapsed);
        json_kv_str(&j, "law_of", k->law_date);
        derivation(f, &j, k);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return text_of(f, &b);
}

Str draft_acts_json(const Draft *f) {
    Buf b = buf_new(4 * (size_t)TEXT_FILE_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "format", S("keten-acts-1"));
    json_key(&j, S("acts"));
    json_arr(&j);
    for (size_t i = 0; i < f->acts_n; i++) {
        const Opened *o = &f->acts[i];
        json_obj(&j);
        json_kv_i64(&j, "number", o->case_seq);
        if (!o->open) {
            json_kv_str(&j, "withheld", tr(&f->ui[f->lang], draft_closed(f, i)));
        } else {
            kv_time(f, &j, "at", o->e->at);
            json_kv_str(&j, "kind", o->e->kind);
            json_kv_str(&j, "by", draft_pseudonym(f, o->e->actor, o->e->actor_kind));
            json_kv_str(&j, "subject", id_hex(f->c->arena, o->e->subject));
        }
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return text_of(f, &b);
}

static void row(Buf *b, const Str *cells, size_t n) {
    for (size_t i = 0; i < n; i++) csv_field_safe(b, cells[i], ',', i == 0);
    csv_end(b);
}

Str draft_hashes_csv(const Draft *f) {
    Arena *a = f->c->arena;
    Buf b = buf_new(TEXT_FILE_MAX);
    const Str head[] = { S("sha256"), S("bytes"), S("what"), S("media_type"), S("in_this_dossier"), S("url"), S("seen_utc") };
    row(&b, head, LEN(head));
    for (size_t i = 0; i < f->captures_n; i++) {
        const CaptureRow *k = &f->captures[i];
        Str key = capture_key(a, k), url = draft_url(f, k->location), at = when_rfc3339(a, k->made);
        bool kept = str_starts(k->body, S("kept"));
        const Str body[] = { hex_enc(a, k->digest), str_fmt(a, "%lld", (long long)k->length), S("body"), k->media_type, kept ? str_fmt(a, "captures/" STR_FMT "%s", STR_ARG(key), capture_tail(k)) : S(""), url, at };
        const Str file[] = { hex_enc(a, k->warc_sha256), str_fmt(a, "%lld", (long long)k->warc_size), S("warc"), str_c(capture_type(k)), str_fmt(a, "captures/" STR_FMT "%s", STR_ARG(key), capture_tail(k)), url, at };
        if (k->digest.n > 0) row(&b, body, LEN(body));
        row(&b, file, LEN(file));
    }
    return text_of(f, &b);
}

Str draft_events_jsonl(const Draft *f) {
    Buf b = buf_new(64 << 20);
    for (size_t i = 0; i < f->acts_n; i++) {
        const Opened *o = &f->acts[i];
        buf_put(&b, dossier_event_line(f->c->arena, o->case_seq, o->open ? o->event : STR_NONE, o->salt, o->commitment));
    }
    return text_of(f, &b);
}
