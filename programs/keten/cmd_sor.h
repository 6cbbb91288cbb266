/* cmd_sor.h - the parts of keten sor. Inside programs/keten only. */
#ifndef KETEN_CMD_SOR_H
#define KETEN_CMD_SOR_H
#include "programs/keten/cmd.h"
extern const Cmd cmd_sor_ingest;
#endif
