/* ui.h - what pages are made with: language, dates and numbers in words, safe URLs, pieces' types, charts.
 *
 * Pages are templates (docs/templates.md): page/NAME.html in a room becomes a struct Tpl<Room><Name> and a
 * function tpl_<room>_<name>(Buf *, const UiCtx *, const Tpl... *). Only templates and the charts below make Html.
 * A UiCtx is made once a request by the web process (tests make their own with ui_plain); all text it gives out
 * lives in its arena. Nothing here reads a clock: now_ms comes in. Message ids are the English sentences
 * themselves (docs/templates.md, "Words"); a sentence without a Dutch translation does not build.
 */
#ifndef KETEN_UI_H
#define KETEN_UI_H
#include "foundation/base/base.h"
#include "foundation/base/lang.h"
#include "foundation/base/when.h"
#include "foundation/http/http.h"

const char *lang_code(Lang l);                    /* "nl", "en" */
Lang lang_from(Str code, Lang otherwise);         /* "nl", "nl-NL", "en-GB" ... */

/* Distinct types, so that a template cannot put one where the other belongs. */
typedef struct Html { Str s; } Html;              /* safe markup, made by templates and charts only */
typedef struct Url { Str s; } Url;                /* safe in href, src, action; empty: the attribute's element shows its text only */

Url url_path(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3); /* inside this site; must() start with '/'; for ids, numbers, plain words */
Url url_with(Arena *a, Url base, const char *key, Str value);   /* appends ?key=value or &key=value, escaped */
Url url_web(Str url);                             /* an outside address: http or https only, otherwise empty */
Url url_mail(Arena *a, Str address);              /* mailto: */
Url url_tel(Arena *a, Str number);                /* tel: digits and a leading plus */

typedef struct NavItem { const char *word; const char *path; uint32_t who; const char *key; } NavItem; /* word: msgid; key: shortcut */

struct UiCtx {
    Arena *a;
    Lang lang;
    UnixMs now_ms;
    const Zone *zone;                             /* the instance's civil zone */
    Str path;                                     /* of the request; for the language switch and the current nav item */
    Str csrf;                                     /* token of this visitor or session; forms carry it */
    Id (*new_id)(void *arg);                      /* a fresh act id for each form */
    void *new_id_arg;
    const NavItem *nav;                           /* ends with word NULL; NULL when nobody is signed in */
    uint32_t roles;
    Str person;                                   /* display name of who is signed in */
    Str org;                                      /* name of the organisation on the page head */
    const char *said;                             /* msgid of the toast left by the page before, or NULL */
    bool may_search;                              /* the page head has the search box */
    bool dev;                                     /* configuration says dev = yes: the gallery of pieces exists */
    bool demo;                                    /* a demonstration instance says so on every page */
};
UiCtx ui_plain(Arena *a, Lang lang, UnixMs now_ms); /* UTC, no session; for tests, mails, letters, files */

/* ---- words ---- */
Str tr(const UiCtx *ui, const char *msgid);       /* the sentence in the page's language */
/* N_("...") (foundation/base/lang.h) marks a msgid in a table; tr() it where it is shown. */
typedef struct UiArg { const char *name; enum { ARG_STR, ARG_INT } kind; Str s; int64_t i; } UiArg;
#define UA_S(name, str) { name, ARG_STR, (str), 0 }
#define UA_I(name, int64) { name, ARG_INT, STR_NONE, (int64) }
/* "Sent {n} requests" with named arguments; an argument the sentence does not name is a bug. Not escaped: plain text. */
Str trf(const UiCtx *ui, const char *msgid, const UiArg *args, size_t n);
#define TRF(ui, msgid, ...) trf((ui), (msgid), (const UiArg[]){ __VA_ARGS__ }, sizeof((const UiArg[]){ __VA_ARGS__ }) / sizeof(UiArg))
/* Singular or plural by count (Dutch and English: one is one). Both msgids are looked up. */
Str trn(const UiCtx *ui, int64_t count, const char *one, const char *more, const UiArg *args, size_t n);

/* ---- dates and numbers, as words in the page's language ---- */
Str ui_int(const UiCtx *ui, int64_t v);                      /* 12.206 / 12,206 */
Str ui_dec(const UiCtx *ui, double v, int decimals);         /* 0,5 / 0.5 */
Str ui_percent(const UiCtx *ui, double part, int decimals);  /* part 0..1: "43%" */
Str ui_bytes(const UiCtx *ui, int64_t bytes);                /* 1,2 MB */
Str ui_date(const UiCtx *ui, Date d);                        /* "di 28 april 2026 · over 12 dagen" */
Str ui_day(const UiCtx *ui, Date d);                         /* "di 28 april 2026" */
Str ui_when(const UiCtx *ui, UnixMs t);                      /* "di 28 april 2026 14:05 · over 12 dagen" */
Str ui_date_short(const UiCtx *ui, Date d);                  /* "28 apr"; with the year when it is another */
Str ui_when_short(const UiCtx *ui, UnixMs t);                /* "28 apr 14:05"; with the year when it is another */
Str ui_ago(const UiCtx *ui, UnixMs t);                       /* "over 12 dagen", "vandaag", "3 uur geleden" */
Str ui_span(const UiCtx *ui, int64_t ms);                    /* "12 dagen", "3 uur": how long, whole units, rounded down */
int64_t ui_days_between(const UiCtx *ui, UnixMs from, UnixMs to); /* civil days in the zone */

/* ---- the clock chip and the states ---- */
typedef enum UiState { STATE_NONE, STATE_DONE, STATE_WAITING, STATE_LATE, STATE_REFUSED, STATE_SILENT, STATE_MINOR, STATE_INFO, STATE_N } UiState;
const char *ui_state_class(UiState s);                       /* "st-late"; colour, shape and hatching come from keten.css */

/* ---- charts: SVG with a title, a description and the same facts in a table beneath ---- */
typedef struct ChartBar { Str label; double value; UiState state; double low, high; bool interval; Url href; } ChartBar;
Html chart_bars(const UiCtx *ui, Str title, Str unit, const ChartBar *bars, size_t n);          /* horizontal; interval draws low..high */
typedef struct ChartSeries { Str name; const double *y; UiState state; } ChartSeries;            /* NAN is a gap */
Html chart_lines(const UiCtx *ui, Str title, Str unit, const Str *x_labels, size_t points, const ChartSeries *s, size_t n);
typedef struct ChartStep { Str label; int64_t count; UiState state; Url href; } ChartStep;
Html chart_funnel(const UiCtx *ui, Str title, const ChartStep *steps, size_t n);                 /* asked -> receipt -> act -> decision */

/* The chain picture (look.md): one lane per location and recipient, time to the right. */
typedef enum ChainMark { MARK_NONE, MARK_NOTICE, MARK_RECEIPT, MARK_ANSWER, MARK_ACT, MARK_DECISION, MARK_LAPSE, MARK_GONE, MARK_RETURNED, MARK_CHECK, MARK_N } ChainMark;
typedef struct ChainEvent { UnixMs at; ChainMark mark; Str word; UnixMs until; } ChainEvent;     /* until: for a decision bar; else 0 */
typedef struct ChainSilence { UnixMs from, to; bool open; } ChainSilence;                        /* duty's end to what followed; open: still silent (to = now) */
typedef struct ChainOnline { UnixMs from, to; } ChainOnline;                                     /* proven online, thin line beneath */
typedef struct ChainLane {
    Str rung, who, what;                         /* rung groups lanes: "Platform", "Host", "Supervisor"; who: recipient; what: location's reference */
    UnixMs due;                                  /* the running duty's end; 0 none */
    const ChainEvent *events; size_t events_n;
    const ChainSilence *silences; size_t silences_n;
    const ChainOnline *online; size_t online_n;
    Url href;
} ChainLane;
/* from, to 0: fitted to the lanes. Above 60 lanes the picture becomes a density by rung; the table keeps every lane. */
Html chart_chain(const UiCtx *ui, Str title, UnixMs from, UnixMs to, const ChainLane *lanes, size_t n);

/* ---- static files, compiled in, named by their hash ---- */
typedef struct Asset { const char *name; const char *path; const char *type; const unsigned char *p; size_t n; } Asset; /* path: "/static/keten.1a2b3c4d.css" */
Url asset(const char *name);                     /* "keten.css"; must() exist */
const Asset *asset_at(Str path);                 /* NULL when there is none; old hashes are none */

/* ---- used by generated templates ---- */
void ui_esc(Buf *b, Str s);                      /* text and quoted attributes: & < > " ' ; invalid UTF-8 and bidi controls as U+FFFD */
void ui_esc_t(Buf *b, const UiCtx *ui, const char *msgid, const UiArg *args, size_t n);
void ui_esc_tn(Buf *b, const UiCtx *ui, int64_t count, const char *one, const char *more, const UiArg *args, size_t n);
void ui_esc_int(Buf *b, const UiCtx *ui, int64_t v);
void ui_esc_url(Buf *b, Url u);                  /* empty becomes "#" */
void ui_put_when(Buf *b, const UiCtx *ui, UnixMs t, char style); /* <time datetime=...>words</time>; 'w' when, 's' short, 'a' ago */
void ui_put_date(Buf *b, const UiCtx *ui, Date d, char style);   /* 'w' with distance, 'd' day only */
void ui_form_hidden(Buf *b, const UiCtx *ui);    /* CSRF token and act id */
typedef struct UiFieldError UiFieldError;        /* foundation/ui/page/types.txt */
Str ui_lang_str(const UiCtx *ui);
Url ui_other_lang_url(const UiCtx *ui);
Str ui_other_lang_str(const UiCtx *ui);
Str ui_other_lang_name(const UiCtx *ui);
typedef struct UiNavItem UiNavItem;
const UiNavItem *ui_nav(const UiCtx *ui, size_t *out_n);
Str ui_form_value(const Form *f, Str name);
const char *ui_form_error(const Form *f, Str name);
const char *ui_form_label(const Form *f, Str name);
bool ui_form_needed(const Form *f, Str name);
int64_t ui_form_length(const Form *f, Str name); /* most characters the field takes */
bool ui_form_chosen(const Form *f, Str name, Str value);
bool ui_form_bad(const Form *f);
const char *ui_form_whole_error(const Form *f);
int64_t ui_form_error_count(const Form *f);
const UiFieldError *ui_form_errors(const UiCtx *ui, const Form *f, size_t *out_n);
#endif
