/* report.h - a victim, a supporter or a case worker reports; the person follows it with the receipt code. */
#ifndef KETEN_REPORT_H
#define KETEN_REPORT_H
#include "core/step/step.h"
extern const Step report_step;
#endif
