/* likeness.h - texts that are nearly the same: a list that is posted again with some names changed, lines moved or decoration added.
 *
 * A text becomes the set of its pieces: each two words that stand next to each other in a line (or a line's only word), after taking off
 * case, accents, punctuation and what cannot be seen. Of the set the smallest LIKE_KEPT of a hash of each are kept: from two such
 * sketches the share of common pieces (Jaccard) is estimated, and how much of the shorter stands in the longer. With fewer pieces than are kept
 * both are exact. The sketch holds hashes of pairs of words, not words; of a list of names it is still personal data: whoever has
 * two names can ask whether they stand there together.
 * Pure, as pdq.h. Sources: Broder, "On the resemblance and containment of documents", 1997; bottom-k estimate: Cohen and Kaplan 2007.
 */
#ifndef KETEN_LIKENESS_H
#define KETEN_LIKENESS_H
#include "foundation/base/base.h"

enum { LIKE_KEPT = 256, LIKE_TEXT_MAX = 64 << 20, LIKE_WORD_MAX = 256 /* bytes of a word that count */, LIKE_NEAR = 350 /* per mille from which two are taken for the same list */ };
typedef struct Likeness { uint64_t kept[LIKE_KEPT]; uint32_t n; } Likeness; /* n kept, ascending, different */

/* Any bytes; what is no well-formed UTF-8 parts words. At most LIKE_TEXT_MAX are looked at. */
void likeness_of(Str text, Likeness *out);
/* Per mille. Two empty ones are 0: nothing is like nothing. */
int likeness_common(const Likeness *a, const Likeness *b);       /* of all pieces of both, those in both */
int likeness_within(const Likeness *a, const Likeness *b);       /* of the pieces of a, those that are in b too */
#endif
