/* ask_plan.c - the window before anything is counted: which days were read and by which file, where it is cut in parts, and how days are
 * gathered in slots. */
#include "core/sorask/ask_in.h"

/* Which of two files of one day counts: full before light, the newer one before the older, then the one with more statements. */
static bool better(const RollFile *x, const RollFile *y) {
    bool xf = str_eq(x->kind, S("full")), yf = str_eq(y->kind, S("full"));
    if (xf != yf) return xf;
    if (x->order != y->order) return x->order > y->order;
    if (x->rows != y->rows) return x->rows > y->rows;
    return str_cmp(x->stem, y->stem) < 0;
}

/* A name as the database makes it part of a file's name. */
static bool slug_is(Str slug, Str name) {
    char s[256];
    size_t n = 0;
    for (size_t i = 0; i < name.n && n + 1 < sizeof s; i++) {
        char c = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter) s[n++] = c;
        else if (n > 0 && s[n - 1] != '-') s[n++] = '-';
    }
    while (n > 0 && s[n - 1] == '-') n--;
    return str_eq(slug, str_bytes(s, n));
}

static bool file_has(const Plan *p, const Roll *r, size_t file) {
    const RollFile *f = &r->files[file];
    if (str_eq(f->slug, S("global"))) return true;
    for (size_t i = 0; i < p->in->who.n; i++)
        if (slug_is(f->slug, p->in->who.names[i])) return true;
    return p->in->who.n == 0;
}

typedef struct Best { const RollFile *f; size_t roll, file; } Best;

/* A platform's own file against those of the same day that came before it; who loses no longer counts. */
static bool wins(Plan *p, size_t r, size_t file) {
    const RollFile *f = p->in->rolls[r].files, *mine = &f[file];
    for (size_t k = file; k > 0 && f[k - 1].day_n == mine->day_n; k--) { /* sorted by name: one day lies together */
        if (!str_eq(f[k - 1].slug, mine->slug) || p->used[r][k - 1] == 0) continue;
        if (!better(mine, &f[k - 1])) return false;
        p->used[r][k - 1] = 0;
    }
    return true;
}

/* Of each day the global file counts; of a day without one, the best file of each platform. */
static void choose(Plan *p) {
    const AskInput *in = p->in;
    Best *global = ARENA_ARRAY(p->a, Best, p->days + 1);
    size_t files = 0;
    for (size_t r = 0; r < in->rolls_n; r++) files += in->rolls[r].files_n;
    p->used = ARENA_ARRAY(p->a, uint16_t *, in->rolls_n + 1);
    p->x->sources = ARENA_ARRAY(p->a, const RollFile *, files + 1);
    p->x->unused = ARENA_ARRAY(p->a, const RollFile *, files + 1);
    for (size_t r = 0; r < in->rolls_n; r++) {
        p->used[r] = ARENA_ARRAY(p->a, uint16_t, in->rolls[r].files_n + 1);
        for (size_t i = 0; i < in->rolls[r].files_n; i++) {
            const RollFile *f = &in->rolls[r].files[i];
            if (f->day_n < p->from || f->day_n > p->last || !str_eq(f->slug, S("global"))) continue;
            Best *b = &global[f->day_n - p->from];
            if (b->f == NULL || better(f, b->f)) *b = (Best){ f, r, i };
        }
    }
    for (size_t r = 0; r < in->rolls_n; r++) {
        const Roll *roll = &in->rolls[r];
        for (size_t i = 0; i < roll->files_n; i++) {
            const RollFile *f = &roll->files[i];
            if (f->day_n < p->from || f->day_n > p->last || !file_has(p, roll, i)) continue;
            const Best *b = &global[f->day_n - p->from];
            bool counts = b->f != NULL ? b->f == f : wins(p, r, i);
            p->used[r][i] = counts;
            if (counts) p->read[f->day_n - p->from] = true;
        }
    }
}

static void sources(Plan *p) {
    AskAnswer *x = p->x;
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (size_t i = 0; i < p->in->rolls[r].files_n; i++) {
            const RollFile *f = &p->in->rolls[r].files[i];
            if (f->day_n < p->from || f->day_n > p->last || !file_has(p, &p->in->rolls[r], i)) continue;
            if (p->used[r][i] != 0) x->sources[x->sources_n++] = f;
            else x->unused[x->unused_n++] = f;
        }
    x->gaps = ARENA_ARRAY(p->a, AskSpan, p->days / 2 + 2);
    for (size_t d = 0; d < p->days;) {
        size_t from = d;
        while (d < p->days && !p->read[d]) d++;
        if (d > from) x->gaps[x->gaps_n++] = (AskSpan){ date_from_days(p->from + (int32_t)from), date_from_days(p->from + (int32_t)d - 1) };
        else d++;
    }
}

static bool in_defect(const LawDefect *d, int32_t day) {
    return (date_none(d->r.valid_from) || day >= date_days(d->r.valid_from)) && (date_none(d->r.valid_to) || day <= date_days(d->r.valid_to));
}

/* Cut at every hard break; of one platform also where a defect begins and ends. */
static void cut(Plan *p) {
    AskAnswer *x = p->x;
    p->apart = ARENA_ARRAY(p->a, const LawDefect *, x->defects_n + 1);
    for (size_t i = 0; i < x->defects_n; i++)
        if (str_eq(x->defects[i]->effect, S("exclude"))) p->apart[p->apart_n++] = x->defects[i];
    const LawDefect *was = NULL;
    for (size_t d = 0; d < p->days; d++) {
        int32_t day = p->from + (int32_t)d;
        const LawDefect *now = NULL;
        bool fresh = d == 0;
        for (size_t i = 0; i < x->defects_n; i++) {
            const LawDefect *e = x->defects[i];
            if (str_eq(e->effect, S("break")) && d > 0 && day == date_days(e->r.valid_from)) fresh = true;
            if (now == NULL && p->single && str_eq(e->effect, S("exclude")) && in_defect(e, day)) now = e;
        }
        if ((fresh || now != was) && (x->parts_n < PARTS_MAX)) ask_part(p->a, x, date_from_days(day), date_from_days(day))->apart = now;
        was = now;
        AskPart *part = &x->parts[x->parts_n - 1];
        p->part[d] = (uint8_t)(x->parts_n - 1);
        if (day <= p->to || part->days == 0) part->to = date_from_days(day);
        part->days++;
        part->days_read += p->read[d];
    }
}

Err plan_make(Plan *p, bool extra, const char **out_why) {
    const AskInput *in = p->in;
    p->from = date_days(in->from);
    p->to = date_days(in->to);
    p->last = p->to + (extra ? EXTRA_DAYS : 0);
    p->days = (size_t)(p->last - p->from) + 1;
    p->part = ARENA_ARRAY(p->a, uint8_t, p->days + 1);
    p->read = ARENA_ARRAY(p->a, bool, p->days + 1);
    *out_why = "the files of the days are damaged";
    choose(p);
    sources(p);
    cut(p);
    if (!str_starts(in->q->data, S("S"))) { /* the days have nothing to say to it */
        p->x->gaps_n = p->x->sources_n = p->x->unused_n = 0;
        return OK;
    }
    bool none = p->x->sources_n == 0;
    if (none) p->x->state = ASK_MISSING;
    if (none) ask_say(p->a, p->x, SAY0(N_("No daily file of this window was read.")));
    if (!none && p->x->gaps_n > 0) ask_say(p->a, p->x, SAY0(N_("Not every day of this window was read: what is said holds for the days that were.")));
    if (p->x->unused_n > 0) ask_say(p->a, p->x, SAY0(N_("Of some days there is more than one file. The newest full one counts; the others are named and do not count.")));
    bool coarse = false;
    for (size_t i = 0; i < p->x->sources_n; i++) coarse = coarse || p->x->sources[i]->coarse > 0;
    if (coarse) ask_say(p->a, p->x, SAY0(N_("Some days were so large that their classes of days were not kept; they count as unknown there.")));
    return OK;
}

AskPart *plan_part(const Plan *p, size_t i) { return &p->x->parts[i]; }

/* ---- slots ---- */
static size_t bucket_days(const AskPart *part) { return part->days <= 62 ? 1 : part->days <= 400 ? 7 : 30; }

void plan_slots(const Plan *p, SlotKind kind, Slots *out) {
    uint16_t *of_day = ARENA_ARRAY(p->a, uint16_t, p->days + 1);
    *out = (Slots){ .of = ARENA_ARRAY(p->a, uint16_t *, p->in->rolls_n + 1), .n = 1, .part = ARENA_ARRAY(p->a, uint8_t, p->days + p->x->parts_n + 2), .label = ARENA_ARRAY(p->a, Str, p->days + p->x->parts_n + 2),
        .read = ARENA_ARRAY(p->a, bool, p->days + p->x->parts_n + 2) };
    size_t in_bucket = 0;
    for (size_t d = 0; d < p->days; d++) {
        const AskPart *part = plan_part(p, p->part[d]);
        bool fresh = d == 0 || p->part[d] != p->part[d - 1] || kind == SLOT_DAY || (kind == SLOT_BUCKET && in_bucket >= bucket_days(part));
        if (fresh) {
            out->part[out->n] = p->part[d];
            out->label[out->n++] = date_str(p->a, date_from_days(p->from + (int32_t)d));
            in_bucket = 0;
        }
        in_bucket++;
        of_day[d] = (uint16_t)(out->n - 1);
        out->read[out->n - 1] = out->read[out->n - 1] || p->read[d];
    }
    for (size_t r = 0; r < p->in->rolls_n; r++) {
        const Roll *roll = &p->in->rolls[r];
        out->of[r] = ARENA_ARRAY(p->a, uint16_t, ROLL_KEYS);
        for (size_t i = 0; i < roll->files_n; i++)
            if (p->used[r][i] != 0) out->of[r][i] = of_day[roll->files[i].day_n - p->from];
    }
}

void plan_slots_for(const Plan *p, const Slots *all, Str platform, Slots *out, bool *out_cut) {
    *out = *all;
    *out_cut = false;
    for (size_t k = 0; k < p->apart_n && !p->single; k++) {
        bool mine = false;
        for (Str rest = p->apart[k]->names, one; !mine && str_split(&rest, '|', &one);) mine = str_ieq(one, platform);
        if (!mine) continue;
        uint16_t **of = ARENA_ARRAY(p->a, uint16_t *, p->in->rolls_n + 1);
        for (size_t r = 0; r < p->in->rolls_n; r++) {
            of[r] = ARENA_ARRAY(p->a, uint16_t, ROLL_KEYS);
            memcpy(of[r], out->of[r], ROLL_KEYS * sizeof(uint16_t));
            for (size_t i = 0; i < p->in->rolls[r].files_n; i++)
                if (in_defect(p->apart[k], p->in->rolls[r].files[i].day_n)) of[r][i] = 0;
        }
        out->of = of;
        *out_cut = true;
    }
}

/* ---- classes ---- */
bool str_has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

bool family_in(Str family, Str wanted) {
    Str rest = str_starts(family, S("~")) ? str_sub(family, 1, family.n) : family, one;
    if (family.n == 0 || str_eq(family, S(SOR_NO_FAMILY))) return false;
    if (str_eq(wanted, S("*"))) return true;
    while (str_split(&rest, '+', &one))
        if (law_list_has(wanted, one)) return true;
    return false;
}

uint8_t *classes_make(const Plan *p, const Roll *r, RollTable t, ClassOf *f, const void *ctx) {
    uint8_t *v = ARENA_ARRAY(p->a, uint8_t, ROLL_KEYS);
    uint32_t a_n = t == RT_SOURCE ? r->dict_n[SD_CATEGORY] : r->dict_n[SD_FAMILY];
    for (uint32_t a = 0; a < a_n; a++)
        for (uint32_t b = 0; b < 256; b++) v[a << 8 | b] = f(ctx, r, a, b);
    return v;
}

void plan_add_up(const Plan *p, RollTable t, const Slots *s, uint8_t *const *class_of, size_t classes, const Str *names, size_t names_n, int64_t *acc) {
    for (size_t r = 0; r < p->in->rolls_n; r++)
        for (size_t i = 0; i < names_n; i++) {
            uint32_t platform = roll_platform(&p->in->rolls[r], names[i]);
            if (platform != 0) roll_add_up(&p->in->rolls[r], t, platform, s->of[r], class_of[r], classes, acc);
        }
}

bool plan_tables(const Plan *p, RollTable t, const char **out_why) {
    for (size_t r = 0; r < p->in->rolls_n; r++) {
        if (roll_sound(&p->in->rolls[r], t)) continue;
        *out_why = "a year file is damaged: take it away, it is made again out of the day cubes";
        return false;
    }
    return true;
}
