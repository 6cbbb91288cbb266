/* complete.h - does a dossier hold what the form of the receiving body asks for?
 *
 * What a form asks for is law data (tables competence, forms, contents); which part of a dossier answers an element is said here. An element that
 * the signed letter answers (who asks, which decision, signature) is shown and not counted. Rows that nobody verified say so. Private to this room.
 */
#ifndef KETEN_INQUIRY_COMPLETE_H
#define KETEN_INQUIRY_COMPLETE_H
#include "steps/inquiry/inquiry_in.h"

typedef enum PartState { PART_MISSING, PART_THERE, PART_LETTER } PartState;
typedef struct CompletePart { const LawContent *law; PartState state; bool needed; Url mend; } CompletePart; /* mend: where it is mended */
typedef struct CompleteForm { const LawForm *form; CompletePart *parts; size_t n; int64_t have, need /* of those that are needed and counted */; } CompleteForm;
enum { COMPLETE_FORMS_MAX = 6 };
typedef struct Complete { CompleteForm form[COMPLETE_FORMS_MAX]; size_t n; bool whole; } Complete;
/* n 0: for nobody in particular, or no form of that body is known; then whole holds. Otherwise whole: for one of the forms at least nothing is missing. */
Err dossier_complete(Ctx *c, const DossierRow *d, Complete *out) NODISCARD;
const char *complete_word(PartState s); /* msgid */
#endif
