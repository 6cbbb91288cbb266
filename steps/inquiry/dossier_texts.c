/* dossier_texts.c - what a reader without our software needs: how to check the file, how to look again. In both languages. */
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"

typedef struct Para { const char *msgid, *command; } Para;
static const Para checking[] = {
    { N_("This file can be checked without the programs of its maker. What follows are commands of public tools; run them in the folder that unpacking gives."), NULL },
    { N_("1. Unpack."), "unzip keten-*.zip && cd keten-*/" },
    { N_("2. Every file is the one that was put in (the second line is a second digest of the same)."), "sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt\nsha512sum -c manifest-sha512.txt" },
    { N_("3. It is a bag of BagIt 1.0 (RFC 8493); archives have tools for it."), "bagit.py --validate ." },
    { N_("4. The seal names the lists, and is signed. Compare the key with the covering letter or with the ledger's page, not only with this file."),
        "sha256sum manifest-sha256.txt manifest-sha512.txt bag-info.txt bagit.txt verify/README.txt\ncat seal.txt\nopenssl pkeyutl -verify -pubin -inkey proofs/key.pem -rawin -in seal.txt -sigfile proofs/seal.sig" },
    { N_("5. The seal, and each open act of the case, stands in the ledger. Take event and salt of a line of custody/events.jsonl (or of proofs/sealed.json): the commitment is the byte 01 and the keyed digest of the event."),
        "printf %s \"$EVENT\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$SALT" },
    { N_("6. The proof files are tlog-proofs (c2sp.org/tlog-proof) of that commitment; proofs/checkpoint is a signed note. Any tool for them will do, or:"), "keten ledger verify proofs/sealed.tlog-proof --key \"$(cat proofs/key.txt)\" --entry $COMMITMENT" },
    { N_("7. When there is a folder timestamps: the seal was stamped by an authority. Its certificate ends one day, the stamp does not: it is judged at its own time, which the first command prints."),
        "openssl ts -reply -in timestamps/seal.tsr -text\nopenssl ts -verify -data seal.txt -in timestamps/seal.tsr -CAfile AUTHORITY.pem -attime SECONDS" },
    { N_("8. When there is a list timestamps/renewal-1.txt: before the authority's certificate ended, the seal and all stamps were stamped once more, as a list. Each stamp is judged at its own time; the later ones carry the earlier ones on."),
        "sha256sum -c timestamps/renewal-1.txt\nopenssl ts -verify -data timestamps/renewal-1.txt -in timestamps/renewal-1.tsr -CAfile AUTHORITY.pem -attime SECONDS" },
    { N_("All of this at once, in your browser and without a network: open verify/verifier.html, choose the zip, and give the key. It says what it cannot check."), NULL },
    { N_("All of this at once, with the maker's own program:"), "keten dossier verify keten-*.zip --key VKEY" },
    { N_("What this shows: the content was not changed since it was sealed; no act of the case was left out (withheld acts show only their commitment); captures are the files that were written down when they were made. What it does not show: that a page looked the same to others, and, without a time stamp, the clock time beyond the server's own word."), NULL },
};

static void paras(const UiCtx *ui, const Para *p, size_t n, Buf *b) {
    for (size_t i = 0; i < n; i++) {
        buf_put(b, tr(ui, p[i].msgid));
        buf_ch(b, '\n');
        Str rest = str_c(p[i].command), line = STR_NONE;
        while (p[i].command != NULL && str_split(&rest, '\n', &line)) buf_printf(b, "    " STR_FMT "\n", STR_ARG(line));
        buf_ch(b, '\n');
    }
}

Str draft_readme_txt(const Draft *f) {
    Buf b = buf_new(65536);
    for (int l = 0; l < LANG_COUNT; l++) {
        const UiCtx *ui = &f->ui[l];
        Str head = tr(ui, N_("Checking this dossier"));
        buf_put(&b, head);
        buf_ch(&b, '\n');
        for (size_t i = 0; i < str_utf8_len(head); i++) buf_ch(&b, '=');
        buf_z(&b, "\n\n");
        paras(ui, checking, LEN(checking), &b);
        buf_ch(&b, '\n');
    }
    must(buf_err(&b) == OK);
    Str s = str_dup(f->c->arena, buf_str(&b));
    buf_free(&b);
    return s;
}

/* In single quotes for a shell: whatever the address holds. */
static void quoted(Buf *b, Str s) {
    buf_ch(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'') buf_z(b, "'\\''");
        else if ((uint8_t)s.p[i] >= ' ') buf_ch(b, s.p[i]);
    }
    buf_ch(b, '\'');
}

Str draft_reproduce_txt(const Draft *f) {
    Buf b = buf_new(4 << 20);
    for (int l = 0; l < LANG_COUNT; l++) {
        buf_put(&b, tr(&f->ui[l], N_("Looking again: each line asks for an address as it was asked then, without following what it refers to. The digest at the end is of the body as it came; when it differs, the page has changed since. Do not do this for material of a minor.")));
        buf_z(&b, "\n\n");
    }
    for (size_t i = 0; i < f->captures_n; i++) {
        const CaptureRow *k = &f->captures[i];
        buf_printf(&b, "# " STR_FMT " " STR_FMT " HTTP %lld\n", STR_ARG(capture_key(f->c->arena, k)), STR_ARG(when_rfc3339(f->c->arena, k->made)), (long long)k->status);
        buf_z(&b, "curl --silent --show-error --location ");
        quoted(&b, draft_url(f, k->location));
        buf_z(&b, " | sha256sum\n");
        if (k->digest.n > 0) buf_printf(&b, "# " STR_FMT "\n", STR_ARG(hex_enc(f->c->arena, k->digest)));
        buf_ch(&b, '\n');
    }
    must(buf_err(&b) == OK);
    Str s = str_dup(f->c->arena, buf_str(&b));
    buf_free(&b);
    return s;
}
