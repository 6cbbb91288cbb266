/* conf.h - the keys of keten.conf and the places inside an instance, for all programs.
 * An instance is one directory; everything that runs on it gets that directory as --data. */
#ifndef KETEN_PROGRAMS_CONF_H
#define KETEN_PROGRAMS_CONF_H
#include "foundation/base/when.h"
#include "foundation/sys/config.h"
#include "foundation/sys/metrics.h"
#include "foundation/sys/sys.h"

extern const ConfKey keten_conf_keys[];
extern const size_t keten_conf_keys_n;

/* What of an instance is read before anything else happens. Lives in the arena. */
typedef struct Instance {
    const char *dir;         /* absolute */
    Conf conf;
    const Zone *zone;        /* [instance] zone */
    SysClock clock;
    bool demo;               /* made with --demo: its clock can be moved */
} Instance;

/* Run by root, becomes the owner of the directory first. Reads keten.conf (with the environment before it), the zone and the clock. *out_why says in plain words what is wrong:
 * E_MISSING no instance there, E_INPUT its configuration, E_DENIED not ours to read, E_OUTSIDE. */
Err instance_open(Arena *a, const char *dir, Instance *out, Str *out_why) NODISCARD;
/* Name of this instance's ledger, as its checkpoints carry it: [instance] log_origin, or HOST/keten of the base address. */
Str instance_log_origin(Arena *a, const Instance *in);
/* One executable that belongs to Keten: beside the one that runs, in the build tree's room, or in libexec. NULL when there is none. */
const char *program_beside(Arena *a, const char *name, const char *room);
const char *instance_path(Arena *a, const Instance *in, const char *name);  /* "DIR/name" */

const char *instance_bank(Arena *a, const Instance *in);                    /* the folder of hashes that are looked for */

/* One place for the names of what stands in the directory. */
#define INSTANCE_CONF "keten.conf"
#define INSTANCE_DB "keten.db"
#define INSTANCE_KEYS_DB "keys.db"
#define INSTANCE_STORAGE_KEY "storage.key"
#define INSTANCE_SIGNING_KEY "signing.key"
#define INSTANCE_DEMO_PASSWORD "demo.password"   /* demo instances only: `keten run` makes their sign-in links with it */
#define INSTANCE_BLOBS "blobs"
#define INSTANCE_BANK "bank"                    /* unless [bank] dir says otherwise: instance_bank */
#define INSTANCE_RUN "run"
#define INSTANCE_WEB_SOCKET "run/web.sock"
#define INSTANCE_KEYS_SOCKET "run/keys.sock"
#define INSTANCE_FETCH_SOCKET "run/fetch.sock"
#define INSTANCE_MEDIA_SOCKET "run/media.sock"
#define INSTANCE_GATE "gate"                    /* what the gate is told: keys, signers, receipts taken back (written by keten-jobs) */
#define INSTANCE_GATE_SOCKET "run/gate.sock"
#define INSTANCE_CAPTURE_SOCKET "run/capture.sock"
#define INSTANCE_LAST_BACKUP "run/last-backup"    /* when `keten backup` last made one */
#define INSTANCE_METRICS "run/metrics"

/* ---- the counters all programs share; names are in the table of conf.c ---- */
typedef enum Metric {
    M_REQUESTS_OK, M_REQUESTS_REDIRECT, M_REQUESTS_CLIENT, M_REQUESTS_SERVER, M_REQUEST_MS, M_REQUESTS_LIMITED,
    M_JOBS_DONE, M_JOBS_RETRIED, M_JOBS_STUCK, M_JOBS_WAITING,
    M_MAIL_SENT, M_MAIL_FAILED, M_FETCH_DONE, M_FETCH_REFUSED, M_FETCH_FAILED,
    M_SIGNIN_FAILED, M_CHILD_RESTARTS, M_CHILDREN, METRICS_N
} Metric;
extern const MetricDef keten_metrics[METRICS_N];
/* The master makes the page; everyone else joins it. Counting goes on without it when it is not there (commands, tests). */
void metrics_join(Arena *a, const Instance *in, Metrics *out);
#endif
