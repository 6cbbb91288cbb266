/* lawbook.h - the law as pages that everyone may read: the tables, each row with its versions and sources, what changed between
 * two days, and two forms that ask the engine: count a term, find the competent body. Nothing that is filled in is kept. */
#ifndef KETEN_LAWBOOK_H
#define KETEN_LAWBOOK_H
#include "core/step/step.h"

extern const Step lawbook_step;
#endif
