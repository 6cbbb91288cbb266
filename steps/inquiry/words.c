/* words.c - codes of captures and dossiers, in the reader's language. */
#include "steps/inquiry/inquiry_in.h"

static const struct { const char *list, *code, *msgid; } words[] = {
    { "state", "asked", N_("waiting") }, { "state", "held", N_("waits for release") }, { "state", "made", N_("made") }, { "state", "stopped", N_("not made") }, { "state", "sealed", N_("being made") }, { "state", "failed", N_("could not be made") },
    { "result", "answered", N_("the server answered") }, { "result", "redirected", N_("the server pointed elsewhere") }, { "result", "refused", N_("the server refused or has no such page") },
    { "result", "server_error", N_("the server failed") }, { "result", "unreachable", N_("the server could not be reached") },
    { "mode", "text", N_("text only") }, { "mode", "hash", N_("digest only") }, { "mode", "blur", N_("blurred") }, { "mode", "full", N_("full, sealed to a body") },
    { "body", "kept", N_("kept whole") }, { "body", "kept_cut", N_("kept up to the size limit") }, { "body", "none", N_("there was none") }, { "body", "imagery", N_("not kept: it is not text, and imagery is never kept") },
    { "body", "blurred", N_("not kept: a blurred picture stands for it") }, { "body", "hash_only", N_("not kept: a digest was asked for") }, { "body", "coded", N_("not kept: it was compressed and was not looked into") },
    { "body", "inline_media", N_("not kept: imagery stands inside the page's own text") }, { "body", "not_text", N_("not kept: it was called text, but is not") },
    { "body", "too_large", N_("not kept: too large") },
    { "why", "minor", N_("a minor, or unknown age: never captured") }, { "why", "withdrawn", N_("the case was withdrawn") }, { "why", "no_consent", N_("the agreement to captures was taken back") }, { "why", "cancelled", N_("called off") }, { "why", "no_browser", N_("no browser on this server") }, { "why", "no_tmpfs", N_("no memory for the browser's profile on this server") }, { "why", "browser_ended", N_("the browser ended before the page was read") },
    { "why", "swap", N_("this server may write memory to disk, so nothing of this kind is captured") }, { "why", "seal", N_("the file could not be sealed to that key") }, { "why", "erased", N_("the location was erased") },
    { "why", "bad_url", N_("the address cannot be asked") }, { "why", "refused_address", N_("the address is private and is not asked") }, { "why", "dns_none", N_("the name does not exist") }, { "why", "dns_failed", N_("the name could not be looked up") },
    { "why", "connect_refused", N_("the server refused the connection") }, { "why", "connect_timeout", N_("no connection in time") }, { "why", "tls_failed", N_("no safe connection") }, { "why", "timeout", N_("no whole answer in time") },
    { "why", "too_many_redirects", N_("pointed elsewhere without end") }, { "why", "protocol", N_("the answer was not HTTP") }, { "why", "closed", N_("the server hung up") }, { "why", "too_large", N_("the answer was too large") },
    { "why", "damaged", N_("something in it does not verify; an administrator must look") },
    { "basis", "observed", N_("observed by us") }, { "basis", "inferred", N_("follows from other facts") }, { "basis", "told", N_("told to us") },
    { "outcome", "removed", N_("removed") }, { "outcome", "blocked", N_("blocked") }, { "outcome", "kept", N_("left online") }, { "outcome", "refused", N_("refused") }, { "outcome", "not_found", N_("not found") },
    { "outcome", "need_more", N_("asks for more") }, { "outcome", "granted", N_("granted") }, { "outcome", "inadmissible", N_("declared inadmissible") }, { "outcome", "transferred", N_("passed on") },
    { "outcome", "no_action", N_("nothing done") }, { "outcome", "withdrawn", N_("withdrawn") },
    { "clock_kind", "law", N_("legal term") }, { "clock_kind", "policy", N_("own norm, not a legal term") }, { "clock_kind", "promised", N_("promised") }, { "clock_kind", "court", N_("court order") },
    { "clock_state", "running", N_("running") }, { "clock_state", "paused", N_("paused") }, { "clock_state", "met", N_("kept") }, { "clock_state", "lapsed", N_("over") }, { "clock_state", "stopped", N_("stopped") },
    { "check", "container", N_("container") }, { "check", "names", N_("names of files") }, { "check", "bag", N_("bag") }, { "check", "payload", N_("content") }, { "check", "tags", N_("accompanying files") }, { "check", "seal", N_("seal") },
    { "check", "signature", N_("signature") }, { "check", "ledger", N_("ledger") }, { "check", "custody", N_("custody and acts") }, { "check", "captures", N_("captures") }, { "check", "key", N_("key") }, { "check", "time", N_("time") }, { "check", "witness", N_("witnesses") },
    { "witness", "signs", N_("signs") }, { "witness", "asked", N_("not asked yet") }, { "witness", "unreachable", N_("does not answer") }, { "witness", "refuses", N_("does not know this ledger") },
    { "witness", "ahead", N_("signed a larger tree than this one: a backup was put back, or somebody else has the key") }, { "witness", "fork", N_("says that this tree does not follow from the one it signed") },
    { "witness", "lies", N_("answers with something that is no signature of its own") },
    { "check", "coverage", N_("coverage") }, { "why", "too_large", N_("too large for one file") },
    { "vantage", "direct", N_("from this server, without sign-in or cookies") },
    { "handled", "viewed", N_("looked at") }, { "handled", "copied", N_("file taken out") }, { "handled", "annotated", N_("remark") }, { "handled", "corrected", N_("correction") },
    { "took", "full", N_("taken over in full") }, { "took", "part", N_("taken over in part") }, { "took", "none", N_("not taken over") },
    { "custody", "dossier.version", N_("asked for as a version of another") }, { "custody", "dossier.closed", N_("facts closed after an objection") }, { "custody", "dossier.receipt", N_("the receiving body said what it did with it") }, { "custody", "dossier.link_made", N_("a link to fetch it was made") }, { "custody", "dossier.link_ended", N_("a link to fetch it was ended") },
    { "custody", "dossier.fetched", N_("fetched with a link") }, { "why", "no_fields", N_("the dossier it is made from is older than versions: make a new one first") }, { "check", "facts", N_("facts") }, { "check", "receipt", N_("word of the receiving body") },
    { "ground", "asked", N_("the person concerned asked for it") }, { "ground", "objection", N_("objection of the person concerned") }, { "ground", "order", N_("order of a court or an authority") }, { "ground", "mistake", N_("captured by mistake") },
    { "custody", "capture.erased", N_("erased") }, { "found", "same", N_("the file is the one that was written down") }, { "found", "other", N_("the file is NOT the one that was written down") }, { "found", "damaged", N_("the file is damaged") }, { "found", "gone", N_("the content was erased") },
    { "custody", "capture.noted", N_("remark") }, { "custody", "capture.rechecked", N_("checked again") }, { "custody", "capture.handled", N_("looked at, given or received") }, { "handled", "exported", N_("taken out to pass on") }, { "handled", "handed_over", N_("handed over") }, { "handled", "received", N_("receipt was confirmed") },
    { "custody", "capture.asked", N_("asked for") }, { "custody", "capture.made", N_("captured and kept") }, { "custody", "capture.released", N_("released by a second person") }, { "custody", "capture.cancelled", N_("called off") }, { "custody", "capture.stopped", N_("not captured") },
    { "custody", "dossier.asked", N_("put together") }, { "custody", "dossier.sealed", N_("sealed and entered in the ledger") }, { "custody", "dossier.made", N_("made and kept") }, { "custody", "dossier.renewed", N_("stamps or signatures of witnesses put beside it") }, { "custody", "dossier.failed", N_("could not be made") },
    { "custody", "dossier.chosen", N_("put into a dossier") },
};

Str inquiry_say(const UiCtx *ui, const char *list, Str code) {
    if (strcmp(list, "verdict") == 0) return tr(ui, location_verdict_word(code));
    for (size_t i = 0; i < LEN(words); i++)
        if (strcmp(words[i].list, list) == 0 && str_eq(code, str_c(words[i].code))) return tr(ui, words[i].msgid);
    char *plain = str_z(ui->a, code);
    for (size_t i = 0; i < code.n; i++)
        if (plain[i] == '_') plain[i] = ' ';
    return str_bytes(plain, code.n);
}

UiState inquiry_state(Str state) {
    if (str_eq(state, S("made"))) return STATE_DONE;
    if (str_eq(state, S("stopped")) || str_eq(state, S("failed"))) return STATE_REFUSED;
    return STATE_WAITING;
}
