/* ui_when.c - dates, distances and numbers as people read them, in the page's language. */
#include "foundation/ui/ui.h"

#include <math.h>
#include <stdio.h>

enum { MS_SECOND = 1000, MS_MINUTE = 60 * MS_SECOND, MS_HOUR = 60 * MS_MINUTE };
static const int64_t MS_DAY = 24LL * MS_HOUR;

static const char *const weekday[LANG_COUNT][8] = {
    [LANG_NL] = { "", "ma", "di", "wo", "do", "vr", "za", "zo" }, [LANG_EN] = { "", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" } };
static const char *const month[LANG_COUNT][13] = {
    [LANG_NL] = { "", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december" },
    [LANG_EN] = { "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" } };
static const char *const month_short[LANG_COUNT][13] = {
    [LANG_NL] = { "", "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec" },
    [LANG_EN] = { "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" } };

Str ui_int(const UiCtx *ui, int64_t v) {
    char digits[24], out[40];
    int n = snprintf(digits, sizeof digits, "%llu", v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v);
    must(n > 0);
    size_t k = 0;
    if (v < 0) out[k++] = '-';
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) out[k++] = ui->lang == LANG_NL ? '.' : ',';
        out[k++] = digits[i];
    }
    return str_dup(ui->a, str_bytes(out, k));
}

Str ui_dec(const UiCtx *ui, double v, int decimals) {
    must(isfinite(v) && decimals >= 0 && decimals <= 6);
    double scale = pow(10, decimals), whole = floor(fabs(v) * scale + 0.5);
    must(whole < 9e15);
    int64_t all = (int64_t)whole, unit = (int64_t)scale;
    Str left = ui_int(ui, all / unit);
    const char *sign = v < 0 && all > 0 ? "-" : "";
    if (decimals == 0) return str_fmt(ui->a, "%s" STR_FMT, sign, STR_ARG(left));
    return str_fmt(ui->a, "%s" STR_FMT "%c%0*lld", sign, STR_ARG(left), ui->lang == LANG_NL ? ',' : '.', decimals, (long long)(all % unit));
}

Str ui_percent(const UiCtx *ui, double part, int decimals) { return str_fmt(ui->a, STR_FMT "%%", STR_ARG(ui_dec(ui, part * 100, decimals))); }

Str ui_bytes(const UiCtx *ui, int64_t bytes) {
    static const char *const unit[] = { "B", "kB", "MB", "GB", "TB" };
    double v = (double)bytes;
    size_t u = 0;
    while (v >= 1000 && u + 1 < LEN(unit)) {
        v /= 1000;
        u++;
    }
    return str_fmt(ui->a, STR_FMT " %s", STR_ARG(ui_dec(ui, v, u == 0 || v >= 100 ? 0 : 1)), unit[u]);
}

Str ui_day(const UiCtx *ui, Date d) {
    if (!date_ok(d)) return STR_NONE;
    return str_fmt(ui->a, "%s %d %s %d", weekday[ui->lang][date_weekday(d)], d.d, month[ui->lang][d.m], d.y);
}

/* Distance in civil days, in words. */
static Str days_away(const UiCtx *ui, int64_t days) {
    if (days == 0) return tr(ui, "today");
    if (days == 1) return tr(ui, "tomorrow");
    if (days == -1) return tr(ui, "yesterday");
    if (days > 0) return TRF(ui, "in {n} days", UA_I("n", days));
    return TRF(ui, "{n} days ago", UA_I("n", -days));
}

int64_t ui_days_between(const UiCtx *ui, UnixMs from, UnixMs to) {
    return (int64_t)date_days(civil_at(ui->zone, to).date) - date_days(civil_at(ui->zone, from).date);
}

Str ui_ago(const UiCtx *ui, UnixMs t) {
    int64_t away = t - ui->now_ms, days = ui_days_between(ui, ui->now_ms, t);
    if (days != 0) return days_away(ui, days);
    int64_t size = away < 0 ? -away : away;
    int64_t n = size < MS_HOUR ? size / MS_MINUTE : size / MS_HOUR;
    if (size < MS_MINUTE) return tr(ui, "now");
    if (size < MS_HOUR) {
        return away > 0 ? trn(ui, n, "in {n} minute", "in {n} minutes", (UiArg[]){ UA_I("n", n) }, 1)
                        : trn(ui, n, "{n} minute ago", "{n} minutes ago", (UiArg[]){ UA_I("n", n) }, 1);
    }
    return away > 0 ? trn(ui, n, "in {n} hour", "in {n} hours", (UiArg[]){ UA_I("n", n) }, 1)
                    : trn(ui, n, "{n} hour ago", "{n} hours ago", (UiArg[]){ UA_I("n", n) }, 1);
}

Str ui_span(const UiCtx *ui, int64_t ms) {
    int64_t size = ms < 0 ? -ms : ms;
    if (size >= MS_DAY) return trn(ui, size / MS_DAY, "{n} day", "{n} days", (UiArg[]){ UA_I("n", size / MS_DAY) }, 1);
    if (size >= MS_HOUR) return trn(ui, size / MS_HOUR, "{n} hour", "{n} hours", (UiArg[]){ UA_I("n", size / MS_HOUR) }, 1);
    return trn(ui, size / MS_MINUTE, "{n} minute", "{n} minutes", (UiArg[]){ UA_I("n", size / MS_MINUTE) }, 1);
}

Str ui_date(const UiCtx *ui, Date d) {
    if (!date_ok(d)) return STR_NONE;
    int64_t days = (int64_t)date_days(d) - date_days(civil_at(ui->zone, ui->now_ms).date);
    return str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(ui_day(ui, d)), STR_ARG(days_away(ui, days)));
}

Str ui_when(const UiCtx *ui, UnixMs t) {
    if (t == 0) return STR_NONE;
    Civil c = civil_at(ui->zone, t);
    return str_fmt(ui->a, STR_FMT " %02d:%02d · " STR_FMT, STR_ARG(ui_day(ui, c.date)), c.hh, c.mm, STR_ARG(ui_ago(ui, t)));
}

Str ui_date_short(const UiCtx *ui, Date d) {
    const char *m = month_short[ui->lang][d.m];
    return d.y == civil_at(ui->zone, ui->now_ms).date.y ? str_fmt(ui->a, "%d %s", d.d, m) : str_fmt(ui->a, "%d %s %d", d.d, m, d.y);
}

Str ui_when_short(const UiCtx *ui, UnixMs t) {
    if (t == 0) return STR_NONE;
    Civil c = civil_at(ui->zone, t);
    Str day = ui_date_short(ui, c.date);
    if (c.date.y != civil_at(ui->zone, ui->now_ms).date.y) return day;
    return str_fmt(ui->a, STR_FMT " %02d:%02d", STR_ARG(day), c.hh, c.mm);
}

/* <time>: the words for people, the instant for scripts; focus shows the exact instant as a title. A distance carries the instant at
 * which it was true, so that browser/desk.js can keep it so. */
void ui_put_when(Buf *b, const UiCtx *ui, UnixMs t, char style) {
    if (t == 0) return;
    Str words = style == 's' ? ui_when_short(ui, t) : style == 'a' ? ui_ago(ui, t) : ui_when(ui, t);
    buf_z(b, "<time class=\"when\" datetime=\"");
    buf_put(b, when_rfc3339(ui->a, t));
    if (style == 'a') buf_printf(b, "\" data-live=\"%lld", (long long)ui->now_ms);
    buf_z(b, "\" title=\"");
    ui_esc(b, when_civil(ui->a, ui->zone, t));
    buf_ch(b, ' ');
    ui_esc(b, zone_name(ui->zone));
    buf_z(b, "\">");
    ui_esc(b, words);
    buf_z(b, "</time>");
}

void ui_put_date(Buf *b, const UiCtx *ui, Date d, char style) {
    if (!date_ok(d)) return;
    buf_z(b, "<time class=\"when\" datetime=\"");
    buf_put(b, date_str(ui->a, d));
    buf_z(b, "\">");
    ui_esc(b, style == 'd' ? ui_day(ui, d) : ui_date(ui, d));
    buf_z(b, "</time>");
}
