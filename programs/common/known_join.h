/* known_join.h - what is known here as hashes, in the memory of one process, as the door that Ctx.known is (core/case/known.h). Small ones are gone through; from some thousands on an
 * index is made (core/fingerprint/near.h), and made anew when an eighth more came, or something was dropped: about a quarter of a kilobyte a hash, nothing while nothing was compared. */
#ifndef KETEN_KNOWN_JOIN_H
#define KETEN_KNOWN_JOIN_H
#include "core/case/known.h"

typedef struct KnownJoin KnownJoin;
KnownJoin *known_join(Arena *life);
const KnownDoor *known_join_door(KnownJoin *k);                  /* NULL for NULL */
void known_join_close(KnownJoin *k);                             /* accepts NULL; wipes it */
#endif
