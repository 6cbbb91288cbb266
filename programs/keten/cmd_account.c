/* cmd_account.c - the yearly account as a file. The same record gives the same bytes. */
#include "programs/keten/local.h"
#include "steps/account/account.h"

static int run(Cli *c) {
    Local l;
    int code = EXIT_SYSTEM;
    int64_t year = 0;
    Account acc;
    Str format = cli_text(c, "format");
    if (str_i64(str_c(c->args[0]), ACCOUNT_YEAR_FIRST, ACCOUNT_YEAR_LAST, &year) != OK) return cli_fail(c, EXIT_USE, "%s is no year; give one as 2026", c->args[0]);
    bool csv = str_eq(format, S("csv")), html = str_eq(format, S("html")), dictionary = str_eq(format, S("dictionary"));
    if (!csv && !html && !dictionary && !str_eq(format, S("json"))) return cli_fail(c, EXIT_USE, "--format is json, csv, html or dictionary");
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    UiCtx ui = ui_plain(c->a, lang_from(cli_text(c, "lang"), LANG_NL), 0);
    ui.zone = l.in.zone;
    Buf out = buf_new(64 << 20);
    Err e = account_count(&l.c, (int)year, &acc);
    if (e == OK) {
        if (!cli_flag(c, "whole")) account_hide(&acc);
        if (csv) account_csv(&acc, &out);
        else if (html) account_html(&l.c, &ui, &acc, &out);
        else if (dictionary) account_dictionary(&ui, &out);
        else account_json(&acc, &out);
        e = buf_err(&out);
    }
    if (e == OK) fwrite(out.p, 1, out.n, stdout);
    else code = cli_fail(c, EXIT_SYSTEM, "the account cannot be counted (%s)", err_name(e));
    buf_free(&out);
    local_close(&l);
    return e == OK ? EXIT_YES : code;
}

static const Opt opts[] = {
    OPT_DATA,
    { OPT_TEXT, "format", "FORMAT", "json, csv, html or dictionary", .otherwise = "json" },
    { OPT_TEXT, "lang", "LANG", "nl or en, for html and the dictionary", .otherwise = "nl" },
    { OPT_FLAG, "whole", .help = "whole numbers: not for the public" },
    { OPT_END },
};
const Cmd cmd_account = { .name = "account", .summary = "the yearly account, counted from the record", .args = "YEAR", .args_min = 1, .args_max = 1,
    .help = "Small numbers are hidden as on the public page unless --whole is given. The same record gives the same bytes.", .opts = opts, .run = run };
