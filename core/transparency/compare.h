/* compare.h - a report against what else is known of the same platform and period: its statements in the database, and our own notices.
 *
 * The two sources of figures are the platform's own, so a ratio other than 1 asks for an explanation; it proves no more than that. Our own notices
 * are our record: when a report counts fewer notices of trusted flaggers than we alone sent as one, the report is short. Pure.
 */
#ifndef KETEN_COMPARE_H
#define KETEN_COMPARE_H
#include "core/transparency/reported.h"

/* Statements of one category and source in the report's period: "STATEMENT_CATEGORY_...", "SOURCE_VOLUNTARY". */
typedef struct RepCount { Str category, source; int64_t rows; } RepCount;
/* What is put beside what. */
typedef enum RepPair {
    RP_TRUSTED,  /* actions on notices of trusted flaggers, law and terms together : SOURCE_TRUSTED_FLAGGER */
    RP_NOTICES,  /* actions on all article 16 notices, law and terms together : SOURCE_ARTICLE_16 and SOURCE_TRUSTED_FLAGGER */
    RP_OWN,      /* measures at the provider's own initiative, illegal content and terms together : SOURCE_VOLUNTARY */
    RP_N
} RepPair;
extern const char *const rep_pair_codes[RP_N], *const rep_pair_words[RP_N];
typedef struct RepBeside {
    Str category;              /* "TOTAL" first, then each category that either has */
    RepPair pair;
    bool reported_known;       /* false: the report gives no such figure */
    int64_t reported;          /* things, not thousandths */
    int64_t statements;
    bool ratio_known;          /* statements divided by reported; needs both, and a report above zero */
    double ratio;
} RepBeside;
void reported_beside(Arena *a, const Report *r, const RepCount *v, size_t n, RepBeside **out, size_t *out_n);

/* Our own notices as a trusted flagger to this platform in the period: requests are about one item each, messages may hold several. */
typedef struct RepOwn { int64_t items, notices; } RepOwn;
typedef enum RepOwnState { RO_FITS, RO_SHORT /* the report counts fewer than we alone sent */, RO_NOT_GIVEN /* the report has no such figure */, RO_NO_FLAGGER /* we are none, or sent none */ } RepOwnState;
typedef struct RepOwnBeside { RepOwnState notices, items; int64_t notices_reported, items_reported; } RepOwnBeside;
RepOwnBeside reported_beside_own(const Report *r, bool flagger, RepOwn own);

/* What cannot be compared, and why: sentences, msgids; printed beside every comparison. Ended by NULL. */
extern const char *const rep_cannot_compare[];
#endif
