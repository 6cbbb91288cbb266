/* banned.h - calls that are unsafe, locale-bound or hidden state do not compile. */
#ifndef KETEN_BANNED_H
#define KETEN_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
/* Some C libraries make macros of these; clang poisons no macro. */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol atoll
#pragma GCC poison gmtime localtime ctime asctime system popen mktemp tmpnam
#endif
