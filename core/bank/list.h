/* list.h - lists of hashes from elsewhere: kept by a sister organisation or an exchange, read as a file that was handed over, as a plain
 * text list, or by the StopNCII JSON protocol of another server. Part of core/bank.
 *
 * A list is a source of one lane. What it brings stands in quarantine like everything else. A run reads all that there is first
 * and judges it as a whole: one that loops, repeats itself, goes backwards, mixes lanes or is not understood is stopped, told, and
 * nothing of it counts; the checkpoint moves only with a run that was good, so nothing is missed and nothing is half there.
 * Sources of the protocol: docs of python-threatexchange (StopNCII API), as its unmodified client speaks it.
 */
#ifndef KETEN_BANK_LIST_H
#define KETEN_BANK_LIST_H
#include "core/bank/bank_entry.h"

enum { LIST_URL_MAX = 2000, LIST_KEY_MAX = 500, LIST_RUN_ROWS = 4000000, /* some hundred bytes each, while it is read */ LIST_FILE_ROWS = 20000 };
extern const ActDef act_list_made, act_list_ended, act_list_read;
typedef struct ListNew { Str code, kind /* file text stop_ncii */, lane, url, key, key2; bool pass_on; int64_t every_h; } ListNew;
Err list_make(Ctx *c, Id act, const ListNew *n, Act **out) NODISCARD;
Act *list_end(Ctx *c, Id list);

typedef struct ListCount { int64_t rows, added, known, refused, withdrawn, conflicts; } ListCount;
typedef struct ListRow { Id id, org; Str code, kind, lane, why /* ok, or what was wrong with the last run */; bool pass_on; int64_t every_h, checkpoint; UnixMs made, ended, read, good; ListCount last; Str url_sealed, key_sealed, key2_sealed, url, key, key2; } ListRow;
Err list_by_id(Ctx *c, Id list, ListRow *out) NODISCARD;
Err list_by_code(Ctx *c, Id org, Str code, ListRow *out) NODISCARD;
Err list_all(Ctx *c, Id org, ListRow **out, size_t *out_n) NODISCARD; /* by name; ended ones last */
Err list_open(Ctx *c, ListRow *l) NODISCARD;                          /* url and keys */

/* ---- taking hashes in (list_take.c) ---- */
typedef struct ListHash { Str signal; uint8_t hash[32]; int64_t quality, at /* the list's own time, or 0 */; UnixMs until; Str front; bool gone /* withdrawn there */; } ListHash;
/* Offers those that are new, withdraws those that are gone; the same one twice counts once, the newest word of it. What it is near of another lane, or what another
 * source withdrew or disputed, is counted as a conflict. Rows are put in order in place. Done again it does no harm. */
Err list_take(Ctx *c, const ListRow *l, ListHash *rows, size_t n, ListCount *io) NODISCARD;
/* A text (CSV, or one hash a line) into rows; a row that cannot be read is counted as refused and *out_first says why the first was. E_CONFLICT: it says of itself that it is of another lane; E_LIMIT: too many. */
Err list_text(Ctx *c, const ListRow *l, Str text, size_t most, ListHash **out, size_t *out_n, ListCount *io, Str *out_first) NODISCARD;
Act *list_read_act(Ctx *c, const ListRow *l, Str why, int64_t checkpoint, const ListCount *n);

bool bank_hex(Str hex, size_t bytes, uint8_t out[32]);                 /* digits of either case; false: another length, or no digit */

/* ---- the StopNCII protocol (list_ncii.c), pure ---- */
typedef struct NciiPage { ListHash *rows; size_t n; int64_t refused, next_set; Str token; bool more; } NciiPage;
/* Of one answer of FetchHashes. E_INPUT with *out_why: not_understood. */
Err ncii_page(Arena *a, Str json, NciiPage *out, const char **out_why) NODISCARD;
/* What has been seen in a run, to find one that does not come to an end. */
enum { LIST_TOKEN_MAX = 4000 };
enum { NCII_PAGES = 20000, NCII_EMPTY = 100 /* pages in a row: a server that leaves out what we do not get may give some */ };
typedef struct NciiRun { uint64_t *seen; size_t n, empty; int64_t start, last_set; } NciiRun;
/* Why the run must stop: "loops", "repeats", "backwards", "too_large"; NULL: go on. */
const char *ncii_judge(NciiRun *r, Str asked_token, const NciiPage *p);
#endif
