/* cmd_sor.h - the parts of keten sor. Inside programs/keten only. */
#ifndef KETEN_CMD_SOR_H
#define KETEN_CMD_SOR_H
#include "programs/keten/local.h"
extern const Cmd cmd_sor_compare;
extern const Cmd cmd_sor_ask, cmd_sor_ingest, cmd_sor_report;
/* The instance of --data, made (for --org) when it is not there. */
bool sor_instance(Cli *c, Local *l, int *out_code);
#endif
