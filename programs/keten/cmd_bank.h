/* cmd_bank.h - shared by the bank's subcommands. Inside programs/keten only. */
#ifndef KETEN_CMD_BANK_H
#define KETEN_CMD_BANK_H
#include "programs/bank/bank.h"
#include "programs/keten/cmd.h"

enum { BANK_AT_ONCE = 4096, TEXT_MAX = 1 << 30 };
#define OPT_BANK { OPT_TEXT, "bank", "DIR", "the bank's folder", .required = true }
/* Opens it, or says why not; *out_code is what to return then. */
bool cli_bank(Cli *c, bool write, Bank **out, int *out_code);
/* --source, --lane, --front, --signal, --quality and --consent-until as far as the command has them. False with *out_code. */
bool cli_bank_line(Cli *c, BankLine *out, int *out_code);
UnixMs cli_now(void);
extern const Cmd cmd_bank_import, cmd_bank_export, cmd_bank_rebuild, cmd_bank_take, cmd_bank_follow;
/* Adds from text, batch by batch; says on standard error which rows were refused. --confirmed-by puts them in force. */
int bank_take(Cli *c, Bank *b, Str text, const BankLine *otherwise, const char *name);
#endif
