/* asked.c - asked of an instance: the log is fetched, and questions from the log alone are answered here. */
#include "steps/supervise/asked_in.h"

static bool names_has(const AskWho *w, Str name) {
    for (size_t i = 0; i < w->n; i++)
        if (str_ieq(w->names[i], name)) return true;
    return false;
}

static Str code_of(Arena *a, const Law *law, const AskedWho *w) {
    const LawName *const *names = NULL;
    size_t n = law_db_name_list(law, DATE_NONE, a, &names);
    if (law_platform(law, w->wish, DATE_NONE) != NULL) return w->wish;
    for (size_t i = 0; i < n; i++)
        if (names_has(&w->who, names[i]->name)) return names[i]->platform;
    return STR_NONE;
}

Err asked_who(Ctx *c, Arena *a, const Law *law, const Years *y, Str wish, AskedWho *out, Str *out_near, size_t near_max, size_t *out_near_n) {
    PlatformView p;
    *out = (AskedWho){ .wish = wish };
    *out_near_n = 0;
    if (wish.n == 0) return OK;
    Err e = ask_platform(a, law, y->rolls, y->n, wish, &out->who, out_near, near_max, out_near_n);
    if (e == OK) {
        out->code = code_of(a, law, out);
        return OK;
    }
    if (c == NULL || platform_get(c, wish, &p) != OK) return E_MISSING;
    out->code = p.code;
    out->who = ask_names(a, law, p.code, p.f.name);
    return OK;
}

/* ---- what the log has to say to statements ---- */
static Err log_of(Ctx *c, Arena *a, const Law *law, Date from, Date to, AskLog *out) {
    LogItem *rows = NULL;
    size_t n = 0;
    OrgRow org;
    TRY(log_items(c, day_start(c->app->zone, from), day_end(c->app->zone, to), &rows, &n));
    Err e = org_by_id(c, c->person.org, &org);
    if (e != OK && e != E_MISSING) return e;
    AskLogItem *v = ARENA_ARRAY(a, AskLogItem, n + 1);
    for (size_t i = 0; i < n; i++) {
        PlatformView p;
        e = platform_get(c, rows[i].holder, &p);
        if (e != OK && e != E_MISSING) return e;
        Str name = e == OK && p.f.name.n > 0 ? p.f.name : rows[i].holder;
        v[i] = (AskLogItem){ .name = name, .who = ask_names(a, law, rows[i].holder, name), .items = rows[i].items, .flagger = rows[i].flagger };
    }
    *out = (AskLog){ v, n, e != E_MISSING && org.flagger_id.n > 0 };
    return OK;
}

/* ---- 5, 6: time to a decision ---- */
static AskValue km_value(const KmQuantile *q) {
    AskValue v = av_number(q->days);
    v.interval = q->reached && q->high_known;
    v.low = q->low;
    v.high = q->high;
    return v;
}
static AskValue within(const Km *km, double days) {
    AskValue v = { .unit = AU_SHARE, .known = km->n > 0, .interval = false, .whole = (int64_t)km->n };
    for (size_t i = 0; i < km->curve_n && km->curve[i].day <= days + 1e-9; i++) {
        v.value = 1 - km->curve[i].open;
        v.low = 1 - km->curve[i].high;
        v.high = 1 - km->curve[i].low;
        v.interval = true;
    }
    return v;
}

static size_t obs_of(const LogWait *w, size_t n, UnixMs now, Str holder, KmObs *out) {
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (holder.n > 0 && !str_eq(w[i].holder, holder)) continue;
        int64_t ms = (w[i].decided > 0 ? w[i].decided : now) - w[i].asked;
        out[k++] = (KmObs){ .ms = ms > 0 ? ms : 0, .event = w[i].decided > 0 };
    }
    return k;
}

static const AskCol response_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "asked", N_("Asked"), AU_COUNT }, { "decided", N_("Decided"), AU_COUNT }, { "median", N_("Median, days"), AU_NUMBER }, { "p90", N_("9 of 10, days"), AU_NUMBER },
    { "h24", N_("Within 24 hours"), AU_SHARE }, { "h48", N_("Within 48 hours"), AU_SHARE } };

static void response_figures(Arena *a, AskPart *part, const Km *km) {
    ask_figure(a, part, "median", N_("Time to a decision, median in days"), km->n > 0 ? km_value(&km->median) : av_missing(AU_NUMBER));
    if (km->n > 0 && !km->median.reached) ask_part_say(a, part, SAY0(N_("Fewer than half were decided: the median is longer than the longest wait, which is what stands here.")));
    ask_figure(a, part, "p90", N_("Time to a decision, 9 of 10 in days"), km->n > 0 ? km_value(&km->p90) : av_missing(AU_NUMBER));
    if (km->n > 0 && !km->p90.reached) ask_part_say(a, part, SAY0(N_("Fewer than nine of ten were decided: that time is longer than the longest wait, which is what stands here.")));
    ask_figure(a, part, "h24", N_("Decided within 24 hours"), within(km, 1));
    ask_figure(a, part, "h48", N_("Decided within 48 hours"), within(km, 2));
    ask_figure(a, part, "asked", N_("Asked"), av_count((int64_t)km->n));
    ask_figure(a, part, "decided", N_("Decided"), av_count((int64_t)km->events));
    if (km->n > 0 && km->n < 10) ask_part_say(a, part, SAY0(N_("Fewer than ten: the interval says more than the share.")));
}

/* Share decided by days since asking, on a grid. */
static void response_series(Arena *a, AskPart *part, const Km *km) {
    enum { POINTS = 31 };
    Str *labels = ARENA_ARRAY(a, Str, POINTS);
    double *y = ARENA_ARRAY(a, double, POINTS);
    for (size_t i = 0; i < POINTS && km->n > 0; i++) {
        labels[i] = str_fmt(a, "%zu", i);
        y[i] = within(km, (double)i).value;
    }
    part->series = (AskSeries){ .title = N_("Share decided, by days since asking"), .name = N_("share"), .unit = AU_SHARE, .labels = labels, .y = y, .n = km->n > 0 ? POINTS : 0 };
}

static Err response_all(Ctx *c, Arena *a, AskPart *part, const LogWait *w, size_t n) {
    Str *holders = ARENA_ARRAY(a, Str, n + 1);
    size_t k = 0;
    KmObs *obs = ARENA_ARRAY(a, KmObs, n + 1);
    for (size_t i = 0; i < n; i++) /* in order of holder */
        if (k == 0 || !str_eq(holders[k - 1], w[i].holder)) holders[k++] = w[i].holder;
    AskTable *t = ask_table(a, part, "platforms", N_("Time to a decision"), response_cols, LEN(response_cols), k);
    for (size_t i = 0; i < k; i++) {
        PlatformView p;
        Km km;
        Err e = platform_get(c, holders[i], &p);
        if (e != OK && e != E_MISSING) return e;
        km_compute(a, obs, obs_of(w, n, c->now, holders[i], obs), &km);
        AskValue *v = ask_row(t);
        v[0] = av_text(e == OK && p.f.name.n > 0 ? p.f.name : holders[i]);
        v[1] = av_count((int64_t)km.n);
        v[2] = av_count((int64_t)km.events);
        v[3] = km_value(&km.median);
        v[4] = km_value(&km.p90);
        v[5] = within(&km, 1);
        v[6] = within(&km, 2);
    }
    return OK;
}

/* ---- 23: victims and flaggers ---- */
static const AskCol channel_cols[] = { { "offence", N_("Kind of offence"), AU_TEXT }, { "source", N_("Who reported"), AU_TEXT }, { "lang", N_("Language"), AU_TEXT }, { "asked", N_("Asked"), AU_COUNT }, { "decided", N_("Decided"), AU_COUNT },
    { "median", N_("Median, days"), AU_NUMBER }, { "h48", N_("Within 48 hours"), AU_SHARE } };

static bool same_group(const LogWait *x, const LogWait *y) { return str_eq(x->offence, y->offence) && str_eq(x->source, y->source) && str_eq(x->lang, y->lang); }

static void channels(Arena *a, UnixMs now, AskPart *part, const LogWait *w, size_t n) {
    enum { GROUPS_MAX = 200 };
    size_t groups[GROUPS_MAX], k = 0;
    KmObs *obs = ARENA_ARRAY(a, KmObs, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        for (size_t j = 0; j < k && !there; j++) there = same_group(&w[groups[j]], &w[i]);
        if (!there && k < GROUPS_MAX) groups[k++] = i;
    }
    AskTable *t = ask_table(a, part, "channels", N_("By kind of offence, who reported and language"), channel_cols, LEN(channel_cols), k);
    for (size_t j = 0; j < k; j++) {
        const LogWait *g = &w[groups[j]];
        size_t m = 0;
        Km km;
        for (size_t i = 0; i < n; i++)
            if (same_group(g, &w[i])) m += obs_of(&w[i], 1, now, STR_NONE, &obs[m]);
        km_compute(a, obs, m, &km);
        AskValue *v = ask_row(t);
        v[0] = av_text(g->offence);
        v[1] = av_text(g->source);
        v[2] = av_text(g->lang);
        v[3] = av_count((int64_t)km.n);
        v[4] = av_count((int64_t)km.events);
        v[5] = km_value(&km.median);
        v[6] = within(&km, 2);
    }
    LogRank r = { 0 };
    for (size_t j = 0; j < k; j++) { /* within each kind of offence */
        bool first = true;
        for (size_t b = 0; b < j; b++) first = first && !str_eq(w[groups[b]].offence, w[groups[j]].offence);
        if (!first) continue;
        LogRankObs *o = ARENA_ARRAY(a, LogRankObs, n + 1);
        size_t m = 0;
        for (size_t i = 0; i < n; i++) {
            bool victim = str_eq(w[i].source, S("victim"));
            if (!str_eq(w[i].offence, w[groups[j]].offence) || (!victim && !str_eq(w[i].source, S("flagger")))) continue;
            (void)obs_of(&w[i], 1, now, STR_NONE, &obs[0]);
            o[m++] = (LogRankObs){ obs[0].ms, obs[0].event, victim };
        }
        logrank_add(o, m, &r);
    }
    ask_figure(a, part, "p", N_("Chance that the difference between victims and flaggers is accident (log-rank)"), r.variance > 0 ? av_number(logrank_p(&r)) : av_missing(AU_NUMBER));
    ask_figure(a, part, "ratio", N_("Decisions of victims' notices, found against expected"), r.expected > 0 ? av_number(r.observed / r.expected) : av_missing(AU_NUMBER));
    if (!(r.variance > 0)) ask_part_say(a, part, SAY0(N_("Not both kinds were asked for the same offence: there is nothing to compare.")));
}

/* ---- 24: back after removal ---- */
static const AskCol back_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "gone", N_("Proven gone"), AU_COUNT }, { "share", N_("Back within 30 days"), AU_SHARE },
    { "photo", N_("The same photo elsewhere on it"), AU_SHARE }, { "place", N_("Another place in the same case"), AU_SHARE } };
static Err reupload(Ctx *c, Arena *a, AskPart *part, Str code, Date from, Date to) {
    BackRow *rows = NULL;
    size_t n = 0;
    BackRow all = { 0 };
    TRY(log_back(c, code, day_start(c->app->zone, from), day_end(c->app->zone, to), &rows, &n));
    AskTable *t = code.n > 0 ? NULL : ask_table(a, part, "platforms", N_("Back within 30 days"), back_cols, LEN(back_cols), n);
    for (size_t i = 0; i < n; i++) {
        PlatformView p;
        all.gone += rows[i].gone;
        all.back += rows[i].back;
        all.same_photo += rows[i].same_photo;
        all.printed += rows[i].printed;
        all.same_case += rows[i].same_case;
        if (t == NULL) continue;
        Err e = platform_get(c, rows[i].platform, &p);
        if (e != OK && e != E_MISSING) return e;
        AskValue *v = ask_row(t);
        v[0] = av_text(e == OK && p.f.name.n > 0 ? p.f.name : rows[i].platform);
        v[1] = av_count(rows[i].gone);
        v[2] = av_share(rows[i].back, rows[i].gone);
        v[3] = av_share(rows[i].same_photo, rows[i].printed);
        v[4] = av_share(rows[i].same_case, rows[i].gone);
    }
    ask_figure(a, part, "share", N_("Back within 30 days, of the places that were proven gone"), av_share(all.back, all.gone));
    ask_figure(a, part, "photo", N_("The same photo at another place on the platform within 30 days"), av_share(all.same_photo, all.printed))->how =
        SAY0(N_("Of the places whose case has a photo's fingerprint. Two photos are the same when a person judged so."));
    ask_figure(a, part, "place", N_("Another place on the platform in the same case within 30 days"), av_share(all.same_case, all.gone));
    ask_figure(a, part, "gone", N_("Places proven gone"), av_count(all.gone));
    if (all.printed < all.gone) ask_part_say(a, part, SAY(N_("{n} of the places are in a case without a fingerprint: whether that material came back elsewhere is not known."), AS_I("n", all.gone - all.printed)));
    return OK;
}

/* ---- 6: as the platform says ---- */
static const AskCol claimed_cols[] = { { "platform", N_("Platform"), AU_TEXT }, { "period", N_("Report over"), AU_TEXT }, { "reported", N_("Median that the platform reports, days"), AU_NUMBER }, { "reported_tf", N_("The same for trusted flaggers"), AU_NUMBER },
    { "median", N_("Our median, days"), AU_NUMBER }, { "asked", N_("Asked"), AU_COUNT }, { "verdict", N_("Says"), AU_TEXT } };

static AskValue reported_days(const AskReport *r, const char *measure) {
    int64_t milli = 0;
    return reported_get(r->r, REP_NOTICES, measure, STR_NONE, STR_NONE, STR_NONE, &milli) ? av_number((double)milli / 24000) : av_missing(AU_NUMBER);
}

/* Against the interval of our median, since the figure itself is one of a sample. */
static const char *claim_verdict(const AskValue *reported, const Km *km) {
    if (!reported->known) return N_("the report gives no such figure");
    if (km->n == 0) return N_("nothing to set against it: we asked nothing in this period");
    if (!km->median.reached) return reported->value < km->median.days ? N_("shorter than ours: fewer than half of ours were decided in a longer time") : N_("cannot be told: fewer than half of ours were decided");
    if (km->median.high_known && reported->value > km->median.high) return N_("longer than ours");
    return reported->value < km->median.low ? N_("shorter than ours") : N_("within the interval of ours");
}

static Err claimed(Ctx *c, Arena *a, const AskInput *in, AskAnswer *x) {
    const AskReport **r = NULL;
    size_t n = ask_reports(a, in, x, &r);
    AskTable *t = ask_table(a, &x->parts[0], "reports", N_("As the platform says, and as we saw it in the same period"), claimed_cols, LEN(claimed_cols), n);
    if (n == 0) ask_say(a, x, SAY0(N_("No transparency report over these days was read: what the platform says itself is missing.")));
    for (size_t i = 0; i < n; i++) {
        LogWait *w = NULL;
        size_t w_n = 0;
        Km km;
        TRY(log_waits(c, r[i]->code, day_start(c->app->zone, r[i]->from), day_end(c->app->zone, r[i]->to), &w, &w_n));
        KmObs *obs = ARENA_ARRAY(a, KmObs, w_n + 1);
        km_compute(a, obs, obs_of(w, w_n, c->now, STR_NONE, obs), &km);
        AskValue *v = ask_row(t), said = reported_days(r[i], "median"), said_tf = reported_days(r[i], "median_tf");
        v[0] = av_text(r[i]->name);
        v[1] = av_text(str_fmt(a, STR_FMT " – " STR_FMT, STR_ARG(date_str(a, r[i]->from)), STR_ARG(date_str(a, r[i]->to))));
        v[2] = said;
        v[3] = said_tf;
        v[4] = km.n > 0 ? km_value(&km.median) : av_missing(AU_NUMBER);
        v[5] = av_count((int64_t)km.n);
        v[6] = av_word(claim_verdict(r[i]->flagger && said_tf.known ? &said_tf : &said, &km));
        if (i == 0 && in->who.n > 0) ask_figure(a, &x->parts[0], "reported", N_("Median that the platform reports, days"), said);
    }
    if (n == 0) ask_figure(a, &x->parts[0], "reported", N_("Median that the platform reports, days"), av_missing(AU_NUMBER));
    return OK;
}

static Err own_run(Ctx *c, Arena *a, const AskInput *in, Str code, AskAnswer *x, const char **out_why) {
    LogWait *w = NULL;
    size_t n = 0;
    Km km;
    *out_why = "the record does not answer";
    ask_common(a, in, x);
    AskPart *part = ask_part(a, x, in->from, in->to);
    if (in->platform.n > 0 && code.n == 0) {
        x->state = ASK_MISSING;
        ask_say(a, x, SAY0(N_("The register does not say which platform of ours has this name in the database, so the own log cannot be asked.")));
        return OK;
    }
    if (str_eq(in->q->r.id, S("reupload"))) return reupload(c, a, part, code, in->from, in->to);
    TRY(log_waits(c, code, day_start(c->app->zone, in->from), day_end(c->app->zone, in->to), &w, &n));
    if (n >= LOG_WAITS_MAX) ask_say(a, x, SAY0(N_("More requests than are counted at once: the latest 100,000 stand here.")));
    if (str_eq(in->q->r.id, S("channels"))) {
        channels(a, c->now, part, w, n);
        return OK;
    }
    KmObs *obs = ARENA_ARRAY(a, KmObs, n + 1);
    km_compute(a, obs, obs_of(w, n, c->now, STR_NONE, obs), &km);
    if (str_eq(in->q->r.id, S("claimed"))) TRY(claimed(c, a, in, x));
    response_figures(a, part, &km);
    response_series(a, part, &km);
    return code.n == 0 ? response_all(c, a, part, w, n) : OK;
}

Err asked_run(Ctx *c, Arena *a, const Law *law, Years *y, const LawQuestion *q, const AskedWho *who, Date from, Date to, const AskReports *given, AskAnswer *out, const char **out_why) {
    AskLog log = { 0 };
    AskReports reports = { 0 };
    AskInput in = { .law = law, .q = q, .rolls = y->rolls, .rolls_n = y->n, .platform = who->wish, .who = who->who, .from = from, .to = to, .reports = given };
    bool own = str_starts(q->data, S("N")), both = str_eq(q->data, S("S N")), report = str_ends(q->data, S("R"));
    *out = (AskAnswer){ 0 };
    *out_why = "the first day lies after the last";
    if (date_cmp(from, to) > 0) return E_INPUT;
    if (own && c == NULL) {
        ask_common(a, &in, out);
        out->state = ASK_MISSING;
        ask_say(a, out, SAY0(N_("No own log is at hand: this question needs the record of an instance.")));
        return OK;
    }
    *out_why = "the record does not answer";
    bool sized = str_eq(q->r.id, S("silence")) || str_eq(q->r.id, S("outliers")); /* set against the size of all platforms */
    if (report && given == NULL && c != NULL) {
        if (sized || who->wish.n == 0 || who->code.n > 0) TRY(asked_reports(c, a, law, sized ? STR_NONE : who->code, sized ? date_add(from, -RECIPIENTS_OLD) : from, to, &reports));
        in.reports = &reports;
    }
    if (own) return own_run(c, a, &in, who->code, out, out_why);
    if (both && c != NULL) TRY(log_of(c, a, law, from, to, &log));
    if (both && c != NULL) in.log = &log;
    return ask_run(a, &in, out, out_why);
}
