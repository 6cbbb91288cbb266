/* ctx.h - what travels as first argument through core and steps: who asks, when, with what.
 *
 * Nothing below reads the clock or the environment: now, zone, randomness and person come in here, so that a year
 * can be simulated in seconds and replayed. A Ctx lives for one request or one job; its arena is reset afterwards.
 */
#ifndef KETEN_CTX_H
#define KETEN_CTX_H
#include "foundation/base/base.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"
#include "foundation/store/store.h"

typedef struct Vault Vault;               /* core/vault/vault.h */
typedef struct VaultSession VaultSession; /* an unlocked worker or receipt code; NULL for everyone else */
typedef struct Net Net;                   /* foundation/net/net.h: only in jobs and commands, NULL in web */
typedef struct Media Media;               /* foundation/sandbox/media.h, the same */
typedef struct BankDoor BankDoor;         /* core/bank/bank_door.h */
typedef struct KnownDoor KnownDoor;       /* core/case/known.h: only in jobs */
typedef struct CasePanel CasePanel;       /* core/step/step.h */
typedef struct StepForm StepForm;
typedef struct HomePart HomePart;
typedef struct LapseKind LapseKind;       /* core/case/case.h */
typedef struct Law Law;                   /* core/law/law.h */
typedef struct NetRegistry NetRegistry;   /* foundation/net/registry.h */
typedef struct ActDef ActDef;             /* core/journal/journal.h */
typedef struct ClockDef ClockDef;

/* The name of one in the register that a room keeps, for whom this person may see; E_MISSING, E_DENIED: nobody. */
struct Ctx;
struct Act;
typedef Err HolderName(struct Ctx *c, Id holder, Str *out_name);

/* Roles are bits: a person may hold several. The order is the order of the columns in the rights table. */
enum {
    R_PUBLIC = 1 << 0,    /* anyone */
    R_VICTIM = 1 << 1,    /* holds the receipt code of one case */
    R_PLATFORM = 1 << 2,  /* holds the answer link of one notice */
    R_WORKER = 1 << 3,    /* case worker of a helpline or trusted flagger */
    R_LEAD = 1 << 4,      /* may merge, re-issue codes, erase, sign filings for the team */
    R_ANALYST = 1 << 5,   /* supervises platforms, keeps the registers, prepares consultations */
    R_INSPECTOR = 1 << 6, /* works at an authority; sees what was shared with it */
    R_ADMIN = 1 << 7,     /* organisation, users, settings; no content */
    R_SYSTEM = 1 << 8,    /* jobs of the server itself */
};
enum { R_STAFF = R_WORKER | R_LEAD | R_ANALYST | R_INSPECTOR | R_ADMIN };
const char *role_name(uint32_t one_role); /* "worker"; for tables and logs */

typedef struct Person {
    uint32_t roles;
    Id user;      /* staff */
    Id org;       /* staff: own organisation; platform and victim: the organisation that holds the case */
    Id case_id;   /* victim */
    Id notice;    /* platform */
    Str name;     /* display name of staff */
} Person;

/* Why something was refused, for the page: set once, by whoever knows best. */
typedef struct Fail {
    const char *field;  /* form field, or NULL */
    const char *msgid;  /* English source text of the message; translated by the page */
    Str detail;         /* a value to show with it, or empty */
} Fail;

/* Built once per process, const afterwards. */
typedef struct App {
    const ActDef *const *acts;      /* all act kinds of all steps, ended by NULL */
    const CasePanel *panels;        /* parts of the case page, by place and rank */
    size_t panels_n;
    const HomePart *home;           /* what waits outside of cases, see core/step/step.h */
    size_t home_n;
    const StepForm *forms;          /* which page makes which form of the law */
    size_t forms_n;
    HolderName *holder_name;        /* core/case/holder.h; NULL: no room keeps a register */
    const LapseKind *const *lapse;  /* who gathers what a lapse says, by kind of object; ended by NULL */
    const Law *law;
    const Zone *zone;               /* zone of civil dates, Europe/Amsterdam unless configured */
    Str base_url;                   /* https://... as the outside sees this server, no trailing slash */
    Str timestamp_urls;             /* RFC 3161 authorities that stamp dossiers and hourly roots, blank-separated; empty: none */
    const struct LedgerPolicy *policy; /* whose signatures under our checkpoints count (core/ledger/witness.h); NULL: nobody is asked */
    Str policy_text;
    Str org_mail_from;              /* sender of outgoing mail */
    Str flagger_area;               /* area of expertise that the organisation was designated for (DSA art. 22(2)); empty: not said */
    Str mail_verp;                  /* what stands between its name and the mark of one mail in return paths; empty: the mark is not used */
    int64_t mail_per_hour;          /* mails that one recipient gets within an hour; 0: as many as there are */
    const NetRegistry *registry;    /* where to ask who can remove something; NULL: this program does not ask */
    Str lookup_origin, lookup_whois; /* [lookup]: servers, host or host:port */
    Str net_allow;                  /* [net] allow: host:port pairs that may be reached although private, blank-separated */
    int64_t watch_ms;               /* between two looks at a location; 0: a day */
    Str watch_places;               /* names of [watch] places, blank-separated; empty: this server alone */
    Str instance_dir;
    const char *capture_socket;     /* where a browser can be asked for (foundation/sandbox/browse.h); NULL: nowhere */
    int capture_seconds, capture_requests;
    int64_t capture_bytes;
    Id org;                         /* the organisation this instance was made for */
    void (*random)(void *ctx, uint8_t *out, size_t n);
    void *random_ctx;
    void (*committed)(struct Ctx *c, struct Act *const *acts, size_t n); /* hears of acts as soon as they are durable; what it does may be lost in a crash, so due work makes it good. NULL: nobody */
    bool demo;                      /* pages say so */
} App;

typedef struct Ctx {
    const App *app;
    Arena *arena;
    Db *db;
    Vault *vault;
    Net *net;
    Media *media;
    const BankDoor *bank;           /* NULL: none here */
    const KnownDoor *known;         /* NULL: none here */
    const VaultSession *session;
    UnixMs now;
    Person person;
    Lang lang;
    Fail fail;
} Ctx;

Id ctx_new_id(Ctx *c);                                              /* fresh random identifier */
Err ctx_refuse(Ctx *c, Err err, const char *field, const char *msgid); /* records the reason unless one is there; returns err */
#endif
