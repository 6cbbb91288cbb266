/* gate_ask.c - questions as they come in. */
#include "core/case/url.h"
#include "core/seal/seal.h"
#include "programs/gate/gate.h"

static const char *const no_hash[SIGNALS] = { "", "a pdq hash is 64 hexadecimal digits", "a sha256 hash is 64 hexadecimal digits", "an md5 hash is 32 hexadecimal digits",
    "a url is asked for by its address, or by the 64 hexadecimal digits of the SHA-256 of its canonical form" };

static const char *url_item(Arena *a, Str typed, GateItem *out) {
    WebUrl url;
    UrlWrong wrong = URL_GOOD;
    if (typed.n > URL_TEXT_MAX || url_parse(a, typed, STR_NONE, &url, &wrong) != OK) return typed.n > URL_TEXT_MAX ? "the address is too long" : url_wrong_msgid(wrong);
    seal_sha256(url.text, out->hash);
    return NULL;
}

static const char *item_read(Arena *a, const JVal *v, GateItem *out) {
    Str type = jstr(v, "type"), hash = jstr(v, "hash"), url = jstr(v, "url");
    const JVal *quality = jget(v, "quality");
    if (v->type != J_OBJ) return "a hash is an object with type and hash";
    if (bank_signal_parse(type, &out->signal) != OK) return type.n == 0 ? "type is missing: pdq, sha256, md5 or url" : "type is pdq, sha256, md5 or url";
    if (quality != NULL && (quality->type != J_INT || quality->i < 0 || quality->i > 100)) return "quality is a number from 0 to 100";
    if (quality != NULL && out->signal == SIGNAL_PDQ && quality->i < PDQ_QUALITY_MIN) return "its quality is below 50: such a hash matches what it should not";
    if (out->signal == SIGNAL_URL && url.n > 0 && hash.n == 0) return url_item(a, url, out);
    if (url.n > 0) return "url goes with type url, and without hash";
    return bank_hash_parse(out->signal, hash, out->hash) == OK ? NULL : no_hash[out->signal];
}

Err gate_ask_read(Arena *a, Str body, GateAsk *out, const char **out_why) {
    const JVal *root = NULL;
    size_t line = 0, col = 0;
    *out = (GateAsk){ .distance = PDQ_RADIUS };
    Err e = json_read(a, body, GATE_BODY_MAX, &root, &line, &col);
    if (e == E_LIMIT) return *out_why = "the JSON is nested too deeply", E_INPUT;
    if (e != OK) return *out_why = str_fmt(a, "this is no JSON, from line %zu, column %zu", line, col).p, E_INPUT;
    const JVal *hashes = jget(root, "hashes"), *distance = jget(root, "distance");
    if (root->type != J_OBJ) return *out_why = "the question is an object with hashes", E_INPUT;
    if (distance != NULL && (distance->type != J_INT || distance->i < 0 || distance->i > PDQ_RADIUS)) return *out_why = "distance is a number from 0 to 31", E_INPUT;
    if (distance != NULL) out->distance = (int)distance->i;
    if (hashes == NULL && jget(root, "type") == NULL) return *out_why = "hashes is missing", E_INPUT;
    if (hashes != NULL && (hashes->type != J_ARR || hashes->n == 0)) return *out_why = "hashes is a list with at least one", E_INPUT;
    if (hashes != NULL && hashes->n > GATE_HASHES_MAX) return *out_why = "more than 1000 hashes at once", E_LIMIT;
    out->n = hashes != NULL ? hashes->n : 1;
    out->items = ARENA_ARRAY(a, GateItem, out->n);
    for (size_t i = 0; i < out->n; i++) {
        const JVal *v = hashes != NULL ? &hashes->vals[i] : root;
        out->items[i].wrong = item_read(a, v, &out->items[i]);
    }
    if (out->n == 1 && out->items[0].wrong != NULL) return *out_why = out->items[0].wrong, E_INPUT;
    return OK;
}
