/* main.c - keten-video: hashes the frames of videos. usage: keten-video --alone (descriptor 3 hands over connections; ends when nobody holds its other end)
 *
 * Apart from keten-media, for the libraries that know all kinds of video are many and large: whoever asks for pictures only never loads them.
 * Each question brings the descriptor of one open file and is answered by a process of its own, which closes its sandbox before it looks at the file.
 */
#include "foundation/sandbox/media_wire.h"
#include "foundation/sandbox/sandbox.h"
#include "foundation/sys/sys.h"
#include "programs/video/film.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { READERS_MAX = 4, CONTROL_FD = 3, SPEAK_MS = 200, SEND_MS = 4 * 3600 * 1000 /* who asked may be at another video, or its own reader be slow */ };

typedef struct Speaker { int fd; int64_t spoke; VideoPart part; Buf b; } Speaker;

static void speak(Speaker *s) {
    buf_clear(&s->b);
    alarm(0); /* waiting to be heard is no stall */
    video_put_part(&s->b, &s->part);
    if (buf_err(&s->b) != OK || frame_send(s->fd, buf_str(&s->b), sys_mono_ms() + SEND_MS) != OK) _exit(1);
    s->part.n = 0;
    s->spoke = sys_mono_ms();
}

static void on_frame(void *ctx, const VideoSaid *said, const VideoFrame *f) {
    Speaker *s = ctx;
    double expected = said->said_ms > 0 ? (double)said->said_ms * said->rate_ms / 1e6 : 0;
    s->part.decoded = said->decoded;
    s->part.expected = expected < VIDEO_FRAMES_MAX ? (uint32_t)expected : 0;
    if (f != NULL) s->part.frames[s->part.n++] = *f;
    if (s->part.n == VIDEO_PART || sys_mono_ms() - s->spoke >= SPEAK_MS) speak(s);
    alarm(VIDEO_STALL_SECONDS);
}

static _Noreturn void reader(int fd) {
    static Speaker s;
    SandboxLevel level = { 0 };
    Buf question = buf_new(VIDEO_ASK_BYTES);
    FilmBytes from = { .fd = -1 };
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) _exit(1);
    alarm(VIDEO_STALL_SECONDS);
    if (media_take_over(fd, &from.fd) != OK || frame_recv(fd, VIDEO_ASK_BYTES, sys_mono_ms() + 5000, &question) != OK) _exit(1);
    Wire w = { .rest = buf_str(&question) };
    FilmAsk ask = { .every_ms = wire_u32(&w), .frames_max = VIDEO_FRAMES_MAX, .pixels_max = VIDEO_PIXELS_MAX };
    if (w.bad || w.rest.n > 0 || ask.every_ms > VIDEO_EVERY_MAX || (from.size = lseek(from.fd, 0, SEEK_END)) < 0) _exit(1); /* asking for more about it is not allowed here */
    if (sandbox_close(SANDBOX_VIDEO_ONE, NULL, 0, &level) != OK || !level.seccomp) _exit(1);
    s.fd = fd;
    s.spoke = sys_mono_ms();
    s.b = buf_new(VIDEO_PART_BYTES_MAX);
    film_hash(&from, &ask, &(FilmSink){ on_frame, &s }, &s.part.said);
    s.part.decoded = s.part.said.decoded;
    s.part.last = true;
    speak(&s);
    _exit(0);
}

static size_t reap(size_t running, bool wait_for_one) {
    for (pid_t pid = waitpid(-1, NULL, wait_for_one ? 0 : WNOHANG); running > 0 && pid > 0; pid = waitpid(-1, NULL, WNOHANG)) running--;
    return running;
}

static int serve(void) {
    SandboxLevel level = { 0 };
    size_t running = 0;
    sys_start();
    if (geteuid() == 0 && sys_become("nobody") != OK) return 3;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || sandbox_close(SANDBOX_MEDIA, NULL, 0, &level) != OK || !level.seccomp) return 3;
    for (;;) {
        int fd = -1;
        running = reap(running, running >= READERS_MAX);
        Err e = media_take_over(CONTROL_FD, &fd);
        if (e != OK) return e == E_MISSING ? 0 : 3;
        pid_t pid = fork();
        if (pid == 0) {
            close(CONTROL_FD);
            reader(fd);
        }
        close(fd);
        running += pid > 0;
    }
}

int main(int argc, char **argv) {
    if (argc != 2 || strcmp(argv[1], "--alone") != 0) return 2;
    _exit(serve()); /* a leak check at exit would do what the sandbox forbids */
}
