/* mail_world.h - what the two tests of mail share: the reader of mails, and a notice that waits to be sent or went. Only tests include it. */
#ifndef KETEN_MAIL_WORLD_H
#define KETEN_MAIL_WORLD_H
#include "core/case/intake.h"
#include "core/step/pagekit.h"
#include "foundation/sandbox/media.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/mail_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown_in.h"

#include <signal.h>
#include <sys/wait.h>

static const ActDef *all[256];
static inline void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}

typedef struct World { Kit *k; pid_t media_pid; Id to; const char *samples; int64_t no; const char *conf; /* keten.conf; NULL: a plain one */ } World;
typedef struct Sent { Id case_id, notice, mail, location; Str token, ref; } Sent;

static inline void media_start(World *w, const char *program) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    const char *argv[] = { "keten-media", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/media.sock", k->dir));
    int fd = -1;
    must(file_write(str_z(a, str_fmt(a, "%s/keten.conf", k->dir)), str_c(w->conf != NULL ? w->conf : "[web]\n"), 0600) == OK);
    must(dir_make(str_z(a, str_fmt(a, "%s/run", k->dir)), 0700) == OK && unix_listen(socket, 16, 0600, &fd) == OK);
    SpawnFd fds[] = { { fd, 3 } };
    must(sys_spawn(&(Spawn){ .path = program, .argv = argv, .fds = fds, .fds_n = 1 }, &w->media_pid) == OK);
    close(fd);
    must(media_open(a, socket, &k->c.media) == OK);
}

/* A notice whose mail waits in the outbox. */
static inline Sent outbox(World *w) {
    Kit *k = w->k;
    Arena *a = k->c.arena;
    Sent s = { .case_id = kit_case(k, "18+", "spread", NULL) };
    LocationNew in = { .url_canonical = str_fmt(a, "https://voorbeeldplein.test/v/%lld", (long long)w->no++), .host = S("voorbeeldplein.test"), .platform = S("demoplein") };
    LocationResult res;
    LocationRow loc;
    RecipientRow to;
    NoticeMailRow *m = NULL;
    NoticeRow n;
    Act **acts = NULL, *made[40];
    size_t acts_n = 0, made_n = 0, m_n = 0;
    must(location_add_many(&k->c, s.case_id, &in, 1, &res, &acts, &acts_n) == OK && journal_commit(&k->c, acts, acts_n) == OK);
    s.location = res.location;
    must(location_by_id(&k->c, s.location, &loc) == OK && location_open(&k->c, &loc, 1) == OK && recipient_by_id(&k->c, w->to, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    NoticePlan p = { .case_id = s.case_id, .to = &to, .locations = &loc, .locations_n = 1, .form = S("art16"), .offence = S("NCII"), .lane = S("adult"), .why = S("Shared without consent."), .territory = S("eu"), .action = S("remove"), .named = true, .good_faith = true,
        .id = ctx_new_id(&k->c) };
    must(notice_write(&k->c, &p) == OK && notice_acts(&k->c, &p, made, LEN(made), &made_n) == OK && journal_commit(&k->c, made, made_n) == OK);
    s.notice = p.id;
    kit_as_system(k);
    must(mail_of_notice(&k->c, s.notice, &m, &m_n) == OK && m_n == 1);
    s.mail = m[0].id;
    must(notice_by_id(&k->c, s.notice, &n) == OK && notice_token(&k->c, &n, &s.token) == OK);
    s.ref = notice_ref(a, s.notice);
    return s;
}

/* A notice that went out, with its clocks running. */
static inline Sent sent(World *w, const char *outcome) {
    Kit *k = w->k;
    Sent s = outbox(w);
    UnixMs again = 0;
    must(notice_ready(&k->c, s.mail, &again) == OK);
    NetMailGot got = { .outcome = str_c(outcome), .code = 250, .reply = S("ok"), .server = S("192.0.2.25") };
    must(notice_went(&k->c, s.mail, &got, &again) == OK);
    return s;
}
#endif
