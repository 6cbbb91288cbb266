/* local.h - an instance opened by a command itself: both databases, a key holder inside this process, and a Ctx to act with.
 * The server may run meanwhile; what is unlocked here is known here only. Inside programs/keten only. */
#ifndef KETEN_LOCAL_H
#define KETEN_LOCAL_H
#include "core/case/case.h"
#include "core/vault/vault.h"
#include "programs/common/app.h"
#include "programs/keten/cmd.h"

typedef struct Local {
    Instance in;
    Db *db, *keys;
    Vault *vault;
    App app;
    Ctx c;              /* person: the system of the instance's organisation, until local_as says otherwise */
} Local;

/* Opens the instance at dir, or says in words why not (no instance, damaged database, wrong storage key, not ours to read)
 * and gives the exit code. mode: DB_READ or DB_WRITE. */
bool local_open(Cli *c, const char *dir, DbMode mode, Local *out, int *out_code);
/* The same for an instance whose Instance is there already. *out_why in plain words. */
Err local_begin(Arena *a, const Instance *in, DbMode mode, Local *out, Str *out_why) NODISCARD;
void local_close(Local *l);
void local_as(Local *l, uint32_t roles, Id user, Id org);
/* Whether the storage key is the one this instance was made with: E_DENIED when not. */
Err local_key_check(Local *l) NODISCARD;

/* ---- cmd_init.c ---- */
typedef struct InitWish {
    const char *dir;
    bool demo;
    Str org, kind, country, lang, admin, lead;   /* sign-in names */
    Str base_url, listen;                        /* empty: the defaults */
    int64_t port;                                /* 0, or: base_url, listen and the metrics port follow from it */
} InitWish;
/* Makes an instance. *out_why in plain words when it cannot; nothing half-made stays then. out_said: lines for the person. */
Err init_make(Arena *a, const InitWish *w, Buf *out_said, Str *out_why) NODISCARD;
bool init_login_ok(Str login);                       /* 2 to 40 of a-z 0-9 . - _ */
Str init_link_url(Local *l, Str token);
/* A one-time link for somebody whose keys can be unlocked with a password known here. */
Err init_link(Local *l, const UserRow *u, Str password, UnixMs until, Str *out_url) NODISCARD;
/* The demo's people and fresh links for them. E_MISSING when this is no demo. */
Err init_demo_links(Local *l, Buf *out) NODISCARD;

/* ---- local_store.c ---- */
enum { CASES_AT_ONCE = 500 };
typedef struct CaseKeyRow { Id id; Str ref; } CaseKeyRow;
Err fsck_store_cases(Db *db, Arena *a, Id after, CaseKeyRow *out, size_t *out_n) NODISCARD; /* not erased, by id */

typedef struct CaseWish { Str lane, turn, state /* open closed all */; int64_t year; } CaseWish;
Err local_store_cases(Ctx *c, const CaseWish *w, int64_t limit, Str *out_refs, size_t *out_n) NODISCARD; /* references, most urgent first */

/* ---- cmd_serve.c ---- */
int serve_instance(Cli *c, Instance *in, bool check, bool once, bool json);
#endif
