/* inquiry.h - captures of what is online, custody of every exhibit, and the dossier another body can rely on. */
#ifndef KETEN_INQUIRY_H
#define KETEN_INQUIRY_H
#include "core/step/step.h"
extern const Step inquiry_step;
#endif
