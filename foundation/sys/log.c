/* log.c - the log line and the progress bar. */
#include "foundation/sys/sys.h"

#include <errno.h>
#include <sys/ioctl.h>

enum { LINE_MAX = 2048 };

static const char *level_name(LogLevel l) {
    static const char *const names[] = { [LOG_FATAL] = "fatal", [LOG_BAD] = "error", [LOG_WARN] = "warning", [LOG_NOTE] = "notice",
        [LOG_INFO] = "info", [LOG_DEBUG] = "debug" };
    must((size_t)l < LEN(names) && names[l] != NULL);
    return names[l];
}

/* A value that came from outside must not begin a line of its own, nor move a terminal's cursor. */
static size_t escape(char *out, size_t size, const char *in, size_t n) {
    static const char hex[] = "0123456789abcdef";
    size_t k = 0;
    for (size_t i = 0; i < n && k + 4 < size; i++) {
        unsigned char c = (unsigned char)in[i];
        if (c >= 0x20 && c != 0x7F) {
            out[k++] = (char)c;
            continue;
        }
        out[k++] = '\\';
        out[k++] = 'x';
        out[k++] = hex[c >> 4];
        out[k++] = hex[c & 15];
    }
    return k;
}

void log_line(LogLevel level, const char *fmt, ...) {
    must(fmt != NULL);
    char text[LINE_MAX], line[2 * LINE_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    must(n >= 0);
    int head = snprintf(line, sizeof line, "<%d>level=%s program=%s pid=%d ", level, level_name(level), program_invocation_short_name, (int)getpid());
    must(head > 0 && (size_t)head < sizeof line);
    size_t k = (size_t)head + escape(line + head, sizeof line - (size_t)head - 1, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    line[k++] = '\n';
    ssize_t put = 0; /* one write, so that lines of several processes do not mix */
    do put = write(2, line, k);
    while (put < 0 && errno == EINTR);
}

Progress progress_start(const char *what) { return (Progress){ .what = what, .started_ms = sys_mono_ms(), .on = isatty(2) == 1 }; }

void progress_show(void *progress, int64_t done, int64_t all) {
    enum { BAR = 24 };
    Progress *p = progress;
    int64_t now = sys_mono_ms();
    if (!p->on || (now - p->shown_ms < 100 && done != all)) return;
    p->shown_ms = now;
    p->all = all;
    if (all <= 0 || done > all) {
        fprintf(stderr, "\r%s: %lld\033[K", p->what, (long long)done);
    } else {
        char bar[BAR + 1];
        int full = (int)(done * BAR / all);
        for (int i = 0; i < BAR; i++) bar[i] = i < full ? '#' : '.';
        bar[BAR] = '\0';
        fprintf(stderr, "\r%s [%s] %lld of %lld\033[K", p->what, bar, (long long)done, (long long)all);
    }
    fflush(stderr);
}

void progress_end(Progress *p) {
    if (!p->on || p->shown_ms == 0) return;
    fprintf(stderr, "\r\033[K");
    fflush(stderr);
}
