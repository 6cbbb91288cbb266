/* demo.h - playing the letter's case on real local services: a small platform site (nginx), a mail server that keeps what it gets,
 * a name server for the example domains, and Keten itself. Everything a person does goes over HTTP through the pages.
 *
 * keten-demo is a program of its own (`keten demo` starts it), so that the rest of Keten links neither a browser's parts nor these
 * services. Nothing here touches the instance's databases: it sees what a person sees, and moves the demo's clock.
 */
#ifndef KETEN_DEMO_H
#define KETEN_DEMO_H
#include "foundation/base/when.h"
#include "foundation/sys/sys.h"
#include "programs/common/conf.h"

/* ---- browser.c: GET, forms, POST ---- */
typedef struct Browser Browser;
typedef struct Field { const char *name; Str value; } Field; /* value.p NULL: leave the field out (an unticked box) */
Browser *browser_new(Arena *a, Str base, Str lang);
void browser_free(Browser *b);
Err browser_get(Browser *b, Str path) NODISCARD;             /* follows redirects; E_OUTSIDE when nobody answers */
/* Sends the form of the page now shown whose action is this path (or ends in it), as a person would: everything the form holds, with
 * these fields filled in. E_MISSING when the page has no such form. */
Err browser_send(Browser *b, Str action, const Field *fields, size_t n) NODISCARD;
int browser_status(const Browser *b);
const char *browser_cookies(Browser *b);                     /* "name=value; ..." of all cookies held */
Str browser_body(const Browser *b);
Str browser_path(const Browser *b);                          /* of the page shown, without query */
bool browser_says(const Browser *b, const char *text);       /* the page's HTML holds this text (entities as they stand) */
Str browser_text(Browser *b);                                /* visible text, blanks folded */
Str browser_title(Browser *b);
/* First link whose path starts with prefix and ends with suffix (either may be empty); empty when there is none. */
Str browser_link(Browser *b, const char *prefix, const char *suffix);
/* First option value of a select, radio or checkbox whose value or label holds the text; empty when there is none. */
Str browser_choice(Browser *b, const char *name, const char *text);
/* What a text field or area holds; p NULL when the page has none of this name. */
Str browser_value(Browser *b, const char *name);
/* The action of the first form whose action starts with prefix and ends with suffix. */
Str browser_form(Browser *b, const char *prefix, const char *suffix);
#define SEND(b, action, ...) browser_send((b), (action), (const Field[]){ __VA_ARGS__ }, sizeof((const Field[]){ __VA_ARGS__ }) / sizeof(Field))
#define SEND0(b, action) browser_send((b), (action), NULL, 0)

/* ---- world.c: the platform site, mail and names ---- */
typedef struct World {
    Arena *a;
    const char *dir;               /* DIR/world */
    uint16_t site_port, mail_port, name_port;
    pid_t site, post;              /* nginx; mail and names in one process */
} World;
Err world_ports(Arena *a, const char *dir, World *out) NODISCARD;   /* picks free ports and makes the folders; before the instance starts */
Err world_start(World *w, Str *out_why) NODISCARD;
void world_stop(World *w);
Err world_publish(World *w, const char *page) NODISCARD;            /* puts the page online */
Err world_remove(World *w, const char *page) NODISCARD;             /* takes it off: the site answers 404 */
/* The newest mail to this address that holds the text; E_MISSING when there is none within wait_ms. */
Err world_mail(World *w, const char *to, const char *holds, int64_t wait_ms, Str *out) NODISCARD;
Str mail_text(Arena *a, Str mail);                                  /* the text part, decoded from quoted-printable */

/* ---- story.c ---- */
typedef struct Story {
    Arena *a;
    const char *dir;
    World world;
    Instance in;
    Str base;
    pid_t server;
    int steps, failed;
    UnixMs now;
    Str links[6];                  /* one-time links: see story_links */
    Browser *victim, *worker, *platform, *inspector, *public;
    Str case_path, code, filing_path, inbox_path, default_path;
} Story;
int story_play(Story *s);          /* 0 when every step held */
#endif
