/* film.c - see film.h. */
/* First, since their headers name calls that ours forbid. */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "programs/video/film.h"

#include "core/fingerprint/vpdq.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_SIZE = 64 << 10, STREAMS_MAX = 64, PIECE_MAX = 512 << 20, DAMAGED_MAX = 100000, ROW_ALIGN = 64 };

/* What may be read. All else that the libraries know (playlists that name other files, subtitles, devices) is not there for us. */
static const char containers[] = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,ogg,asf";
static const char decoders[] = "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,mpeg1video,mpeg2video,h263,h263i,h263p,flv,theora,wmv1,wmv2,wmv3,vc1,mjpeg,prores,dnxhd,ffv1,rawvideo";

typedef struct Film {
    const FilmAsk *ask;
    const FilmSink *sink;
    VideoSaid *said;
    AVFormatContext *file;
    AVIOContext *io;
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
    struct SwsContext *scale;
    AVRational rate, base;
    int stream;
    uint8_t *rgb, *work;
    size_t rgb_n, work_n;
    int64_t first_pts, taken_ms;
} Film;

/* ---- the bytes ---- */

static int more(void *ctx, uint8_t *to, int n) {
    FilmBytes *f = ctx;
    if (f->at >= f->size || n <= 0) return AVERROR_EOF;
    if (n > f->size - f->at) n = (int)(f->size - f->at);
    if (f->fd >= 0) {
        ssize_t got = pread(f->fd, to, (size_t)n, f->at);
        if (got <= 0) return got == 0 ? AVERROR_EOF : AVERROR(EIO);
        n = (int)got;
    } else {
        memcpy(to, f->bytes.p + f->at, (size_t)n);
    }
    f->at += n;
    return n;
}

static int64_t go(void *ctx, int64_t to, int whence) {
    FilmBytes *f = ctx;
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE) return f->size;
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) return AVERROR(EINVAL);
    int64_t from = whence == SEEK_CUR ? f->at : whence == SEEK_END ? f->size : 0;
    if (__builtin_add_overflow(from, to, &to) || to < 0) return AVERROR(EINVAL);
    f->at = to;
    return to;
}

/* ---- opening ---- */

static VideoWhy size_ok(const Film *f, int64_t width, int64_t height) {
    int64_t longer = width > height ? width : height, shorter = width > height ? height : width;
    if (shorter <= 0) return VIDEO_EMPTY;
    if (longer > VIDEO_SIDE_MAX || (uint64_t)width * (uint64_t)height > f->ask->pixels_max) return VIDEO_LARGE;
    return longer / shorter >= PICTURE_RATIO_MAX ? VIDEO_NARROW : VIDEO_READ;
}

static VideoWhy open_file(Film *f, FilmBytes *from) {
    AVDictionary *how = NULL;
    uint8_t *room = av_malloc(READ_SIZE);
    f->file = avformat_alloc_context();
    f->io = room != NULL ? avio_alloc_context(room, READ_SIZE, 0, from, more, NULL, go) : NULL;
    if (f->file == NULL || f->io == NULL) return VIDEO_LARGE;
    f->file->pb = f->io;
    f->file->flags |= AVFMT_FLAG_CUSTOM_IO;
    (void)av_dict_set(&how, "format_whitelist", containers, 0);
    (void)av_dict_set(&how, "codec_whitelist", decoders, 0);
    (void)av_dict_set(&how, "protocol_whitelist", "none", 0);
    (void)av_dict_set_int(&how, "max_streams", STREAMS_MAX, 0);
    int e = avformat_open_input(&f->file, NULL, NULL, &how); /* frees the context when it fails */
    av_dict_free(&how);
    return e == 0 ? VIDEO_READ : VIDEO_BROKEN;
}

/* The first stream of moving pictures; what the file says of its size is judged here, before any decoder sees it. */
static VideoWhy find_stream(Film *f) {
    f->stream = -1;
    for (unsigned i = 0; i < f->file->nb_streams; i++) {
        const AVStream *s = f->file->streams[i];
        if (s->codecpar->codec_type != AVMEDIA_TYPE_VIDEO || (s->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) continue;
        if (s->codecpar->width > 0 || s->codecpar->height > 0) {
            VideoWhy why = size_ok(f, s->codecpar->width, s->codecpar->height);
            if (why != VIDEO_READ) return why;
        }
        if (f->stream < 0) f->stream = (int)i;
    }
    return f->stream < 0 ? VIDEO_EMPTY : VIDEO_READ;
}

/* The libraries look into the streams to learn what the container does not say; with the same limits as when they are decoded. */
static VideoWhy look_into(Film *f) {
    AVDictionary *how[STREAMS_MAX] = { NULL };
    unsigned n = f->file->nb_streams;
    if (n > STREAMS_MAX) return VIDEO_LARGE;
    for (unsigned i = 0; i < n; i++) {
        (void)av_dict_set_int(&how[i], "max_pixels", (int64_t)f->ask->pixels_max, 0);
        (void)av_dict_set_int(&how[i], "threads", 1, 0);
    }
    int e = avformat_find_stream_info(f->file, n > 0 ? how : NULL);
    for (unsigned i = 0; i < n; i++) av_dict_free(&how[i]);
    return e >= 0 ? VIDEO_READ : VIDEO_BROKEN;
}

static uint16_t turned(const AVStream *s) {
    const uint8_t *matrix = av_stream_get_side_data(s, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    double by = matrix != NULL ? -av_display_rotation_get((const int32_t *)(const void *)matrix) : 0;
    if (!isfinite(by)) return 0;
    long quarter = lround(by / 90) % 4;
    return (uint16_t)((quarter < 0 ? quarter + 4 : quarter) * 90);
}

/* Frames a second: what the container's average says, else its base rate; nothing where both say something absurd. */
static void learn(Film *f) {
    const AVStream *s = f->file->streams[f->stream];
    VideoSaid *said = f->said;
    f->base = s->time_base;
    f->rate = s->avg_frame_rate;
    if (f->rate.num <= 0 || f->rate.den <= 0) f->rate = s->r_frame_rate;
    double rate = f->rate.num > 0 && f->rate.den > 0 ? av_q2d(f->rate) : 0;
    if (rate > VIDEO_RATE_MAX || rate < 0.001) rate = 0;
    said->rate_ms = (uint32_t)(rate * 1000);
    said->every = rate > 0 ? vpdq_step(f->ask->every_ms / 1000.0, rate) : f->ask->every_ms == 0 ? 1 : 0;
    if (rate <= 0) f->rate = (AVRational){ 0, 1 };
    said->turned = turned(s);
    int64_t own = s->duration > 0 && s->duration != AV_NOPTS_VALUE ? av_rescale_q(s->duration, s->time_base, (AVRational){ 1, 1000 }) : -1; /* sound may go on longer */
    said->said_ms = own > 0 ? own : f->file->duration > 0 ? f->file->duration / (AV_TIME_BASE / 1000) : -1;
}

static VideoWhy open_codec(Film *f) {
    const AVStream *s = f->file->streams[f->stream];
    const AVCodec *kind = avcodec_find_decoder(s->codecpar->codec_id);
    AVDictionary *how = NULL;
    f->codec = kind != NULL ? avcodec_alloc_context3(kind) : NULL;
    f->frame = av_frame_alloc();
    f->packet = av_packet_alloc();
    if (f->codec == NULL || f->frame == NULL || f->packet == NULL || avcodec_parameters_to_context(f->codec, s->codecpar) < 0) return VIDEO_BROKEN;
    f->codec->thread_count = 1;
    f->codec->max_pixels = (int64_t)f->ask->pixels_max;
    f->codec->pkt_timebase = s->time_base;
    (void)av_dict_set(&how, "codec_whitelist", decoders, 0);
    int e = avcodec_open2(f->codec, kind, &how);
    av_dict_free(&how);
    for (unsigned i = 0; i < f->file->nb_streams; i++)
        if ((int)i != f->stream) f->file->streams[i]->discard = AVDISCARD_ALL;
    return e == 0 ? VIDEO_READ : VIDEO_BROKEN;
}

/* ---- frames ---- */

static bool room(uint8_t **p, size_t *have, size_t need) {
    if (*have >= need) return true;
    free(*p);
    *p = aligned_alloc(ROW_ALIGN, (need + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN);
    *have = *p != NULL ? need : 0;
    return *p != NULL;
}

static VideoWhy hash_frame(Film *f, VideoFrame *out) {
    int w = f->frame->width, h = f->frame->height;
    VideoWhy why = size_ok(f, w, h);
    if (why != VIDEO_READ) return why;
    size_t stride = ((size_t)w * 3 + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
    PdqPath path = pdq_path_best();
    PdqForms forms = { .n = 0 };
    size_t work = pdq_work(path, PDQ_FRONT_FULL, (uint32_t)w, (uint32_t)h);
    if (!room(&f->rgb, &f->rgb_n, stride * (size_t)h + ROW_ALIGN) || !room(&f->work, &f->work_n, work)) return VIDEO_LARGE;
    f->scale = sws_getCachedContext(f->scale, w, h, (enum AVPixelFormat)f->frame->format, w, h, AV_PIX_FMT_RGB24, SWS_AREA, NULL, NULL, NULL);
    uint8_t *to[4] = { f->rgb, NULL, NULL, NULL };
    int strides[4] = { (int)stride, 0, 0, 0 };
    if (f->scale == NULL || sws_scale(f->scale, (const uint8_t *const *)f->frame->data, f->frame->linesize, 0, h, to, strides) != h) return VIDEO_BROKEN;
    PdqPixels px = { f->rgb, (uint32_t)w, (uint32_t)h, stride, 3 };
    if (pdq_hash(path, PDQ_FRONT_FULL, &px, false, f->work, f->work_n, &forms) != OK) return VIDEO_LARGE;
    out->quality = (uint8_t)forms.quality;
    for (int i = 0; i < 32; i++) out->hash[i] = (uint8_t)(forms.form[0].q[3 - i / 8] >> (56 - i % 8 * 8));
    return VIDEO_READ;
}

static uint32_t clip_ms(double ms) { return ms > 0 ? ms < (double)UINT32_MAX ? (uint32_t)llrint(ms) : UINT32_MAX : 0; }

/* When: by number and rate, in binary32 as the public tools reckon it; without a rate by the time stamp, which never runs back. */
static uint32_t time_of(Film *f, uint32_t number) {
    if (f->rate.num > 0) return clip_ms(1000.0 * (double)((float)number / (float)av_q2d(f->rate)));
    int64_t pts = f->frame->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE) return f->said->seen_ms > 0 ? (uint32_t)f->said->seen_ms : 0;
    if (f->first_pts == AV_NOPTS_VALUE) f->first_pts = pts;
    uint32_t ms = clip_ms(1000.0 * ((double)pts - (double)f->first_pts) * av_q2d(f->base));
    return (int64_t)ms > f->said->seen_ms ? ms : (uint32_t)f->said->seen_ms;
}

static VideoWhy take(Film *f) {
    VideoSaid *said = f->said;
    uint32_t number = said->decoded;
    if (number >= f->ask->frames_max) return VIDEO_LONG;
    VideoFrame out = { .frame = number, .ms = time_of(f, number) };
    said->decoded++;
    said->seen_ms = out.ms;
    if (number == 0) said->width = (uint32_t)f->frame->width, said->height = (uint32_t)f->frame->height;
    bool wanted = said->every > 0 ? number % said->every == 0 : number == 0 || out.ms >= f->taken_ms + f->ask->every_ms;
    if ((f->frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || f->frame->decode_error_flags != 0) {
        said->damaged++;
        wanted = false;
    }
    VideoWhy why = VIDEO_READ;
    if (wanted) {
        f->taken_ms = out.ms;
        why = hash_frame(f, &out);
        if (number == 0 && why != VIDEO_READ) said->width = said->height = 0; /* not a size that we speak of */
    }
    if (why == VIDEO_READ) f->sink->frame(f->sink->ctx, said, wanted ? &out : NULL);
    return why;
}

/* All frames that are ready. */
static VideoWhy drain(Film *f) {
    for (;;) {
        int e = avcodec_receive_frame(f->codec, f->frame);
        if (e == AVERROR(EAGAIN) || e == AVERROR_EOF) return VIDEO_READ;
        if (e < 0) {
            if (++f->said->damaged > DAMAGED_MAX) return VIDEO_BROKEN;
            return VIDEO_READ;
        }
        VideoWhy why = take(f);
        av_frame_unref(f->frame);
        if (why != VIDEO_READ) return why;
    }
}

static VideoWhy decode(Film *f) {
    VideoWhy why = VIDEO_READ;
    int e = 0;
    while (why == VIDEO_READ && (e = av_read_frame(f->file, f->packet)) >= 0) {
        bool ours = f->packet->stream_index == f->stream;
        bool hurt = ours && (f->packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        if (hurt) f->said->damaged++;
        if (hurt && avio_feof(f->io)) ours = false; /* the file ends within it: some decoders make half a picture of that */
        int sent = ours ? avcodec_send_packet(f->codec, f->packet) : 0;
        av_packet_unref(f->packet);
        if (sent < 0 && ++f->said->damaged > DAMAGED_MAX) return VIDEO_BROKEN;
        if (ours) why = drain(f);
    }
    if (why != VIDEO_READ) return why;
    if (e != AVERROR_EOF || f->io->error < 0) f->said->damaged++;
    (void)avcodec_send_packet(f->codec, NULL);
    return drain(f);
}

/* A file that says it lasts clearly longer than its frames do was cut off, or lies. */
static VideoWhy judge(const VideoSaid *said, VideoWhy why) {
    if (why != VIDEO_READ) return why;
    if (said->decoded == 0) return said->damaged > 0 ? VIDEO_BROKEN : VIDEO_EMPTY;
    if (said->damaged > 0) return VIDEO_CUT;
    return said->said_ms >= 0 && said->seen_ms < said->said_ms - said->said_ms / 20 - 500 ? VIDEO_CUT : VIDEO_READ;
}

static VideoWhy run(Film *f, FilmBytes *from) {
    VideoWhy why = open_file(f, from);
    if (why == VIDEO_READ && f->file->nb_streams > 0) {
        why = find_stream(f);
        if (why == VIDEO_EMPTY) why = VIDEO_READ; /* streams may turn up as it is read */
    }
    if (why == VIDEO_READ) why = look_into(f);
    if (why == VIDEO_READ) why = find_stream(f);
    if (why == VIDEO_READ) learn(f);
    if (why == VIDEO_READ && (f->said->said_ms > VIDEO_HOURS_MAX * 3600000LL || f->file->duration / AV_TIME_BASE > VIDEO_HOURS_MAX * 3600)) why = VIDEO_LONG;
    if (why == VIDEO_READ) why = open_codec(f);
    if (why == VIDEO_READ) why = judge(f->said, decode(f));
    return why;
}

static int fill(FilmBytes *from, char *first) {
    int n = more(from, (uint8_t *)first, VIDEO_FIRST);
    from->at = 0;
    return n > 0 ? n : 0;
}

void film_hash(FilmBytes *from, const FilmAsk *ask, const FilmSink *sink, VideoSaid *out) {
    char first[VIDEO_FIRST];
    Film f = { .ask = ask, .sink = sink, .said = out, .stream = -1, .first_pts = AV_NOPTS_VALUE };
    *out = (VideoSaid){ .why = VIDEO_EMPTY, .said_ms = -1 };
    int n = fill(from, first);
    if (n == 0) return;
    out->kind = video_kind((Str){ first, (size_t)n });
    out->why = VIDEO_UNKNOWN;
    if (out->kind == VIDEO_OTHER) return;
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(PIECE_MAX);
    out->why = run(&f, from);
    avcodec_free_context(&f.codec);
    avformat_close_input(&f.file);
    if (f.io != NULL) av_freep(&f.io->buffer);
    avio_context_free(&f.io);
    av_frame_free(&f.frame);
    av_packet_free(&f.packet);
    sws_freeContext(f.scale);
    free(f.rgb);
    free(f.work);
}
