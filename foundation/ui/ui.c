/* ui.c - language, translated sentences, escaping, safe URLs. */
#include "foundation/ui/ui.h"
#include "foundation/ui/po.h"
#include "foundation/ui/ui_page.h"

#include <stdio.h>

const char *lang_code(Lang l) { return l == LANG_EN ? "en" : "nl"; }

Lang lang_from(Str code, Lang otherwise) {
    Str two = str_sub(code, 0, 2);
    bool whole = code.n == 2 || (code.n > 2 && code.p[2] == '-');
    if (whole && str_ieq(two, S("nl"))) return LANG_NL;
    if (whole && str_ieq(two, S("en"))) return LANG_EN;
    return otherwise;
}

static Id no_id(void *arg) {
    (void)arg;
    return ID_NONE;
}

UiCtx ui_plain(Arena *a, Lang lang, UnixMs now_ms) {
    return (UiCtx){ .a = a, .lang = lang, .now_ms = now_ms, .zone = zone_utc(), .new_id = no_id };
}

/* ---- words ---- */

static const Str *po_find(const char *msgid) {
    size_t lo = 0, hi = po_nl_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = strcmp(msgid, po_nl[mid].msgid);
        if (c == 0) return &po_nl[mid].text;
        if (c < 0) hi = mid;
        else lo = mid + 1;
    }
    return NULL;
}

Str tr(const UiCtx *ui, const char *msgid) {
    must(msgid != NULL);
    const Str *nl = ui->lang == LANG_NL ? po_find(msgid) : NULL;
    return nl != NULL ? *nl : str_c(msgid);
}

static Str arg_text(const UiCtx *ui, const UiArg *args, size_t n, Str name) {
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(str_c(args[i].name), name)) continue;
        return args[i].kind == ARG_INT ? ui_int(ui, args[i].i) : args[i].s;
    }
    must(!"a sentence names an argument that was not given");
    return STR_NONE;
}

/* Fills {name} in a sentence. Braces that hold no name stay as they are. */
static Str fill(const UiCtx *ui, Str s, const UiArg *args, size_t n) {
    size_t at = 0;
    if (!str_chr(s, '{', &at)) return s;
    Buf b = buf_new(64 * 1024);
    for (size_t i = 0; i < s.n; i++) {
        size_t end = 0;
        if (s.p[i] != '{' || !str_chr(str_sub(s, i, s.n), '}', &end)) {
            buf_ch(&b, s.p[i]);
            continue;
        }
        buf_put(&b, arg_text(ui, args, n, str_sub(s, i + 1, end - 1)));
        i += end;
    }
    must(buf_err(&b) == OK);
    Str out = str_dup(ui->a, buf_str(&b));
    buf_wipe(&b);
    return out;
}

Str trf(const UiCtx *ui, const char *msgid, const UiArg *args, size_t n) { return fill(ui, tr(ui, msgid), args, n); }

Str trn(const UiCtx *ui, int64_t count, const char *one, const char *more, const UiArg *args, size_t n) {
    return fill(ui, tr(ui, count == 1 ? one : more), args, n);
}

/* ---- escaping ---- */

static size_t utf8_len_at(Str s, size_t i) { /* bytes of the well-formed sequence at i, 0 when there is none */
    for (size_t k = 1; k <= 4 && i + k <= s.n; k++) {
        if (str_utf8_ok(str_sub(s, i, k))) return k;
    }
    return 0;
}

static void esc_odd(Buf *b, Str s, size_t *i) { /* a byte above 127 */
    size_t k = utf8_len_at(s, *i);
    if (k == 0 || str_has_bidi(str_sub(s, *i, k))) {
        buf_put(b, S("\xef\xbf\xbd"));
        *i += k == 0 ? 1 : k;
        return;
    }
    buf_put(b, str_sub(s, *i, k));
    *i += k;
}

void ui_esc(Buf *b, Str s) {
    static const char *const special[128] = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;" };
    size_t i = 0;
    while (i < s.n) {
        size_t from = i;
        while (i < s.n && (unsigned char)s.p[i] < 128 && special[(unsigned char)s.p[i]] == NULL && s.p[i] != 0) i++;
        if (i > from) buf_put(b, str_sub(s, from, i - from));
        if (i >= s.n) return;
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 128) {
            esc_odd(b, s, &i);
            continue;
        }
        buf_z(b, c == 0 ? "\xef\xbf\xbd" : special[c]);
        i++;
    }
}

void ui_esc_t(Buf *b, const UiCtx *ui, const char *msgid, const UiArg *args, size_t n) { ui_esc(b, trf(ui, msgid, args, n)); }

void ui_esc_tn(Buf *b, const UiCtx *ui, int64_t count, const char *one, const char *more, const UiArg *args, size_t n) {
    ui_esc(b, trn(ui, count, one, more, args, n));
}

void ui_esc_int(Buf *b, const UiCtx *ui, int64_t v) { ui_esc(b, ui_int(ui, v)); }
void ui_esc_url(Buf *b, Url u) { u.s.n > 0 ? ui_esc(b, u.s) : buf_ch(b, '#'); }

void ui_form_hidden(Buf *b, const UiCtx *ui) {
    tpl_form_hidden(b, ui, &(TplFormHidden){ .csrf = ui->csrf, .act = ui->new_id(ui->new_id_arg) });
}

Str ui_lang_str(const UiCtx *ui) { return str_c(lang_code(ui->lang)); }

Url ui_other_lang_url(const UiCtx *ui) {
    return url_with(ui->a, url_path(ui->a, "/taal/%s", ui->lang == LANG_NL ? "en" : "nl"), "back", ui->path);
}

Str ui_other_lang_str(const UiCtx *ui) { return ui->lang == LANG_NL ? S("en") : S("nl"); }
Str ui_other_lang_name(const UiCtx *ui) { return ui->lang == LANG_NL ? S("English") : S("Nederlands"); }

const UiNavItem *ui_nav(const UiCtx *ui, size_t *out_n) {
    size_t n = 0, k = 0;
    while (ui->nav != NULL && ui->nav[n].word != NULL) n++;
    UiNavItem *items = ARENA_ARRAY(ui->a, UiNavItem, n + 1);
    for (size_t i = 0; i < n; i++) {
        const NavItem *nav = &ui->nav[i];
        if ((nav->who & ui->roles) == 0) continue;
        Str path = str_c(nav->path);
        bool here = str_starts(ui->path, path) && (ui->path.n == path.n || ui->path.p[path.n] == '/');
        items[k++] = (UiNavItem){ .word = nav->word, .href = { path }, .key = str_c(nav->key), .here = here };
    }
    *out_n = k;
    return items;
}

/* ---- URLs ---- */

Url url_path(Arena *a, const char *fmt, ...) {
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    must(n > 0 && (size_t)n < sizeof text && text[0] == '/' && text[1] != '/' && text[1] != '\\');
    return (Url){ str_dup(a, str_bytes(text, (size_t)n)) };
}

Url url_with(Arena *a, Url base, const char *key, Str value) {
    size_t at = 0;
    return (Url){ str_fmt(a, STR_FMT "%c%s=" STR_FMT, STR_ARG(base.s), str_chr(base.s, '?', &at) ? '&' : '?', key, STR_ARG(http_escape(a, value))) };
}

/* Only what a browser will not read as script or as another site than it seems: no blanks or control bytes inside. */
Url url_web(Str url) {
    if (!str_starts(url, S("https://")) && !str_starts(url, S("http://"))) return (Url){ STR_NONE };
    for (size_t i = 0; i < url.n; i++) {
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\' || url.p[i] == 0x7f) return (Url){ STR_NONE };
    }
    return (Url){ url };
}

Url url_mail(Arena *a, Str address) {
    for (size_t i = 0; i < address.n; i++) {
        if ((unsigned char)address.p[i] <= ' ' || address.p[i] == '?' || address.p[i] == '&') return (Url){ STR_NONE };
    }
    return (Url){ str_fmt(a, "mailto:" STR_FMT, STR_ARG(address)) };
}

Url url_tel(Arena *a, Str number) {
    Buf b = buf_new(64);
    buf_z(&b, "tel:");
    for (size_t i = 0; i < number.n; i++) {
        if ((number.p[i] >= '0' && number.p[i] <= '9') || (number.p[i] == '+' && i == 0)) buf_ch(&b, number.p[i]);
    }
    Str out = str_dup(a, buf_str(&b));
    bool bad = buf_err(&b) != OK || out.n < 7;
    buf_free(&b);
    return (Url){ bad ? STR_NONE : out };
}

const char *ui_state_class(UiState s) {
    static const char *const names[STATE_N] = { [STATE_NONE] = "st-none", [STATE_DONE] = "st-done", [STATE_WAITING] = "st-waiting", [STATE_LATE] = "st-late",
        [STATE_REFUSED] = "st-refused", [STATE_SILENT] = "st-silent", [STATE_MINOR] = "st-minor", [STATE_INFO] = "st-info" };
    must((size_t)s < STATE_N);
    return names[s];
}
