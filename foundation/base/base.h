/* base.h - what every room stands on: errors, checked sizes, arenas, string views, output buffers.
 *
 * Ownership: an Arena owns all memory taken from it and gives it back at once on reset. A Str is a
 * borrowed view (pointer and length), never owned and never relying on a NUL. A Buf owns its bytes
 * until buf_free. Nothing here reads the clock, the environment or a file.
 * Processes are single threaded; nothing here is shared between threads.
 */
#ifndef KETEN_BASE_H
#define KETEN_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "foundation/base/banned.h"

/* Kinds of failure. Zero is success. A bug is not an error: see must(). */
typedef enum Err {
    OK = 0,
    E_INPUT,    /* what came in is not of the form that was asked for */
    E_DENIED,   /* this person may not do this now */
    E_MISSING,  /* the thing named does not exist, or not for this person */
    E_CONFLICT, /* the state has changed, or it was done already; trying again may help */
    E_LIMIT,    /* larger, longer or more than a stated limit */
    E_OUTSIDE,  /* someone or something outside (disk, network, database, other process) failed */
} Err;
#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

const char *err_name(Err e); /* "ok", "input", ... for logs */

/* must(x): what cannot be otherwise. Stays on in production; the process ends and the master restarts it. */
#define must(x) ((x) ? (void)0 : must_failed(__FILE__, __LINE__, #x))
_Noreturn void must_failed(const char *file, int line, const char *what);

/* TRY(e): return the error of e from the current function, if it is one. */
#define TRY(e) do { Err err_try_ = (e); if (err_try_ != OK) return err_try_; } while (0)

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Checked arithmetic: false, and *out untouched, when the result does not fit. */
static inline bool size_add(size_t a, size_t b, size_t *out) { size_t r; if (__builtin_add_overflow(a, b, &r)) return false; *out = r; return true; }
static inline bool size_mul(size_t a, size_t b, size_t *out) { size_t r; if (__builtin_mul_overflow(a, b, &r)) return false; *out = r; return true; }
static inline bool i64_add(int64_t a, int64_t b, int64_t *out) { int64_t r; if (__builtin_add_overflow(a, b, &r)) return false; *out = r; return true; }
static inline bool i64_mul(int64_t a, int64_t b, int64_t *out) { int64_t r; if (__builtin_mul_overflow(a, b, &r)) return false; *out = r; return true; }

/* ---- arena ---- */
typedef struct Arena Arena;
Arena *arena_new(size_t max_bytes);            /* grows in blocks up to max; running out is a must() failure */
void arena_free(Arena *a);                     /* accepts NULL */
void arena_reset(Arena *a);                    /* everything taken from it is gone */
size_t arena_used(const Arena *a);
void *arena_alloc(Arena *a, size_t size) NODISCARD;            /* zeroed, 16-byte aligned, never NULL */
void *arena_array(Arena *a, size_t count, size_t size) NODISCARD; /* checked count * size */
#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_array((a), (n), sizeof(T)))
/* Room for one more in a list of n that grows by doubling. Gives the list: where it was, or copied to a larger place. Begins with
 * NULL and *cap 0, or with any list of *cap places. */
void *arena_room(Arena *a, void *list, size_t n, size_t *cap, size_t size) NODISCARD;
#define ARENA_ROOM(a, list, n, cap) arena_room((a), (list), (n), (cap), sizeof *(list))

/* ---- string view ---- */
typedef struct Str { const char *p; size_t n; } Str;
#define S(lit) ((Str){ "" lit, sizeof(lit) - 1 })
#define STR_NONE ((Str){ NULL, 0 })
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

Str str_c(const char *z);                      /* view of a NUL-terminated string; NULL gives the empty Str */
Str str_bytes(const void *p, size_t n);
Str str_dup(Arena *a, Str s);
char *str_z(Arena *a, Str s);                  /* NUL-terminated copy, for libraries that want one */
Str str_fmt(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool str_eq(Str a, Str b);
bool str_ieq(Str a, Str b);                    /* ASCII letters without case */
int str_cmp(Str a, Str b);                     /* byte order, shorter first */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
bool str_find(Str s, Str needle, size_t *out_at);
bool str_chr(Str s, char c, size_t *out_at);
Str str_sub(Str s, size_t from, size_t n);     /* clipped to s */
Str str_trim(Str s);                           /* ASCII blanks at both ends */
Str str_lower(Arena *a, Str s);                /* ASCII only */
/* Takes the text up to sep off the front of *rest; false when *rest is exhausted (p set to NULL). */
bool str_split(Str *rest, char sep, Str *out_part);
bool str_utf8_ok(Str s);                       /* well-formed UTF-8 (RFC 3629), no surrogates */
bool str_has_bidi(Str s);                      /* holds a bidirectional control (U+202A-E, U+2066-9, U+200E-F, U+061C) */
size_t str_utf8_len(Str s);                    /* code points in well-formed text */
Str str_utf8_cut(Str s, size_t max);           /* the first max bytes, or a few less, so that no character is cut in half */
Err str_i64(Str s, int64_t min, int64_t max, int64_t *out) NODISCARD; /* decimal, whole string, E_INPUT or E_LIMIT */

/* ---- output buffer ---- */
typedef struct Buf { char *p; size_t n, cap, max; bool over; } Buf; /* over: something did not fit; sticky */
Buf buf_new(size_t max_bytes);
void buf_free(Buf *b);
void buf_wipe(Buf *b);                         /* zero the bytes, then free: for plaintext and secrets */
void buf_clear(Buf *b);                        /* keeps the memory */
void buf_put(Buf *b, Str s);
void buf_z(Buf *b, const char *z);
void buf_ch(Buf *b, char c);
void buf_printf(Buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_i64(Buf *b, int64_t v);
void buf_be(Buf *b, uint64_t v, int bytes);    /* big-endian, 1 to 8 bytes */
static inline Str buf_str(const Buf *b) { return (Str){ b->p, b->n }; }
Err buf_err(const Buf *b) NODISCARD;           /* E_LIMIT when something did not fit */

/* ---- 128-bit random identifier ---- */
typedef struct Id { uint8_t b[16]; } Id;
#define ID_NONE ((Id){ { 0 } })
#define ID_HEX 32
bool id_eq(Id a, Id b);
bool id_none(Id a);
Str id_hex(Arena *a, Id id);                   /* a NUL stands behind it */
Err id_parse(Str hex, Id *out) NODISCARD;      /* exactly 32 hex digits */
static inline Str id_str(const Id *id) { return (Str){ (const char *)id->b, 16 }; } /* raw bytes view */

#endif
