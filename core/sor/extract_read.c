/* extract_read.c - the rows of an extract again: gzip members, then CSV, a piece at a time. */
#include "core/sor/roll.h"
#include "foundation/base/csv.h"

#include <zlib.h>

enum { PIECE = 64 << 10, ROW_MAX = 4 << 20, COLUMNS = 9, NEEDED = 8 /* the last came later: without it its text is empty */ };
static const char *const names[COLUMNS] = { "platform_name", "family", "incompatible_content_illegal", "decision_ground", "explanation_hash", "decision_account", "application_date", "end_date_account_restriction", "visibility_other" };
typedef struct In { Buf text; bool head, quoted; size_t seen; size_t at[COLUMNS]; Arena *row; ExtractTake *take; void *ctx; } In;

static Err row_take(In *in, Str line) {
    CsvReader r = csv_reader(line, ',');
    Str *f = NULL, got[COLUMNS];
    size_t n = 0;
    arena_reset(in->row);
    if (csv_row(in->row, &r, &f, &n) != OK) return E_INPUT;
    if (!in->head) {
        for (size_t k = 0; k < COLUMNS; k++) {
            in->at[k] = n;
            for (size_t i = 0; i < n; i++)
                if (str_eq(f[i], str_c(names[k]))) in->at[k] = i;
            if (in->at[k] == n && k < NEEDED) return E_INPUT;
            if (in->at[k] == n) in->at[k] = SIZE_MAX;
        }
        in->head = true;
        return OK;
    }
    for (size_t k = 0; k < COLUMNS; k++) {
        if (in->at[k] >= n && in->at[k] != SIZE_MAX) return E_INPUT;
        got[k] = in->at[k] == SIZE_MAX ? STR_NONE : f[in->at[k]];
    }
    in->take(in->ctx, &(ExtractRow){ .platform = got[0], .family = got[1], .illegal = got[2], .ground = got[3], .explanation = got[4], .account = got[5], .applied = got[6], .account_end = got[7], .other = got[8], .other_known = in->at[8] != SIZE_MAX });
    return OK;
}

/* Whole records of what has come in; the rest waits for more. */
static Err rows_take(In *in) {
    size_t from = 0;
    for (size_t i = in->seen; i < in->text.n; i++) {
        char c = in->text.p[i];
        if (c == '"') in->quoted = !in->quoted;
        if (c != '\n' || in->quoted) continue;
        TRY(row_take(in, str_sub(buf_str(&in->text), from, i + 1 - from)));
        from = i + 1;
    }
    if (from > 0) memmove(in->text.p, in->text.p + from, in->text.n - from);
    in->text.n -= from;
    in->seen = in->text.n;
    return buf_err(&in->text) == OK ? OK : E_INPUT;
}

static Err members(z_stream *z, In *in, uint8_t *piece) {
    int code = Z_OK;
    while (z->avail_in > 0 || code != Z_STREAM_END) {
        uInt before = z->avail_in;
        if (code == Z_STREAM_END && inflateReset(z) != Z_OK) return E_INPUT; /* the next member */
        z->next_out = piece;
        z->avail_out = PIECE;
        code = inflate(z, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END) return E_INPUT;
        if (z->avail_out == PIECE && z->avail_in == before) return E_INPUT; /* no way on: cut off */
        buf_put(&in->text, str_bytes(piece, PIECE - z->avail_out));
        TRY(rows_take(in));
    }
    return OK;
}

Err extract_read(Str gz, ExtractTake *take, void *ctx) {
    z_stream z = { 0 };
    if (gz.n == 0 || gz.n > UINT32_MAX) return E_INPUT;
    must(inflateInit2(&z, MAX_WBITS + 16) == Z_OK);
    Arena *row = arena_new(3 * (size_t)ROW_MAX), *own = arena_new(PIECE + 4096); /* the first is emptied at every row */
    uint8_t *piece = arena_alloc(own, PIECE);
    In in = { .text = buf_new(ROW_MAX), .row = row, .take = take, .ctx = ctx };
    z.next_in = (Bytef *)(uintptr_t)gz.p; /* the library reads only */
    z.avail_in = (uInt)gz.n;
    Err e = members(&z, &in, piece);
    if (e == OK && (in.text.n > 0 || !in.head)) e = E_INPUT;
    inflateEnd(&z);
    buf_free(&in.text);
    arena_free(own);
    arena_free(row);
    return e;
}
