/* string.h - in the browser there is no C library: what is built for it brings these (browser/pdq_web.c). */
#ifndef KETEN_WEB_STRING_H
#define KETEN_WEB_STRING_H
#include <stddef.h>
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *at, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
#endif
