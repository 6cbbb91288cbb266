/* report.c - the rules of report: what may happen and what it changes. */
#include "steps/report/report.h"

const Step report_step = { .name = "report" };
