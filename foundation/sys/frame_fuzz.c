/* Whatever a peer sends, a frame is whole, refused, or the end. */
#include "foundation/sys/sys.h"

#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int pair[2];
    if (size > 60000) return 0;
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    must(fd_write_all(pair[0], str_bytes(data, size), sys_mono_ms() + 1000) == OK);
    close(pair[0]);
    Buf b = buf_new(5000);
    Err e = OK;
    size_t whole = 0;
    while (e == OK) {
        buf_clear(&b);
        e = frame_recv(pair[1], 4000, sys_mono_ms() + 1000, &b);
        if (e == OK) whole += b.n + 4;
    }
    must(e != E_MISSING || whole == size);
    must(whole <= size && b.n <= 4000);
    buf_free(&b);
    close(pair[1]);
    return 0;
}
