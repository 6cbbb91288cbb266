/* stdio.h - in the browser there is no C library: nothing of this header is used by what is built for it. */
#ifndef KETEN_WEB_STDIO_H
#define KETEN_WEB_STDIO_H
#endif
