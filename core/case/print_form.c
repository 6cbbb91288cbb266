/* print_form.c - fingerprints on pages: what may be done with them, until when, and the list of those that were given. */
#include "core/case/print.h"
#include "core/case/case_in.h"

static const struct { const char *code, *word, *hint; } uses[] = {
    { "recognise", N_("Compare it with photos in other reports"), N_("So we see when the same photo is in another report. Nobody outside gets it.") },
    { "share_hash", N_("Let platforms recognise it"), N_("Platforms that take part get only these characters. When somebody uploads the same photo they can stop it. First a worker of ours looks at it. You can take this back: then we tell every platform. They must forget it, and we keep the characters 90 days so that all of them hear it.") } };
static const struct { const char *code, *word; } untils[] = { { "6m", N_("Half a year") }, { "1y", N_("One year") }, { "2y", N_("Two years") } };
static const struct { const char *code, *word; } whys[] = { { "withdrawn", N_("taken back") }, { "until", N_("the agreed time was over") }, { "lane", N_("somebody under 18 is or may be shown") }, { "erased", N_("the report was erased") } };

const UiOption *print_use_options(const UiCtx *ui, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, LEN(uses));
    for (size_t i = 0; i < LEN(uses); i++) o[i] = (UiOption){ .value = str_c(uses[i].code), .label = tr(ui, uses[i].word), .hint = tr(ui, uses[i].hint) };
    *out_n = LEN(uses);
    return o;
}

const UiOption *print_until_options(const UiCtx *ui, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, LEN(untils));
    for (size_t i = 0; i < LEN(untils); i++) o[i] = (UiOption){ .value = str_c(untils[i].code), .label = tr(ui, untils[i].word) };
    *out_n = LEN(untils);
    return o;
}

Str print_use_words(const UiCtx *ui, Str codes) {
    Buf b = buf_new(2048);
    for (size_t i = 0; i < LEN(uses); i++) {
        Str rest = codes, one = STR_NONE;
        while (rest.n > 0 && str_split(&rest, ',', &one)) {
            if (!str_eq(one, str_c(uses[i].code))) continue;
            if (b.n > 0) buf_z(&b, " · ");
            buf_put(&b, tr(ui, uses[i].word));
        }
    }
    Str s = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static Str why_words(const UiCtx *ui, Str code) {
    for (size_t i = 0; i < LEN(whys); i++)
        if (str_eq(code, str_c(whys[i].code))) return tr(ui, whys[i].word);
    return code;
}

UiPrint *print_ui(const UiCtx *ui, const PrintRow *rows, size_t n) {
    UiPrint *out = ARENA_ARRAY(ui->a, UiPrint, n + 1);
    for (size_t i = 0; i < n; i++) {
        const PrintRow *p = &rows[i];
        UiLine *lines = ARENA_ARRAY(ui->a, UiLine, PRINT_FRAMES);
        out[i] = (UiPrint){ .id = id_hex(ui->a, p->id), .given = p->given, .until = p->until, .ended = p->ended, .why = why_words(ui, p->why), .uses = print_use_words(ui, p->uses), .quality = p->quality, .front = p->front, .film = str_eq(p->front, str_c(print_film)), .hashes = lines };
        if (p->ended == 0 && p->err != OK) out[i].locked = tr(ui, "The characters cannot be read now.");
        for (int h = 0; p->err == OK && h < p->hash.n; h++) {
            char hex[PDQ_HEX + 1];
            pdq_hex(&p->hash.form[h], hex);
            lines[out[i].hashes_n++] = (UiLine){ .text = str_dup(ui->a, str_c(hex)) };
        }
    }
    return out;
}
