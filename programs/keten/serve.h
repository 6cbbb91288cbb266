/* serve.h - the master: starts what an instance needs, watches it, stops it. Inside programs/keten only. */
#ifndef KETEN_SERVE_H
#define KETEN_SERVE_H
#include "programs/common/conf.h"

/* Where the executables are: beside keten, in the build tree, or in libexec. E_MISSING with *out_why naming the first that is not there. */
typedef struct Programs { const char *web, *jobs, *watch, *fetch, *keys, *media, *gate, *capture, *nginx; } Programs;
Err programs_find(Arena *a, Programs *out, Str *out_why) NODISCARD;

/* Body sizes by route, as keten-web itself declares them; see serve_nginx.c. */
typedef struct BodyLimit { Str pattern; int64_t bytes; } BodyLimit;
Err body_limits(Arena *a, const Programs *p, BodyLimit **out, size_t *out_n) NODISCARD;
/* Writes run/nginx.conf. temp_dir: for what clients upload while it comes in. E_INPUT with a reason for an impossible configuration. */
Err nginx_conf_write(Arena *a, const Instance *in, const char *temp_dir, const BodyLimit *limits, size_t limits_n, Str *out_why) NODISCARD;
Err nginx_test(Arena *a, const Instance *in, const Programs *p, int *out_code) NODISCARD;  /* nginx -t */
const char *upload_temp_dir(Arena *a, const Instance *in);                       /* in memory where there is a place for it */

/* Whether every address of [web] listen can be listened on now. E_CONFLICT with a reason when not. */
Err front_free(Arena *a, const Instance *in, Str *out_why) NODISCARD;
/* Runs until a TERM or INT. OK after an orderly stop; E_OUTSIDE when it could not start. */
Err serve(Arena *a, const Instance *in, const Programs *p) NODISCARD;

/* One master per instance: an flock on run/lock, which says who holds it. E_CONFLICT when someone does. */
Err serve_lock(Arena *a, const Instance *in, int *out_fd) NODISCARD;
/* Brings both databases to this program's schema. */
Err migrate(Arena *a, const Instance *in, int *out_applied, Str *out_why) NODISCARD;
#endif
