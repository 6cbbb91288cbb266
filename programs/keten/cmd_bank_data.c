/* cmd_bank_data.c - the folder of hashes of an instance, made anew from its record. */
#include "programs/common/bank_join.h"
#include "programs/keten/local.h"

static void shown(void *ctx, int64_t done, int64_t all) { progress_show(ctx, done, all); }

static int run(Cli *c) {
    Local l;
    int code = EXIT_SYSTEM;
    int64_t entries = 0, behind = 0;
    Str why = STR_NONE;
    const char *dir = str_z(c->a, cli_text(c, "data"));
    if (!local_open(c, dir, DB_READ, &l, &code)) return code;
    const char *folder = instance_bank(c->a, &l.in);
    BankJoin *j = bank_join(c->a, folder, true);
    l.c.bank = bank_join_door(j);
    Progress bar = progress_start("changes");
    Err e = dir_make(folder, 0700);
    if (e == OK) e = bank_rebuild(&l.c, shown, &bar);
    progress_end(&bar);
    if (e == OK) e = bank_join_check(&l.c, j, &entries, &behind, &why);
    bank_join_close(j);
    local_close(&l);
    if (e == E_INPUT) return cli_fail(c, EXIT_NO, STR_FMT, STR_ARG(why));
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be made anew (%s); what was there is there still", folder, err_name(e));
    printf("%s was made anew from the record: %lld entries\n", folder, (long long)entries);
    return EXIT_YES;
}

static const Opt opts[] = { { OPT_TEXT, "data", "DIR", "the instance's directory", .required = true }, { OPT_END } };
const Cmd cmd_bank_rebuild = { .name = "rebuild", .summary = "make an instance's folder of hashes anew from its record", .args = "", .opts = opts, .run = run,
    .help = "The folder follows the record by itself; this is for one that was lost, or that keten fsck finds wrong. The server may go on\nrunning: whoever reads the old one takes up the new one at the next question. Withdrawn hashes whose key was destroyed are left out." };
