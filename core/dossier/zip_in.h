/* zip_in.h - the headers of the container, as the writer makes them and the reader expects them. */
#ifndef KETEN_ZIP_IN_H
#define KETEN_ZIP_IN_H
#include "core/dossier/zip.h"

enum { ZIP_LOCAL = 30, ZIP_CENTRAL = 46, ZIP_END = 22 };
uint32_t zip_crc(uint32_t crc, Str s);                                          /* begins with 0; goes on with what it gave */
void zip_local_head(uint8_t p[ZIP_LOCAL], Str name, uint32_t crc, size_t size);
void zip_central_head(uint8_t p[ZIP_CENTRAL], Str name, uint32_t crc, size_t size, size_t at);
void zip_end_record(uint8_t p[ZIP_END], size_t n, size_t size, size_t at);
#endif
