/* sim.h - the simulated year: a seeded world of platforms, authorities and people that goes through the acts of the house.
 *
 * One process, the player, plays what happens in order of time: what the seed laid down (sim_world.c) and what falls due in the
 * record's own queue (sim_jobs.c). Another, the keeper (sim_keeper.c), starts it, lets it be killed between two writes, and
 * looks at what is left each time. Everything random is drawn from the seed and the name of what happens, never from where the
 * player stood when it was killed: so what is done again after a crash is the same act with the same bytes.
 * Each thing that happens commits once; that is how the player knows whether it was done. Inside programs/keten only.
 */
#ifndef KETEN_SIM_H
#define KETEN_SIM_H
#include "core/case/case.h"
#include "core/case/intake.h"
#include "core/law/law.h"
#include "programs/common/app.h"
#include "steps/enforce/enforce.h"
#include "steps/takedown/takedown.h"

/* ---- sim_rand.c: numbers from the seed ---- */
typedef struct SimRand { uint8_t key[32], room[512]; uint64_t block; size_t at; } SimRand;
void sim_seed(SimRand *r, int64_t seed, const char *what, int64_t a, int64_t b);
void sim_bytes(void *rand, uint8_t *out, size_t n);                /* as App.random wants it */
uint64_t sim_below(SimRand *r, uint64_t n);
bool sim_chance(SimRand *r, unsigned of_thousand);
size_t sim_pick(SimRand *r, const unsigned *weights, size_t n);
Id sim_id(int64_t seed, const char *what, int64_t a, int64_t b);   /* the name of something: the same in every run */
/* libsodium draws from it as well (keys, nonces, file headers), for as long as this process lives. */
void sim_sodium(SimRand *r);

/* ---- sim_world.c: what the seed lays down ---- */
enum { SIM_PLATFORMS = 7, SIM_ORGS = 5, SIM_USERS = 12, SIM_LINKS_MAX = 4, SIM_CASES_MAX = 1000000, SIM_ROUNDS = 4, SIM_AUTHORITY = 3 };
typedef enum SimWhat {
    SIM_NOTHING, SIM_OPEN, SIM_LOOK, SIM_NOTE, SIM_MESSAGE, SIM_MERGE, SIM_NOTICE, SIM_LINK, SIM_ANSWER, SIM_ROUND, SIM_BODY, SIM_PAUSE, SIM_RESUME, SIM_WITHDRAW,
    SIM_ERASE, SIM_SHARE, SIM_UNSHARE, SIM_CLOSE, SIM_PASTE, SIM_SIGN, SIM_JOB, SIM_WHATS
} SimWhat;
extern const char *const sim_words[SIM_WHATS];
typedef struct SimEvent { UnixMs at; int32_t case_no; uint16_t what, round; } SimEvent;
typedef enum SimTemper { SIM_QUICK, SIM_SLOW, SIM_REFUSES, SIM_LIES, SIM_SILENT, SIM_RETURNS, SIM_ASKS } SimTemper;
typedef struct SimPlatform { const char *name, *host, *seat, *lang, *tags; SimTemper temper; unsigned weight; } SimPlatform;
extern const SimPlatform sim_platforms[SIM_PLATFORMS];
/* One case as the seed meant it; made again whenever it is asked for. */
typedef struct SimCase {
    int64_t no;
    int org;                     /* 0 or 1 */
    bool code, agreed, files, adult;
    const char *source, *age, *what, *safety, *offence, *lang;
    int platform, links;
    int64_t twin;                /* earlier case whose links it shares, or -1 */
    UnixMs opened, looked, asked, opened_link, answered, gone, back;
    const char *answer, *reason; /* NULL: never */
} SimCase;
typedef struct SimWish { int64_t seed, cases, year, crashes; } SimWish;
typedef struct SimWorld { SimWish w; UnixMs from, until; SimEvent *events; size_t n; } SimWorld;
void sim_case(const SimWorld *w, int64_t no, SimCase *out);
Err sim_world(Arena *a, const Zone *zone, const SimWish *w, SimWorld *out) NODISCARD;
Str sim_url(Arena *a, const SimCase *k, int link);
bool sim_url_read(Str url, int64_t *out_no);                       /* which case first brought it; false: none of the world */

/* ---- between player and keeper ---- */
typedef enum SimTold { TOLD_BEGINS = 1, TOLD_DID } SimTold;
typedef struct SimSay { uint32_t told, what, refused /* 1: yes, 2: and nobody said why */, at_event; int64_t now, seq; Id act; } SimSay; /* seq, act: the newest act of the record */
typedef struct SimFrom { size_t event; bool job, begun; int64_t now, seq; size_t crash_event; int64_t crash_writes; } SimFrom; /* crash_event SIZE_MAX: none */

/* ---- the player ---- */
typedef struct SimUser { const char *login; int org; uint32_t roles; int team; /* -1: none */ } SimUser;
extern const SimUser sim_users[SIM_USERS];
enum { SIM_WORKER = 0, SIM_LEAD = 2, SIM_WORKER_B = 4, SIM_LEAD_B = 5, SIM_OUTSIDER = 6, SIM_ANALYST = 7, SIM_INSPECTOR = 8 /* of org 2, then 3, 4 */, SIM_ADMIN = 11 };
typedef struct Sim {
    SimWorld world;
    Arena *life;
    Instance in;
    App app;
    Ctx c;
    Db *db, *keys;
    Vault *vault;
    SimRand rnd;
    Id *cases;                   /* ids by number, filled as they are asked for */
    VaultSession session[SIM_USERS];
    UnixMs session_at[SIM_USERS];
    const JobKind *kinds;
    size_t kinds_n;
    int64_t seq;                 /* newest act after what was last done */
    SimSay *told;                /* not yet said to the keeper */
    size_t told_n;
    int fd;
    bool armed;                  /* may be killed now: everything is said at once */
    bool done;                   /* what is being done again was committed before the crash */
} Sim;
Id sim_org(int64_t seed, int org);
Id sim_team(int64_t seed, int team);
Id sim_user(int64_t seed, int user);
Id sim_recipient(int64_t seed, int org, int platform /* SIM_PLATFORMS: the hotline */);
void sim_as(Sim *s, int user);                                     /* that member of staff, no keys unlocked */
Err sim_sign_in(Sim *s, int user) NODISCARD;                       /* and with keys */
void sim_as_system(Sim *s, Id org);
Err sim_case_id(Sim *s, int64_t no, Id *out) NODISCARD;            /* E_MISSING: never came in */
/* Opens the instance in dir for the player. */
Err sim_begin(Sim *s, Arena *life, const char *dir, const SimWorld *w, Str *out_why) NODISCARD;
void sim_end(Sim *s);
/* sim_setup.c: folder, keys, organisations, people, platforms, recipients. */
Err sim_setup(Arena *a, const char *dir, const SimWorld *w, Str *out_why) NODISCARD;
Str sim_platform_code(Sim *s, int platform);

/* What happens, each with at most one commit. Refusals of the house (E_INPUT, E_DENIED, E_CONFLICT, E_MISSING, E_LIMIT) change nothing. */
Err sim_play(Sim *s, const SimEvent *e) NODISCARD;
Err sim_person(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) NODISCARD;   /* sim_people.c */
Err sim_desk(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) NODISCARD;     /* sim_desk.c */
Err sim_body(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) NODISCARD;     /* sim_body.c */
Err sim_remind(Sim *s, const SimCase *k, const CaseRow *row, const ProposalRow *p, Id plan) NODISCARD;
Err sim_file(Sim *s, const SimCase *k, const CaseRow *row, const ProposalRow *p, Str form, Str authority) NODISCARD;
/* One due job, if one is due by then. E_MISSING: none. */
Err sim_job_take(Sim *s, UnixMs by, Job *out) NODISCARD;
Err sim_job_run(Sim *s, const Job *job, Err *out_refused) NODISCARD;

/* ---- the player's whole life ---- */
/* Plays from there to the end; never returns. */
_Noreturn void sim_player(const char *dir, const SimWorld *w, const SimFrom *from, int fd);

/* ---- the keeper, and what must hold ---- */
typedef struct SimHold { const char *what; int64_t n, wrong; } SimHold; /* n: how many were looked at */
enum { SIM_HOLDS_MAX = 16 };
typedef struct SimAck { int64_t seq; Id act; } SimAck;
typedef struct SimSeen { SimHold hold[SIM_HOLDS_MAX]; size_t n; Str first /* wrong thing */, note /* newest checkpoint */; int64_t acts; } SimSeen;
/* whole: with replay, every file and every case; otherwise what can be seen quickly. */
Err sim_check(Arena *a, const char *dir, const SimWorld *w, const SimAck *acks, size_t acks_n, UnixMs now, bool whole, SimSeen *out) NODISCARD;
typedef struct SimDone { int64_t did[SIM_WHATS], refused[SIM_WHATS], mute, crashes, whole_checks, ms; SimSeen seen; bool held; Str why; } SimDone;
Err sim_keep(Arena *a, const char *dir, const SimWorld *w, SimDone *out) NODISCARD;

/* ---- sim_store.c ---- */
Err sim_store_newest(Db *db, int64_t *out_seq, Id *out_act) NODISCARD;
Err sim_store_act_at(Db *db, int64_t seq, Id *out) NODISCARD;
/* In the key store: cases with a receipt code, and wraps of a code for more than the story. */
Err sim_store_codes(Db *keys, int64_t *out_codes, int64_t *out_wide) NODISCARD;
typedef enum SimCount { COUNT_ACTS, COUNT_LEAVES, COUNT_LAPSED, COUNT_LAPSED_NO_SILENCE, COUNT_SILENCE_NO_LAPSE, COUNT_OVERDUE, COUNT_RUNNING, COUNT_STUCK, COUNT_LOOSE_ENDS, COUNTS } SimCount;
Err sim_store_count(Db *db, SimCount what, UnixMs now, int64_t *out) NODISCARD;
typedef struct SimLapsed { Id clock; Str duty; UnixMs due; int64_t proposals; } SimLapsed;
Err sim_store_lapsed(Db *db, Arena *a, Id after, size_t max, SimLapsed *out, size_t *out_n) NODISCARD;
typedef struct SimCaseKey { Id id, org, team; bool erased; } SimCaseKey;
Err sim_store_cases(Db *db, Id after, size_t max, SimCaseKey *out, size_t *out_n) NODISCARD;
/* Organisations that the case itself is shared with at that moment; at most max. */
Err sim_store_shares(Db *db, Id case_id, UnixMs now, Id *out, size_t max, size_t *out_n) NODISCARD;
typedef struct SimFiled { Id id, case_id; Id shared[4]; size_t shared_n; } SimFiled;
Err sim_store_filings(Db *db, Id after, UnixMs now, size_t max, SimFiled *out, size_t *out_n) NODISCARD;
#endif
