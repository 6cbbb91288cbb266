/* Writes one neutral video, for tests of other programs. usage: video_make CONTAINER CODEC WIDTH HEIGHT FRAMES FRAMES-A-SECOND TURN SEED FILE */
#include "programs/video/testvideo.h"

#include <fcntl.h>
#include <unistd.h>

static int number(const char *text) {
    int64_t v = 0;
    must(str_i64(str_c(text), 0, 1000000, &v) == OK);
    return (int)v;
}

int main(int argc, char **argv) {
    if (argc != 10) return 2;
    Reel r = { .container = argv[1], .codec = argv[2], .format = AV_PIX_FMT_YUV420P, .width = number(argv[3]), .height = number(argv[4]), .frames = number(argv[5]), .rate = { number(argv[6]), 1 }, .turn = number(argv[7]), .seed = (uint64_t)number(argv[8]) };
    Buf b = buf_new(256 << 20);
    av_log_set_level(AV_LOG_QUIET);
    if (!reel_make(&r, &b)) return 1;
    int fd = open(argv[9], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool good = fd >= 0 && write(fd, b.p, b.n) == (ssize_t)b.n && close(fd) == 0;
    buf_free(&b);
    return good ? 0 : 1;
}
