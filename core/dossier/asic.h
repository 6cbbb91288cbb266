/* asic.h - the shell in which eIDAS tools look for a time stamp: an ASiC-S container (ETSI EN 319 162-1 §4.3) around a dossier.
 *
 * A ZIP of three members, stored: mimetype, the dossier as it is, and META-INF/timestamp.tst, a time-stamp token over the dossier's bytes.
 * The dossier inside stays what it is, with its own seal and stamps; the shell adds one stamp over the whole file, for readers whose tools know
 * nothing else. Pure: head and tail are made here, the caller writes head, dossier, tail. */
#ifndef KETEN_ASIC_H
#define KETEN_ASIC_H
#include "core/dossier/zip.h"

#define ASIC_MIMETYPE "application/vnd.etsi.asic-s+zip"
/* name: of the dossier inside, a plain file name that ends with .zip. E_INPUT: it is none; E_LIMIT: larger than a container without ZIP64. */
Err asic_around(Arena *a, Str name, Str dossier, Str token, Str *out_head, Str *out_tail) NODISCARD;
#endif
