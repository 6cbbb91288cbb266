/* feed_say.c - what subscribers send: hashes, and what became of them. Read here; what it leads to stands in feed_heard.c. */
#include "core/feed/feed_api.h"
#include "foundation/base/enc.h"

/* One client writes its words with the name of their type in front ("StopNCIISignalType.ImagePDQ"): what counts is behind the last dot. */
static Str plain(Str word) {
    size_t at = 0;
    for (int i = 0; i < 8 && str_chr(word, '.', &at); i++) word = str_sub(word, at + 1, word.n);
    return word;
}

static const char *hash_read(Arena *a, Str text, size_t bytes, uint8_t *out) {
    Str raw = STR_NONE;
    if (text.n != 2 * bytes || hex_dec(a, text, &raw) != OK || raw.n != bytes) return bytes == 32 ? "hashValue is not 64 hexadecimal digits" : "hashValue is not 32 hexadecimal digits";
    memcpy(out, raw.p, bytes);
    return NULL;
}

static Err records_of(Arena *a, Str body, const char *name, const JVal **out, const char **out_why) {
    const JVal *root = NULL;
    *out_why = "the body is not JSON, or nested too deeply";
    if (json_read(a, body, SAY_BODY_MAX, &root, NULL, NULL) != OK) return E_INPUT;
    const JVal *list = jget(root, name);
    *out_why = "the body has no list of records: {\"count\": 1, \"hashRecords\": [...]} or {\"count\": 1, \"hashFeedbacks\": [...]}";
    if (list == NULL || list->type != J_ARR) return E_INPUT;
    *out_why = "count is not the number of records";
    if (jget(root, "count") != NULL && jint(root, "count", -1) != (int64_t)list->n) return E_INPUT;
    *out_why = "more than 1000 records: send them in several requests";
    if (list->n > SAY_RECORDS_MAX) return E_LIMIT;
    *out = list;
    return OK;
}

static bool tagged(const JVal *list, Str tag) {
    for (size_t i = 0; list != NULL && list->type == J_ARR && i < list->n; i++)
        if (list->vals[i].type == J_STR && str_ieq(list->vals[i].s, tag)) return true;
    return false;
}
/* Tags stand in the record, or where the protocol has them: in its feedbacks. */
static bool record_tagged(const JVal *r, Str tag) {
    const JVal *f = jget(r, "CSPFeedbacks");
    bool yes = tagged(jget(r, "tags"), tag);
    for (size_t i = 0; !yes && f != NULL && f->type == J_ARR && i < f->n; i++) yes = tagged(jget(&f->vals[i], "tags"), tag);
    return yes;
}

static void hash_of(Arena *a, const JVal *r, SayHash *out) {
    Str type = plain(jstr(r, "signalType"));
    out->text = jstr(r, "hashValue");
    out->adult = record_tagged(r, S("adult"));
    out->keep = record_tagged(r, S("not-to-others"));
    if (str_eq(type, S("ImagePDQ"))) out->signal = S("pdq");
    else if (str_eq(type, S("VideoMD5"))) out->signal = S("md5");
    else out->wrong = "signalType is ImagePDQ or VideoMD5; others are not taken here";
    if (out->wrong == NULL) out->wrong = hash_read(a, out->text, str_eq(out->signal, S("pdq")) ? 32 : 16, out->hash);
}

Err say_hashes_read(Arena *a, Str body, SayHash **out, size_t *out_n, const char **out_why) {
    const JVal *list = NULL;
    TRY(records_of(a, body, "hashRecords", &list, out_why));
    SayHash *rows = ARENA_ARRAY(a, SayHash, list->n + 1);
    for (size_t i = 0; i < list->n; i++) hash_of(a, &list->vals[i], &rows[i]);
    *out = rows;
    *out_n = list->n;
    return OK;
}

static void feedback_of(Arena *a, const JVal *r, SayFeedback *out) {
    static const struct { const char *word, *value; } values[] = { { "Blocked", "matched" }, { "NotBlocked", "disputed" }, { "Withdrawn", "removed" }, { "Deleted", "removed" }, { "PendingReview", "pending" } };
    Str word = plain(jstr(r, "feedbackValue"));
    out->text = jstr(r, "hashValue");
    for (size_t i = 0; i < LEN(values); i++)
        if (str_eq(word, str_c(values[i].word))) out->value = str_c(values[i].value);
    if (out->value.n == 0) out->wrong = "feedbackValue is Blocked, NotBlocked, PendingReview, Withdrawn or Deleted; others say nothing that could be counted";
    out->hash_n = out->text.n == 32 ? 16 : 32;
    if (out->wrong == NULL) out->wrong = hash_read(a, out->text, out->hash_n, out->hash);
}

Err say_feedback_read(Arena *a, Str body, SayFeedback **out, size_t *out_n, const char **out_why) {
    const JVal *list = NULL;
    TRY(records_of(a, body, "hashFeedbacks", &list, out_why));
    SayFeedback *rows = ARENA_ARRAY(a, SayFeedback, list->n + 1);
    for (size_t i = 0; i < list->n; i++) feedback_of(a, &list->vals[i], &rows[i]);
    *out = rows;
    *out_n = list->n;
    return OK;
}
