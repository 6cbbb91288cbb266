/* main.c - the table of subcommands. */
#include "programs/keten/cmd.h"

static const Cmd *const commands[] = {
    &cmd_init,
    &cmd_run,
    &cmd_serve,
    &cmd_fsck,
    &cmd_user,
    &cmd_case,
    &cmd_import,
    &cmd_dossier,
    &cmd_ledger,
    &cmd_witness,
    &cmd_hash,
    &cmd_capture,
    &cmd_lookup,
    &cmd_watch,
    &cmd_feed,
    &cmd_bank,
    &cmd_gate,
    &cmd_mail,
    &cmd_receipt,
    &cmd_alike,
    &cmd_account,
    &cmd_sor,
    &cmd_demo,
    &cmd_simulate,
    &cmd_backup,
    &cmd_restore,
    &cmd_law,
    &cmd_version,
    NULL,
};

static const Cmd keten = {
    .name = "keten",
    .summary = "the chain from a report of online sexual violence to the yearly account",
    .args = "",
    .subs = commands,
};

int main(int argc, char **argv) {
    sys_start();
    return cmd_main(argc, argv, &keten);
}
