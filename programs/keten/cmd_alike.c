/* cmd_alike.c - how alike two things are that were posted: lists of text, and videos by the hashes of their frames. */
#include "core/fingerprint/likeness.h"
#include "core/fingerprint/vpdq.h"
#include "foundation/base/json.h"
#include "programs/keten/videos.h"

#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 512 << 20 };

static bool read_both(Cli *c, size_t max, Str out[2], int *out_code) {
    for (int i = 0; i < 2; i++) {
        Err e = file_read(c->a, c->args[i], max, &out[i]);
        if (e == OK) continue;
        *out_code = cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s %s", c->args[i], e == E_MISSING ? "is not there" : e == E_LIMIT ? "is too large" : "cannot be read");
        return false;
    }
    return true;
}

static int run_text(Cli *c) {
    Str text[2];
    Likeness l[2];
    int code = EXIT_SYSTEM;
    if (!read_both(c, LIKE_TEXT_MAX, text, &code)) return code;
    for (int i = 0; i < 2; i++) {
        likeness_of(text[i], &l[i]);
        if (l[i].n == 0) return cli_fail(c, EXIT_NO, "%s has no words", c->args[i]);
    }
    int common = likeness_common(&l[0], &l[1]), within = likeness_within(&l[0], &l[1]), around = likeness_within(&l[1], &l[0]);
    bool near = common >= LIKE_NEAR || (within > around ? within : around) >= 2 * LIKE_NEAR;
    if (cli_flag(c, "json")) printf("{\"common\": %.3f, \"first_within_second\": %.3f, \"second_within_first\": %.3f, \"near\": %s}\n", common / 1000.0, within / 1000.0, around / 1000.0, near ? "true" : "false");
    else printf("%.1f %% in common; of the first %.1f %% stands in the second, of the second %.1f %% in the first: %s\n", common / 10.0, within / 10.0, around / 10.0, near ? "near" : "not near");
    return near ? EXIT_YES : EXIT_NO;
}

typedef struct Side { VpdqFrame *frames; size_t n; } Side;

/* The frames of a video, or of the file that holds their hashes. EXIT_YES, or the code to end with. */
static int side_of(Cli *c, const char *path, uint32_t every_ms, Media **videos, Side *out) {
    Str text = STR_NONE;
    size_t line = 0;
    int fd = -1;
    int64_t size = 0;
    Err e = file_of(path, &fd, &size);
    if (e != OK) return cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s %s", path, e == E_MISSING ? "is not there" : e == E_LIMIT ? "is too large" : "cannot be read");
    if (video_kind_of(fd) != VIDEO_OTHER) {
        VideoSaid said = { 0 };
        e = *videos == NULL ? videos_start(c, videos) : OK;
        if (e == OK) e = video_frames(c->a, *videos, fd, every_ms, &out->frames, &out->n, &said);
        close(fd);
        if (e != OK) return cli_fail(c, EXIT_SYSTEM, "keten-video is not beside keten, nor in ../libexec/keten: no video is decoded without it");
        if (said.why != VIDEO_READ) (void)cli_fail(c, EXIT_NO, "%s: %s", path, video_why_text(said.why)); /* what there is of it is compared */
        return out->n > 0 ? EXIT_YES : EXIT_NO;
    }
    char *p = size <= FILE_MAX ? arena_alloc(c->a, (size_t)size + 1) : NULL;
    bool good = p != NULL && pread(fd, p, (size_t)size, 0) == size;
    close(fd);
    if (!good) return cli_fail(c, EXIT_SYSTEM, "%s %s", path, p == NULL ? "is too large" : "cannot be read");
    text = (Str){ p, (size_t)size };
    size_t max = text.n / PDQ_HEX + 1; /* no line is shorter than its hash */
    out->frames = ARENA_ARRAY(c->a, VpdqFrame, max);
    if (vpdq_read_all(text, out->frames, max, &out->n, &line) != OK) return cli_fail(c, EXIT_NO, "%s is no video, and its line %zu not \"number,quality,hash,seconds\"", path, line);
    return EXIT_YES;
}

static int run_video(Cli *c) {
    Side side[2] = { { NULL, 0 }, { NULL, 0 } };
    Media *videos = NULL;
    uint32_t every_ms = 0;
    int code = EXIT_YES, quality = (int)cli_int(c, "quality"), distance = (int)cli_int(c, "distance"), need = (int)cli_int(c, "percent");
    if (!every_of(cli_text(c, "seconds"), &every_ms)) return cli_fail(c, EXIT_USE, "--seconds is 0 (every frame) to 3600, with at most three decimals");
    for (int i = 0; i < 2 && code == EXIT_YES; i++) code = side_of(c, c->args[i], every_ms, &videos, &side[i]);
    media_close(videos);
    if (code != EXIT_YES) return code;
    const VpdqFrame *frames[2] = { side[0].frames, side[1].frames };
    const size_t n[2] = { side[0].n, side[1].n };
    VpdqLikeness l = vpdq_compare(frames[0], n[0], frames[1], n[1], quality, distance);
    double one = vpdq_percent(l.a_matched, l.a), two = vpdq_percent(l.b_matched, l.b);
    bool alike = l.a > 0 && l.b > 0 && (one >= need || two >= need);
    if (cli_flag(c, "json")) printf("{\"first\": {\"frames\": %zu, \"counted\": %zu, \"matched\": %zu}, \"second\": {\"frames\": %zu, \"counted\": %zu, \"matched\": %zu}, \"alike\": %s}\n", n[0], l.a, l.a_matched, n[1], l.b, l.b_matched, alike ? "true" : "false");
    else printf("of the first %zu of %zu frames (%.1f %%) have a counterpart, of the second %zu of %zu (%.1f %%): %s\n", l.a_matched, l.a, one, l.b_matched, l.b, two, alike ? "alike" : "not alike");
    return alike ? EXIT_YES : EXIT_NO;
}

static const Opt text_opts[] = { OPT_JSON, { OPT_END } };
static const Opt video_opts[] = {
    { OPT_INT, "quality", "N", "frames below it do not count", .max = 100, .otherwise = "50" },
    { OPT_INT, "distance", "N", "the most bits that may differ", .max = PDQ_BITS, .otherwise = "31" },
    { OPT_TEXT, "seconds", "N", "of a video: so long from one hashed frame to the next; 0: every frame", .otherwise = "1" },
    { OPT_INT, "percent", "N", "alike when so many of either's frames have a counterpart", .min = 1, .max = 100, .otherwise = "80" },
    OPT_JSON,
    { OPT_END },
};
static const Cmd sub_text = { .name = "text", .summary = "compare two lists of text, whatever their dress and order of lines", .args = "FILE FILE", .args_min = 2, .args_max = 2, .opts = text_opts, .run = run_text,
    .help = "Case, accents, punctuation and characters that cannot be seen do not count; pieces are two words that stand together in a line.\n"
            "Near: 35 % in common, or 70 % of one within the other. Exit code 0: near, 1: not." };
static const Cmd sub_video = { .name = "video", .summary = "compare two videos by the hashes of their frames", .args = "FILE FILE", .args_min = 2, .args_max = 2, .opts = video_opts, .run = run_video,
    .help = "FILE is a video (as for keten hash), or has one line a frame: number,quality,hash,seconds, as the public vPDQ tools and keten hash --vpdq\n"
            "write it. Order and time do not count. Exit code 0: alike, 1: not, or no frame." };
static const Cmd *const subs[] = { &sub_text, &sub_video, NULL };
const Cmd cmd_alike = { .name = "alike", .summary = "how alike two lists or two videos are", .args = "", .subs = subs };
