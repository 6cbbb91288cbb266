/* video.c - the asking side of the video process, and what the two say to each other. */
#include "foundation/sandbox/video.h"

#include "foundation/sandbox/media_wire.h"
#include "foundation/sys/sys.h"

const char *video_why_text(VideoWhy why) {
    static const char *const texts[VIDEO_WHYS] = { "read", "cut off, or damaged in places", "no frame in it", "not a video of a kind that is read here", "cannot be read as a video", "too large", "too narrow to be a video", "too long",
        "not decodable here: its reader was stopped" };
    must((size_t)why < VIDEO_WHYS);
    return texts[why];
}

const char *video_kind_name(VideoKind kind) {
    static const char *const names[VIDEO_KINDS] = { "other", "mp4", "matroska", "avi", "mpeg", "flv", "ogg", "asf" };
    must((size_t)kind < VIDEO_KINDS);
    return names[kind];
}

/* ISO 14496-12 files begin with a box; those of still pictures (HEIF, AVIF) say so in their brand. */
static bool iso_video(Str first) {
    static const char *const boxes[] = { "ftyp", "moov", "mdat", "wide", "free", "skip", "pnot" }, *const still[] = { "heic", "heix", "heim", "heis", "mif1", "msf1", "avif", "avis" };
    Str box = str_sub(first, 4, 4), brand = str_sub(first, 8, 4);
    bool known = false, picture = false;
    for (size_t i = 0; i < LEN(boxes); i++) known = known || str_eq(box, str_c(boxes[i]));
    for (size_t i = 0; i < LEN(still); i++) picture = picture || (str_eq(box, S("ftyp")) && str_eq(brand, str_c(still[i])));
    return known && !picture;
}

VideoKind video_kind(Str first) {
    if (iso_video(first)) return VIDEO_MP4;
    if (str_starts(first, S("\x1A\x45\xDF\xA3"))) return VIDEO_MATROSKA;
    if (str_starts(first, S("RIFF")) && str_eq(str_sub(first, 8, 4), S("AVI "))) return VIDEO_AVI;
    if (str_starts(first, S("FLV\x01"))) return VIDEO_FLV;
    if (str_starts(first, S("OggS"))) return VIDEO_OGG;
    if (str_starts(first, S("\x30\x26\xB2\x75\x8E\x66\xCF\x11"))) return VIDEO_ASF;
    if (str_starts(first, (Str){ "\0\0\x01\xBA", 4 }) || str_starts(first, (Str){ "\0\0\x01\xB3", 4 })) return VIDEO_MPEG;
    for (size_t head = 0; head <= 4; head += 4) { /* packets of 188 bytes, or with a time stamp of four before each */
        size_t step = 188 + head;
        if (first.n > head + 2 * step && first.p[head] == 0x47 && first.p[head + step] == 0x47 && first.p[head + 2 * step] == 0x47 && !str_starts(first, S("GIF8"))) return VIDEO_MPEG;
    }
    return VIDEO_OTHER;
}

void video_put_part(Buf *b, const VideoPart *part) {
    const VideoSaid *s = &part->said;
    put_u8(b, part->last ? 1 : 0);
    put_u32(b, part->decoded);
    put_u32(b, part->expected);
    put_u32(b, (uint32_t)part->n);
    for (size_t i = 0; i < part->n; i++) {
        put_u32(b, part->frames[i].frame);
        put_u32(b, part->frames[i].ms);
        put_u8(b, part->frames[i].quality);
        buf_put(b, str_bytes(part->frames[i].hash, 32));
    }
    if (!part->last) return;
    put_u8(b, (uint8_t)s->why);
    put_u8(b, (uint8_t)s->kind);
    put_u32(b, s->width);
    put_u32(b, s->height);
    put_u32(b, s->rate_ms);
    put_u32(b, s->every);
    put_u32(b, s->decoded);
    put_u32(b, s->damaged);
    put_i64(b, s->said_ms);
    put_i64(b, s->seen_ms);
    put_u32(b, s->turned);
}

static Err read_said(Wire *w, VideoSaid *out) {
    uint8_t why = wire_u8(w), kind = wire_u8(w);
    VideoSaid s = { .why = (VideoWhy)why, .kind = (VideoKind)kind, .width = wire_u32(w), .height = wire_u32(w), .rate_ms = wire_u32(w), .every = wire_u32(w), .decoded = wire_u32(w), .damaged = wire_u32(w), .said_ms = wire_i64(w), .seen_ms = wire_i64(w) };
    uint32_t turned = wire_u32(w);
    if (w->bad || why >= VIDEO_WHYS || kind >= VIDEO_KINDS || s.width > VIDEO_SIDE_MAX || s.height > VIDEO_SIDE_MAX || s.rate_ms > VIDEO_RATE_MAX * 1000u || s.said_ms < -1 || s.seen_ms < 0) return E_INPUT;
    if (turned % 90 != 0 || turned >= 360 || s.decoded > VIDEO_FRAMES_MAX) return E_INPUT;
    s.turned = (uint16_t)turned;
    *out = s;
    return OK;
}

Err video_read_part(Str bytes, VideoPart *out) {
    Wire w = { .rest = bytes };
    uint8_t last = wire_u8(&w);
    uint32_t decoded = wire_u32(&w), expected = wire_u32(&w), n = wire_u32(&w);
    if (w.bad || last > 1 || n > VIDEO_PART || decoded > VIDEO_FRAMES_MAX) return E_INPUT;
    *out = (VideoPart){ .n = n, .decoded = decoded, .expected = expected, .last = last == 1 };
    for (uint32_t i = 0; i < n; i++) {
        VideoFrame *f = &out->frames[i];
        f->frame = wire_u32(&w);
        f->ms = wire_u32(&w);
        f->quality = wire_u8(&w);
        Str hash = wire_raw(&w, 32);
        if (hash.n == 32) memcpy(f->hash, hash.p, 32);
        if (f->quality > 100) return E_INPUT;
    }
    if (out->last) TRY(read_said(&w, &out->said));
    return w.bad || w.rest.n > 0 ? E_INPUT : OK;
}

Err video_ask(Media *m, int file_fd, uint32_t every_ms, int *out_fd) {
    Buf b = buf_new(VIDEO_ASK_BYTES);
    int fd = -1;
    must(every_ms <= VIDEO_EVERY_MAX);
    put_u32(&b, every_ms);
    Err e = media_connect(m, sys_mono_ms() + 5000, &fd);
    if (e == OK) {
        /* A reader that dies early shows when its answer is fetched. */
        (void)!media_hand_over(fd, file_fd);
        (void)!frame_send(fd, buf_str(&b), sys_mono_ms() + 5000);
        *out_fd = fd;
    }
    buf_free(&b);
    return e;
}

void video_next(int fd, VideoPart *out) {
    Buf b = buf_new(VIDEO_PART_BYTES_MAX);
    Err e = frame_recv(fd, VIDEO_PART_BYTES_MAX, sys_mono_ms() + (VIDEO_STALL_SECONDS + 10) * 1000, &b);
    if (e == OK) e = video_read_part(buf_str(&b), out);
    if (e != OK) *out = (VideoPart){ .last = true, .said = { .why = VIDEO_DIED, .said_ms = -1 } };
    if (out->last) close(fd);
    buf_free(&b);
}
