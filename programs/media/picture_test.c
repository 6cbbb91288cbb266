/* Pictures of every kind: what is hashed is what was painted; what is no picture, or means harm, is said to be so. Use: picture_test KETEN-MEDIA [SEEDS]
 * With SEEDS, writes the small pictures there for the fuzz target. */
#include "programs/media/testpicture.h"

#include "core/fingerprint/testpix.h"
#include "foundation/base/tap.h"
#include "foundation/sys/sys.h"
#include "programs/media/picture.h"

#include <sys/socket.h>
#include <sys/wait.h>

enum { W = 96, H = 80 };
typedef struct World { Arena *a; Shot shot; uint8_t *grey; Media *media; const char *seeds; } World;

static Pdq hash_of(const uint8_t *pixels, uint32_t w, uint32_t h, int channels) {
    static uint8_t work[32 << 20];
    PdqForms f = { 0 };
    must(pdq_hash(PDQ_PLAIN, PDQ_FRONT_FULL, &(PdqPixels){ pixels, w, h, (size_t)w * (size_t)channels, channels }, false, work, sizeof work, &f) == OK);
    return f.form[0];
}
static Pdq said_of(const MediaPicture *p) {
    Pdq h = { { 0 } };
    for (int i = 0; i < 32; i++) h.q[3 - i / 8] |= (uint64_t)p->hash[0][i] << (56 - i % 8 * 8);
    return h;
}
static MediaPicture hashed(World *w, const char *seed, const Buf *b) {
    MediaPicture p = { .why = PICTURE_EMPTY };
    picture_hash(buf_str(b), false, false, &p);
    if (w->seeds != NULL && seed[0] != '\0') must(file_write(str_fmt(w->a, "%s/%s", w->seeds, seed).p, buf_str(b), 0644) == OK);
    return p;
}
static bool is(const MediaPicture *p, Pdq want) {
    Pdq got = said_of(p);
    return p->why == PICTURE_READ && pdq_same(&got, &want);
}
static int off(const MediaPicture *p, Pdq want) {
    Pdq got = said_of(p);
    return p->why == PICTURE_READ ? pdq_distance(&got, &want) : 256;
}

static const char exif_turned[] = "Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0";

static void jpegs(World *w) {
    Buf b = buf_new(1 << 20);
    Pdq colour = hash_of(w->shot.rgb, W, H, 3), grey = hash_of(w->grey, W, H, 1);
    jpeg_make(&b, &w->shot, JPEG_COLOUR, false, 95, STR_NONE);
    MediaPicture p = hashed(w, "jpeg", &b), plain = p;
    check(off(&p, colour) <= 10 && p.kind == PICTURE_JPEG && p.model == PICTURE_COLOUR && p.width == W && p.height == H && p.orientation == 0, "a JPEG is within ten bits of what was painted (%d)", off(&p, colour));
    buf_clear(&b);
    jpeg_make(&b, &w->shot, JPEG_COLOUR, false, 95, str_bytes(exif_turned, sizeof exif_turned - 1));
    p = hashed(w, "jpeg_turned", &b);
    check(p.orientation == 6 && memcmp(p.hash, plain.hash, 32) == 0, "EXIF's orientation is told and not applied");
    buf_clear(&b);
    jpeg_make(&b, &w->shot, JPEG_GREY, false, 95, STR_NONE);
    p = hashed(w, "jpeg_grey", &b);
    check(off(&p, grey) <= 10 && p.model == PICTURE_GREY, "a grey one (%d)", off(&p, grey));
    buf_clear(&b);
    jpeg_make(&b, &w->shot, JPEG_COLOUR, true, 95, STR_NONE);
    p = hashed(w, "jpeg_passes", &b);
    check(off(&p, colour) <= 10, "a progressive one (%d)", off(&p, colour));
    buf_clear(&b);
    jpeg_make(&b, &w->shot, JPEG_CMYK_ADOBE, false, 98, STR_NONE);
    p = hashed(w, "jpeg_cmyk", &b);
    check(off(&p, colour) <= 10 && p.model == PICTURE_CMYK, "one in CMYK, as printers' programs store it (%d)", off(&p, colour));
    buf_free(&b);
}

static void pngs(World *w) {
    Buf b = buf_new(1 << 20);
    uint8_t *rows = malloc((size_t)W * H * 8), *want = malloc((size_t)W * H * 3), clear[256];
    png_color palette[256];
    must(rows != NULL && want != NULL);
    png_make(&b, W, H, PNG_COLOR_TYPE_RGB, 8, false, w->shot.rgb, W * 3, NULL, 0, NULL, str_bytes(exif_turned + 6, sizeof exif_turned - 7));
    MediaPicture p = hashed(w, "png", &b);
    check(is(&p, hash_of(w->shot.rgb, W, H, 3)) && p.model == PICTURE_COLOUR && p.orientation == 6, "a PNG in colour is exactly what was painted, its eXIf read");
    buf_clear(&b);
    png_make(&b, W, H, PNG_COLOR_TYPE_RGB, 8, true, w->shot.rgb, W * 3, NULL, 0, NULL, STR_NONE);
    p = hashed(w, "png_laced", &b);
    check(is(&p, hash_of(w->shot.rgb, W, H, 3)), "interlaced too");
    buf_clear(&b);
    png_make(&b, W, H, PNG_COLOR_TYPE_GRAY, 8, false, w->grey, W, NULL, 0, NULL, STR_NONE);
    p = hashed(w, "png_grey", &b);
    check(is(&p, hash_of(w->grey, W, H, 1)) && p.model == PICTURE_GREY, "a grey one");
    buf_clear(&b);
    for (size_t i = 0; i < (size_t)W * H; i++) rows[2 * i] = rows[2 * i + 1] = w->grey[i];
    png_make(&b, W, H, PNG_COLOR_TYPE_GRAY, 16, false, rows, W * 2, NULL, 0, NULL, STR_NONE);
    p = hashed(w, "png_16", &b);
    check(is(&p, hash_of(w->grey, W, H, 1)), "one of 16 bits");
    buf_clear(&b);
    memset(rows, 0, W / 8 * H);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        want[i] = w->grey[i] > 127 ? 255 : 0;
        if (want[i] != 0) rows[i / W * (W / 8) + i % W / 8] |= (uint8_t)(128 >> i % 8);
    }
    png_make(&b, W, H, PNG_COLOR_TYPE_GRAY, 1, false, rows, W / 8, NULL, 0, NULL, STR_NONE);
    p = hashed(w, "png_1", &b);
    check(is(&p, hash_of(want, W, H, 1)), "one of black and white only");
    buf_clear(&b);
    for (int i = 0; i < 256; i++) palette[i] = (png_color){ (png_byte)(255 - i), (png_byte)(i ^ 85), (png_byte)(i * 7) };
    for (int i = 0; i < 256; i++) clear[i] = (uint8_t)(i % 3 == 0 ? i : 255);
    for (size_t i = 0; i < (size_t)W * H; i++) memcpy(want + 3 * i, &palette[w->grey[i]], 3);
    png_make(&b, W, H, PNG_COLOR_TYPE_PALETTE, 8, false, w->grey, W, palette, 256, NULL, STR_NONE);
    p = hashed(w, "png_palette", &b);
    check(is(&p, hash_of(want, W, H, 3)) && p.model == PICTURE_PALETTE && !p.alpha, "one with a palette: its colours, not its numbers");
    buf_clear(&b);
    for (size_t i = 0; i < (size_t)W * H * 3; i++) want[i] = (uint8_t)((want[i] * clear[w->grey[i / 3]] + (255 - clear[w->grey[i / 3]]) * 255 + 127) / 255);
    png_make(&b, W, H, PNG_COLOR_TYPE_PALETTE, 8, false, w->grey, W, palette, 256, clear, STR_NONE);
    p = hashed(w, "png_clear", &b);
    check(is(&p, hash_of(want, W, H, 3)) && p.alpha, "one whose palette has transparency: over white");
    buf_clear(&b);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        rows[2 * i] = w->grey[i];
        rows[2 * i + 1] = (uint8_t)(i * 3);
        want[i] = (uint8_t)((w->grey[i] * rows[2 * i + 1] + (255 - rows[2 * i + 1]) * 255 + 127) / 255);
    }
    png_make(&b, W, H, PNG_COLOR_TYPE_GRAY_ALPHA, 8, false, rows, W * 2, NULL, 0, NULL, STR_NONE);
    p = hashed(w, "png_grey_alpha", &b);
    check(is(&p, hash_of(want, W, H, 1)) && p.model == PICTURE_GREY && p.alpha, "grey with transparency");
    free(rows);
    free(want);
    buf_free(&b);
}

static void webps(World *w) {
    Buf b = buf_new(1 << 20), still = buf_new(1 << 20);
    uint8_t *rgba = malloc((size_t)W * H * 4), *want = malloc((size_t)W * H * 3);
    must(rgba != NULL && want != NULL);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        memcpy(rgba + 4 * i, w->shot.rgb + 3 * i, 3);
        rgba[4 * i + 3] = i % W < 20 ? 255 : (uint8_t)(i % W + 100);
        for (size_t c = 0; c < 3; c++) want[3 * i + c] = (uint8_t)((rgba[4 * i + c] * rgba[4 * i + 3] + (255 - rgba[4 * i + 3]) * 255 + 127) / 255);
    }
    webp_make(&b, w->shot.rgb, W, H, false, 0);
    MediaPicture p = hashed(w, "webp", &b);
    check(is(&p, hash_of(w->shot.rgb, W, H, 3)) && p.kind == PICTURE_WEBP, "a WebP without loss is exactly what was painted");
    buf_clear(&b);
    webp_make(&b, w->shot.rgb, W, H, false, 90);
    p = hashed(w, "webp_lossy", &b);
    check(off(&p, hash_of(w->shot.rgb, W, H, 3)) <= 14, "one with loss is near it (%d)", off(&p, hash_of(w->shot.rgb, W, H, 3)));
    webp_make(&still, rgba, W, H, true, 0);
    p = hashed(w, "webp_alpha", &still);
    check(is(&p, hash_of(want, W, H, 3)) && p.alpha, "one with transparency: over white");
    WebPMux *mux = WebPMuxNew();
    WebPMuxFrameInfo f = { .bitstream = { (const uint8_t *)still.p, still.n }, .duration = 50, .id = WEBP_CHUNK_ANMF, .dispose_method = WEBP_MUX_DISPOSE_NONE, .blend_method = WEBP_MUX_NO_BLEND };
    WebPMuxAnimParams how = { 0x00000000, 0 };
    WebPData whole = { NULL, 0 };
    must(mux != NULL && WebPMuxPushFrame(mux, &f, 1) == WEBP_MUX_OK && WebPMuxPushFrame(mux, &f, 1) == WEBP_MUX_OK && WebPMuxSetAnimationParams(mux, &how) == WEBP_MUX_OK && WebPMuxAssemble(mux, &whole) == WEBP_MUX_OK);
    buf_clear(&b);
    buf_put(&b, str_bytes(whole.bytes, whole.size));
    p = hashed(w, "webp_moving", &b);
    check(is(&p, hash_of(want, W, H, 3)) && p.moving, "of a moving one the first frame");
    WebPDataClear(&whole);
    WebPMuxDelete(mux);
    free(rgba);
    free(want);
    buf_free(&b);
    buf_free(&still);
}

static void gifs(World *w) {
    Buf b = buf_new(1 << 20);
    GifColorType colours[256];
    uint8_t *want = malloc((size_t)W * H * 3);
    must(want != NULL);
    for (int i = 0; i < 256; i++) colours[i] = (GifColorType){ (GifByteType)i, (GifByteType)(i / 2), (GifByteType)(255 - i) };
    for (size_t i = 0; i < (size_t)W * H; i++) memcpy(want + 3 * i, &colours[w->grey[i]], 3);
    gif_make(&b, W, H, 0, 0, W, H, w->grey, colours, -1, false, 1);
    MediaPicture p = hashed(w, "gif", &b);
    check(is(&p, hash_of(want, W, H, 3)) && p.kind == PICTURE_GIF && !p.moving && !p.alpha, "a GIF is exactly what was painted");
    buf_clear(&b);
    gif_make(&b, W, H, 0, 0, W, H, w->grey, colours, 9, true, 3);
    for (size_t i = 0; i < (size_t)W * H; i++)
        if (w->grey[i] == 9) memset(want + 3 * i, 255, 3);
    p = hashed(w, "gif_laced", &b);
    check(is(&p, hash_of(want, W, H, 3)) && p.moving && p.alpha, "interlaced, see-through and moving: the first frame, over white");
    buf_clear(&b);
    gif_make(&b, W, H, 16, 8, 64, 64, w->grey, colours, -1, false, 1);
    memset(want, 255, (size_t)W * H * 3);
    for (size_t y = 0; y < 64; y++)
        for (size_t x = 0; x < 64; x++) memcpy(want + ((y + 8) * W + x + 16) * 3, &colours[w->grey[y * 64 + x]], 3);
    p = hashed(w, "gif_part", &b);
    check(is(&p, hash_of(want, W, H, 3)), "a frame smaller than its canvas stands in white");
    buf_clear(&b);
    gif_make(&b, 64, 64, 32, 32, 64, 64, w->grey, colours, -1, false, 1);
    p = hashed(w, "gif_outside", &b);
    check(p.why == PICTURE_BROKEN, "a frame that reaches outside its canvas is refused");
    free(want);
    buf_free(&b);
}

static void sizes(World *w) {
    Buf b = buf_new(4 << 20);
    static const struct { uint32_t w, h; PictureWhy why; const char *name; } cases[] = {
        { 1, 1, PICTURE_READ, "1x1 has no hash" }, { 4, 300, PICTURE_READ, "four pixels wide has no hash" }, { 5, 5, PICTURE_READ, "5x5 is hashed" },
        { 5, 500, PICTURE_NARROW, "a hundred times as high as wide is no picture" } };
    for (size_t i = 0; i < LEN(cases); i++) {
        uint8_t *px = malloc((size_t)cases[i].w * cases[i].h);
        must(px != NULL);
        pix_make(px, 0, i, cases[i].w, cases[i].h, 1, cases[i].w);
        buf_clear(&b);
        png_make(&b, cases[i].w, cases[i].h, PNG_COLOR_TYPE_GRAY, 8, false, px, cases[i].w, NULL, 0, NULL, STR_NONE);
        MediaPicture p = hashed(w, i == 0 ? "png_point" : "", &b);
        Pdq h = said_of(&p), none = { { 0 } };
        check(p.why == cases[i].why && (p.why != PICTURE_READ || pdq_same(&h, &none) == (cases[i].w < 5)), "%s", cases[i].name);
        free(px);
    }
    /* What the head says is judged before anything is unpacked. */
    static const struct { uint32_t w, h; PictureWhy why; const char *name; } lies[] = {
        { 65535, 65535, PICTURE_LARGE, "a PNG that says 65535x65535" }, { 16384, 16384, PICTURE_LARGE, "one of 268 million pixels" }, { 16385, 400, PICTURE_LARGE, "one of 16385 wide" }, { 0, 10, PICTURE_BROKEN, "one of no width" } };
    for (size_t i = 0; i < LEN(lies); i++) {
        buf_clear(&b);
        png_make(&b, 8, 8, PNG_COLOR_TYPE_GRAY, 8, false, w->grey, 8, NULL, 0, NULL, STR_NONE);
        for (int k = 0; k < 4; k++) b.p[16 + k] = (char)(lies[i].w >> (24 - 8 * k)), b.p[20 + k] = (char)(lies[i].h >> (24 - 8 * k));
        uLong crc = crc32(0, (const Bytef *)b.p + 12, 17);
        for (int k = 0; k < 4; k++) b.p[29 + k] = (char)(crc >> (24 - 8 * k));
        MediaPicture p = hashed(w, i == 0 ? "png_lie" : "", &b);
        check(p.why == lies[i].why, "%s is refused unread (%s)", lies[i].name, picture_why_text(p.why));
    }
    buf_free(&b);
}

/* Cut anywhere, a byte changed anywhere: an answer each time, and never half a picture taken for a whole one. */
static void damaged(World *w) {
    Buf b = buf_new(1 << 20), cut = buf_new(1 << 20);
    GifColorType colours[256];
    Shot small = { w->shot.rgb, 24, 20 };
    for (int i = 0; i < 256; i++) colours[i] = (GifColorType){ (GifByteType)i, (GifByteType)i, (GifByteType)i };
    for (int kind = 0; kind < 5; kind++) {
        buf_clear(&b);
        if (kind == 0) jpeg_make(&b, &small, JPEG_COLOUR, false, 90, STR_NONE);
        if (kind == 1) png_make(&b, 24, 20, PNG_COLOR_TYPE_RGB, 8, false, w->shot.rgb, 72, NULL, 0, NULL, STR_NONE);
        if (kind == 2) webp_make(&b, w->shot.rgb, 24, 20, false, 0);
        if (kind == 3) gif_make(&b, 24, 20, 0, 0, 24, 20, w->grey, colours, -1, false, 1);
        if (kind == 4) jpeg_make(&b, &small, JPEG_COLOUR, true, 90, STR_NONE);
        size_t read_cut = 0, read_changed = 0, n = b.n;
        for (size_t i = 0; i < n; i++) {
            MediaPicture p = { .why = PICTURE_EMPTY };
            picture_hash(str_sub(buf_str(&b), 0, i), false, false, &p);
            read_cut += p.why == PICTURE_READ;
            buf_clear(&cut);
            buf_put(&cut, buf_str(&b));
            cut.p[i] = (char)~cut.p[i];
            picture_hash(buf_str(&cut), false, false, &p);
            read_changed += p.why == PICTURE_READ;
        }
        static const char *const names[] = { "JPEG", "PNG", "WebP", "GIF", "progressive JPEG" };
        /* Behind the picture there may be a byte or two that nobody misses: the end marks of GIF. */
        check(read_cut <= (kind == 3 ? 3u : 0u), "a %s cut off anywhere is never taken for whole (%zu of %zu read)", names[kind], read_cut, n);
        if (kind == 1) check(read_changed == 0, "a PNG with any byte changed is refused (%zu of %zu read)", read_changed, n);
    }
    static const Str junk[] = { { "hello", 5 }, { "\xFF\xD8\xFF", 3 }, { "\x89PNG\r\n\x1A\n", 8 }, { "GIF89a", 6 }, { "RIFF\0\0\0\0WEBP", 12 }, { "", 0 } };
    static const PictureWhy why[] = { PICTURE_UNKNOWN, PICTURE_BROKEN, PICTURE_BROKEN, PICTURE_BROKEN, PICTURE_BROKEN, PICTURE_EMPTY };
    for (size_t i = 0; i < LEN(junk); i++) {
        MediaPicture p = { .why = PICTURE_READ };
        picture_hash(junk[i], false, false, &p);
        check(p.why == why[i], "%zu bytes of nothing much: %s", junk[i].n, picture_why_text(p.why));
    }
    buf_free(&b);
    buf_free(&cut);
}

static void exif(void) {
    check(exif_orientation((Str){ "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\3\0\0\0", 22 }) == 3, "orientation, little end first");
    check(exif_orientation((Str){ "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x09\0\0\0", 22 }) == 0, "there is no ninth orientation");
    check(exif_orientation((Str){ "MM\0*\xFF\xFF\xFF\xFF\0\0", 10 }) == 0 && exif_orientation((Str){ "MM\0*\0\0\0\x08\xFF\xFF", 10 }) == 0 && exif_orientation(S("MM")) == 0 && exif_orientation(STR_NONE) == 0, "a directory elsewhere, or of more fields than there are, says nothing");
}

/* The same through the process that can do nothing else. */
static void behind_the_sandbox(World *w, const char *program) {
    Buf b = buf_new(32 << 20);
    MediaPicture here = { .why = PICTURE_EMPTY }, there = { .why = PICTURE_EMPTY };
    must(media_alone(w->a, program, &w->media) == OK);
    jpeg_make(&b, &w->shot, JPEG_COLOUR, false, 95, STR_NONE);
    picture_hash(buf_str(&b), false, true, &here);
    must(media_picture(w->media, buf_str(&b), false, true, &there) == OK);
    check(there.why == PICTURE_READ && there.forms == 8 && memcmp(here.hash, there.hash, sizeof here.hash) == 0, "the sandboxed process gives the same eight hashes");
    int fds[6] = { 0 };
    for (int i = 0; i < 6; i++) must(media_picture_ask(w->media, buf_str(&b), true, false, &fds[i]) == OK);
    int good = 0;
    for (int i = 0; i < 6; i++) good += media_picture_answer(fds[i], &there) == OK && there.why == PICTURE_READ && there.forms == 1;
    check(good == 6, "six questions under way at once are answered in turn");
    int fd = -1;
    must(media_picture_ask(w->media, S("junk"), false, false, &fd) == OK && media_picture_answer(fd, &there) == OK);
    check(there.why == PICTURE_UNKNOWN, "what is no picture is an answer");
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 && frame_send(pair[0], S("\x63nonsense"), sys_mono_ms() + 2000) == OK);
    close(pair[1]);
    must(media_picture_answer(pair[0], &there) == OK);
    check(there.why == PICTURE_DIED, "a reader that ends without an answer is one too");
    /* A progressive picture that says it is a thousand times higher than what follows. */
    Shot wide = { calloc((size_t)8192 * 8, 3), 8192, 8 };
    must(wide.rgb != NULL);
    buf_clear(&b);
    jpeg_make(&b, &wide, JPEG_COLOUR, true, 50, STR_NONE);
    for (size_t i = 0; i + 9 < b.n; i++)
        if ((uint8_t)b.p[i] == 0xFF && (uint8_t)b.p[i + 1] == 0xC2) b.p[i + 5] = 0x1F, b.p[i + 6] = (char)0xFF;
    int64_t began = sys_mono_ms();
    must(media_picture(w->media, buf_str(&b), false, false, &there) == OK);
    check(there.why != PICTURE_READ, "a few bytes that say they are 67 million pixels: %s (%lld ms)", picture_why_text(there.why), (long long)(sys_mono_ms() - began));
    must(media_picture(w->media, S("GIF89a"), false, false, &there) == OK);
    check(there.why == PICTURE_BROKEN, "and the next question is answered as ever");
    free(wide.rgb);
    media_close(w->media);
    media_close(NULL);
    check(media_picture(w->media, S("GIF89a"), false, false, &there) == E_OUTSIDE, "after closing, nobody is there");
    buf_free(&b);
}

int main(int argc, char **argv) {
    World w = { .a = arena_new(256 << 20), .shot = { malloc((size_t)W * H * 3), W, H }, .grey = malloc((size_t)W * H), .seeds = argc == 3 ? argv[2] : NULL };
    must(argc >= 2 && w.shot.rgb != NULL && w.grey != NULL);
    sys_start();
    pix_make(w.shot.rgb, 4, 21, W, H, 3, W * 3);
    pix_make(w.grey, 4, 22, W, H, 1, W);
    for (size_t i = 0; i < (size_t)W * H; i++) w.grey[i] = w.shot.rgb[3 * i];
    jpegs(&w);
    pngs(&w);
    webps(&w);
    gifs(&w);
    sizes(&w);
    damaged(&w);
    exif();
    behind_the_sandbox(&w, argv[1]);
    free(w.shot.rgb);
    free(w.grey);
    arena_free(w.a);
    return tap_end();
}
