/* account.c - the rules of account: what may happen and what it changes. */
#include "steps/account/account.h"

const Step account_step = { .name = "account" };
