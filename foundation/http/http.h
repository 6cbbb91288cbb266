/* http.h - requests, responses, the route table, and forms with declared parameters.
 *
 * nginx speaks HTTP with the world; a worker gets one SCGI block per connection, so there is one HTTP
 * parser in the house and it is not ours. The way of a request: http_head_parse -> route_find -> body up to
 * route->body_max -> session -> access -> CSRF -> form_read -> handler -> http_write.
 *
 * Ownership: everything a Request points at lives in the request arena (wiped when the request ends); a
 * handler keeps nothing. A Response owns its Buf until res_free. Process rule: one request at a time.
 * What nginx must pass as scgi_param: REQUEST_METHOD, REQUEST_URI, CONTENT_LENGTH, CONTENT_TYPE, REMOTE_ADDR,
 * HTTPS, and the HTTP_* headers (nginx sends those by itself). Everything else is ignored.
 * Sources: SCGI spec (Schemenauer 2008), RFC 9110, RFC 6265bis (cookie prefixes), RFC 7578 (multipart).
 */
#ifndef KETEN_HTTP_H
#define KETEN_HTTP_H
#include "foundation/base/base.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

typedef struct Ctx Ctx;           /* core/ctx/ctx.h: arena, store, person, clock, randomness */
typedef struct UiCtx UiCtx;       /* foundation/ui/ui.h: language, CSRF token, now, navigation */

enum { HTTP_HEAD_MAX = 32 * 1024, HTTP_PARAMS_MAX = 4096, HTTP_PARTS_MAX = 64, HTTP_ARGS_MAX = 4, HTTP_SEGMENTS_MAX = 12,
       HTTP_COOKIES_MAX = 16, FORM_FIELDS_MAX = 64 };

typedef enum Method { METHOD_INVALID, GET, POST } Method; /* HEAD comes in as GET with head_only set */

typedef struct Pair { Str name, value; } Pair;            /* decoded; value may hold any byte until form_read has judged it */
typedef struct File { Str field, name, type, bytes; } File; /* one uploaded part; name and type are the sender's words */

/* ---- forms: every parameter is declared ---- */
typedef enum ParamKind {
    P_INVALID,
    P_TEXT,      /* one line; min, max in code points */
    P_LONGTEXT,  /* several lines (CRLF becomes LF); min, max in code points */
    P_EMAIL,     /* one address, RFC 5321 sizes, no display name */
    P_URL,       /* http or https, absolute, no user:password; other schemes refused */
    P_DATE,      /* yyyy-mm-dd, or dd-mm-yyyy as Dutch readers type it */
    P_INT,       /* decimal; min, max are the value's bounds */
    P_CHOICE,    /* one of choices (or, when choices is NULL, any [a-z0-9._-]{1,64} for the handler to look up) */
    P_ID,        /* 32 hex digits */
    P_CODE,      /* what people copy: letters, digits, blanks, hyphens; min, max without blanks and hyphens */
    P_BOOL,      /* check box: present is true */
    P_SECRET,    /* a password: any bytes that are valid UTF-8, never shown again, never kept */
    P_FILE,      /* multipart only; max in bytes */
} ParamKind;

typedef struct Param {
    const char *name;
    ParamKind kind;
    bool required, many;                 /* many: may come several times (check list); values in Value.all */
    int64_t min, max;                    /* 0, 0: the kind's own bounds (text 200, longtext 20,000, code 64) */
    const char *const *choices;          /* NULL-terminated */
    const char *label;                   /* msgid, N_("Mail address"): named in the field's label and in the error summary */
} Param;

typedef struct Value {
    bool given;                          /* something other than blanks came in */
    Str text;                            /* as typed, trimmed; shown again on error (safe to hold, escaped by templates) */
    int64_t num;                         /* P_INT; P_BOOL 0/1; P_CHOICE index in choices */
    Date date;
    Id id;
    const File *file;
    const Str *all;                      /* when many */
    size_t n;
    const char *error;                   /* msgid, NULL when the value is good */
} Value;

typedef struct Form {
    const Param *spec;
    size_t n;
    Value v[FORM_FIELDS_MAX];
    Id act;                              /* the form's own act id: sent twice, it happens once */
    size_t errors;
    const char *error;                   /* msgid about the form as a whole, or NULL */
    bool filled;                         /* came from a person (POST, or kept and shown again) */
} Form;

/* ---- the request ---- */
typedef struct Request {
    Arena *a;
    Method method;
    bool head_only, https;
    Str path;                            /* decoded, starts with '/', no empty, "." or ".." segment, no NUL */
    Str query_raw, host, origin, fetch_site, accept, accept_language, if_none_match, authorization, content_type, range, subscription_key, functions_key; /* the last two: keys in the StopNCII protocol */
    Str remote;                          /* peer's address as nginx saw it; the web process turns it into remote_hash and drops it */
    uint64_t remote_hash;                /* salted anew each day; for limits only, never logged or stored */
    size_t content_length;
    const Pair *query, *cookies, *posted;
    size_t query_n, cookies_n, posted_n;
    const File *files;
    size_t files_n;
    Str body;                            /* raw bytes when not a form (API) */
    const struct Route *route;
    Pair arg[HTTP_ARGS_MAX];             /* what matched {name} in the route's path */
    size_t arg_n;
    Form *form;                          /* POST on a route with .form: read and judged; see form->errors */
    const struct Kept *kept;             /* what a redirect left for this page, see res_again; NULL mostly */
    Str draft;                           /* bytes left by res_draft, opened with the visitor's cookie; empty when none */
    Id session;                          /* id of the session row; ID_NONE when nobody is signed in */
    Str link_token;                      /* LEVEL_LINK: the opened capability's token as bytes; empty otherwise */
    const UiCtx *ui;
} Request;

Str req_arg(const Request *req, const char *name);                   /* path argument; must() be in the route's path */
Err req_id(const Request *req, const char *name, Id *out) NODISCARD; /* path argument as Id; E_MISSING when it is none (a 404) */
Str req_query(const Request *req, const char *name);                 /* first value; empty when absent */
int64_t req_query_int(const Request *req, const char *name, int64_t min, int64_t max, int64_t otherwise);
Str req_cookie(const Request *req, const char *name);

/* ---- the response ---- */
typedef struct Response {
    Arena *a;
    int status;                          /* 200 unless set */
    Buf body;
    Buf headers;                         /* extra headers, already checked */
    const char *type;                    /* NULL: text/html; charset=utf-8 */
    Str location;                        /* with 303 */
    bool cache_forever;                  /* static files with a hash in their name */
    int cache_seconds;                   /* public, unchanging pages (ledger tiles, directory); 0 is no-store */
    bool clear_site_data;                /* leaving: cookies, storage, cache */
    bool wasm;                           /* page needs 'wasm-unsafe-eval' (hashing and proof checking only) */
    const char *said;                    /* msgid shown once on the next page (toast) */
    bool keep_form;                      /* set by res_again */
    bool draft_set, draft_drop;
    Str draft;
    /* session wishes, carried out by the web process after the handler's success */
    bool session_end;
    Str session_token;                   /* secret of a session the handler opened (core/access); becomes the cookie */
    int session_level;                   /* Level of that session */
    /* streaming: called until *out_done; used instead of body when set */
    Err (*stream)(void *arg, Buf *chunk, bool *out_done);
    void *stream_arg;
    const char *error_msg;               /* msgid for the error page's sentence, when a handler returns an Err */
} Response;

void res_init(Response *res, Arena *a, size_t body_max);
void res_free(Response *res);
/* Adds a header; E_INPUT (nothing added) when name is no token or value has a control byte, CR and LF above all. */
Err res_header(Response *res, const char *name, Str value) NODISCARD;
void res_type(Response *res, const char *type);                      /* "application/json"; must() be plain */
/* As a download under this file name (cleaned to [A-Za-z0-9._-]). */
void res_download(Response *res, const char *type, Str filename);
/* The body is these bytes, sent in pieces since they may be more than a page holds. They stay the caller's, and must live as long as the request. */
void res_pieces(Response *res, Str bytes);
/* POST -> 303 -> GET. path starts with '/', printf-built from ids and plain words, or from what http_escape made. Longer than a
 * kilobyte it loses what follows '?', and if that is not enough it is the first page. */
void res_redirect(Response *res, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The form had errors: redirect to the page that shows it; values and errors wait there once, sealed under the visitor's cookie.
 * (A page sent as the answer to a POST would leave what was typed in the browser's session-restore files.) */
void res_again(Response *res, const char *fmt, ...) PRINTF_LIKE(2, 3);
void res_said(Response *res, const char *msgid);                     /* one sentence on the page the redirect leads to */
void res_draft(Response *res, Str bytes);                            /* at most 2.5 MiB; replaces the visitor's draft, lives 30 min */
void res_draft_drop(Response *res);

/* ---- routes ---- */
typedef enum Level {     /* who the cookie must speak for, and with it the kind of CSRF token */
    LEVEL_INVALID,
    LEVEL_OPEN,          /* anybody; a POST still needs same origin and the visitor's token */
    LEVEL_VICTIM,        /* a session opened with a receipt code */
    LEVEL_LINK,          /* a session opened by pressing the button behind a capability link */
    LEVEL_STAFF,         /* signed in: worker, inspector, analyst, administrator */
    LEVEL_FRESH,         /* signed in or confirmed in the last 10 minutes: share, erase, export */
    LEVEL_API,           /* no cookie: Authorization header, no CSRF token */
} Level;
enum { WHO_ANYBODY = 1 }; /* role mask for LEVEL_OPEN/VICTIM/LINK; roles themselves are named in core/access/access.h */

typedef Err (*HandlerFn)(Ctx *ctx, const Request *req, Response *res);
typedef struct Route {
    Method method;
    /* "/case/{case}/location/{loc}"; a last "{rest*}" takes what follows, slashes too. An argument named {case} is a case id:
     * the web process asks access_case(action) for it before the handler runs. */
    const char *path;
    uint32_t who;                        /* role mask; 0 is invalid: an empty audience is nobody */
    const char *action;                  /* name for the access check and the log line: "case.read" */
    Level level;
    size_t body_max;                     /* bytes; must be 0 for GET and > 0 for POST */
    HandlerFn handler;
    const Param *form;                   /* POST: read before the handler runs */
    size_t form_n;
    uint8_t cost;                        /* weight in the rate limit; 0 counts as 1; sign-in and code entry 20; 255: never limited, no cookie read; 254: the way out, see turn.c */
} Route;
#define ROUTE_FORM(spec) .form = (spec), .form_n = LEN(spec)

typedef struct RouteTable { const Route *const *lists; const size_t *counts; size_t n; } RouteTable; /* the steps' tables */
/* NULL when every row is whole and no two rows can answer the same request; otherwise what is wrong (static text), *out_row the row. */
const char *route_table_wrong(const RouteTable *t, const Route **out_row);
/* Fills req->route and req->arg. OK; E_MISSING (404); E_DENIED with *out_other when only another method is there (405). */
Err route_find(const RouteTable *t, Request *req, Method *out_other) NODISCARD;

/* ---- wire ---- */
/* Reads "LEN:name\0value\0...," ; *out_used is the number of bytes of the block with its comma.
 * E_INPUT when malformed; E_LIMIT when larger than HTTP_HEAD_MAX; E_CONFLICT when more bytes are needed. */
Err http_head_parse(Arena *a, Str bytes, Request *out, size_t *out_used) NODISCARD;
/* Reads the query string into req->query. E_INPUT, E_LIMIT. http_head_parse calls it. */
Err http_pairs(Arena *a, Str urlencoded, const Pair **out, size_t *out_n) NODISCARD;
/* Reads body into posted, files (form types) or leaves it in body (anything else). */
Err http_body_parse(Request *req, Str body) NODISCARD;
Err http_multipart(Arena *a, Str content_type, Str body, const Pair **out, size_t *out_n, const File **out_files, size_t *out_files_n) NODISCARD;
/* Percent-decodes; plus as blank when form. E_INPUT on a broken escape. */
Err http_unescape(Arena *a, Str s, bool form, Str *out) NODISCARD;
Str http_escape(Arena *a, Str s);                                    /* everything but unreserved (RFC 3986 §2.3) */
Str http_path_escape(Arena *a, Str path);                            /* the same, slashes stay */
/* Status line, every security header of the house, cookies and body, as nginx wants them over SCGI. */
void http_write_head(const Response *res, bool https, bool head_only, Buf *out);
const char *http_status_text(int status);

/* ---- forms ---- */
/* Judges req->posted by spec. Always fills *out; look at out->errors. Unknown parameters are ignored. */
void form_read(const Request *req, const Param *spec, size_t n, Form *out);
/* The form a GET page shows: filled with what the visitor typed when a res_again led here, else empty. */
Form *form_page(const Request *req, const Param *spec, size_t n);
const Value *form_at(const Form *f, const char *name);               /* must() be declared */
Str form_text(const Form *f, const char *name);
int64_t form_int(const Form *f, const char *name);
bool form_bool(const Form *f, const char *name);
bool form_has(const Form *f, const char *name, Str one);             /* many: was this one ticked */
Date form_date(const Form *f, const char *name);                     /* given must be true */
Id form_id(const Form *f, const char *name);
void form_set(Form *f, const char *name, Str text);                  /* presets a page's field; no effect on a filled form */
void form_put(Form *f, const char *name, Str text);                  /* replaces what was typed: what the page shows when it comes back */
void form_set_many(Arena *a, Form *f, const char *name, const Str *all, size_t n);
void form_fail(Form *f, const char *name, const char *msgid);        /* an error the rules found; name NULL: the form as a whole */

int64_t param_length_max(const Param *p);                            /* most characters (bytes for a file) the field takes */

/* What waits for the next page: urlencoded text of the form's values and errors, and the toast. */
typedef struct Kept { Str path, said, error; const Pair *values, *errors; size_t values_n, errors_n; } Kept;
void kept_write(const Form *f, Str path, const char *said, Buf *out);
Err kept_read(Arena *a, Str bytes, Kept *out) NODISCARD;
#endif
