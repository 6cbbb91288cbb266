/* note_in.h - shared by the files that read notes. Private to this room. */
#ifndef KETEN_NOTE_IN_H
#define KETEN_NOTE_IN_H
#include "core/ledger/ledger.h"

#define NOTE_DASH "\xe2\x80\x94 " /* U+2014 and a blank open a signature line */
Err note_any_key_parse(Arena *a, Str vkey, NoteKey *out) NODISCARD;   /* any type we know: 0x01, 0x04, 0x06 */
Err note_number(Str s, int64_t *out) NODISCARD;                       /* decimal without leading zeros */
Err checkpoint_read(Arena *a, Str text, Checkpoint *out) NODISCARD;   /* as checkpoint_parse, but the root of an empty tree is not looked at */
#endif
