/* bank_words.c - the bank in the words of a page. */
#include "core/bank/bank_pages_in.h"

static const struct { const char *state, *word; UiState is; } states[] = { { "quarantine", N_("waits"), STATE_WAITING }, { "active", N_("in force"), STATE_DONE }, { "disputed", N_("disputed"), STATE_REFUSED },
    { "withdrawn", N_("withdrawn"), STATE_NONE } };
static const struct { const char *signal, *word; } signals[] = { { "pdq", N_("photo (PDQ)") }, { "sha256", N_("exact copy (SHA-256)") }, { "md5", N_("exact copy (MD5)") }, { "url", N_("address") } };

const char *bank_state_word(Str state, UiState *out) {
    for (size_t i = 0; i < LEN(states); i++)
        if (str_eq(state, str_c(states[i].state))) return *out = states[i].is, states[i].word;
    *out = STATE_NONE;
    return NULL;
}
Str bank_signal_word(const UiCtx *ui, Str signal) {
    for (size_t i = 0; i < LEN(signals); i++)
        if (str_eq(signal, str_c(signals[i].signal))) return tr(ui, signals[i].word);
    return signal;
}
Str bank_quality_word(const UiCtx *ui, int64_t quality) { return quality < 0 ? tr(ui, "not known") : TRF(ui, "{n} of 100", UA_I("n", quality)); }
/* Which hash, short enough for a table; the whole stands on its own page. */
static Str short_hex(const UiCtx *ui, const BankEntry *e) {
    Str hex = bank_entry_hex(ui->a, e);
    return hex.n > 16 ? str_fmt(ui->a, STR_FMT "…", STR_ARG(str_sub(hex, 0, 16))) : hex;
}

UiEntry bank_entry_ui(Ctx *c, const UiCtx *ui, const BankEntry *e, int distance) {
    UiEntry u = { .number = e->entry, .href = url_path(ui->a, "/bank/entry/%lld", (long long)e->entry), .hash = short_hex(ui, e), .kind = bank_signal_word(ui, e->signal), .minor = str_eq(e->lane, S("minor")),
        .lane = tr(ui, "under 18, or unknown"), .source = e->source, .quality = bank_quality_word(ui, e->quality), .until = e->consent_until };
    u.word = bank_state_word(e->state, &u.state);
    if (distance >= 0) u.near = TRF(ui, "{n} of 256 differ", UA_I("n", distance));
    if (c->bank != NULL) u.matched = c->bank->counted(c->bank->to, e->offered);
    return u;
}
