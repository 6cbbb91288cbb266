/* testvideo.h - neutral videos for tests and figures: a made picture (testpix.h) that slides, written by the same libraries that read it. */
#ifndef KETEN_TESTVIDEO_H
#define KETEN_TESTVIDEO_H
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "core/fingerprint/testpix.h"

#include <stdlib.h>

typedef struct Reel { const char *container, *codec; enum AVPixelFormat format; int width, height, frames; AVRational rate; double turn; uint64_t seed; } Reel;

/* Frame n: a window on a larger picture, a little further each time, and another picture after each hundred. */
static inline void reel_paint(const Reel *r, int n, uint8_t *rgb) {
    uint64_t seed = r->seed + (uint64_t)(n / 100);
    uint8_t *to = rgb;
    for (int y = 0; y < r->height; y++)
        for (int x = 0; x < r->width; x++)
            for (int c = 0; c < 3; c++) *to++ = pix_value(1, seed, 4096, (uint64_t)(x + 3 * (n % 100)), (uint64_t)(y + n % 100), (uint64_t)c) / 2 + (uint8_t)(pix_patches(seed, (uint64_t)(x + 3 * (n % 100)), (uint64_t)(y + n % 100), (uint64_t)c) / 2);
}

static inline void reel_write(AVFormatContext *file, AVCodecContext *codec, const AVStream *s, const AVFrame *frame, AVPacket *packet) {
    must(avcodec_send_frame(codec, frame) == 0);
    while (avcodec_receive_packet(codec, packet) == 0) {
        av_packet_rescale_ts(packet, codec->time_base, s->time_base);
        packet->stream_index = 0;
        packet->duration = av_rescale_q(1, codec->time_base, s->time_base);
        must(av_interleaved_write_frame(file, packet) == 0);
    }
}

static inline AVStream *reel_stream(const Reel *r, AVFormatContext *file, AVCodecContext *codec) {
    AVStream *s = avformat_new_stream(file, NULL);
    must(s != NULL && avcodec_parameters_from_context(s->codecpar, codec) == 0);
    s->time_base = codec->time_base;
    s->avg_frame_rate = r->rate;
    if (r->turn != 0) {
        int32_t *matrix = (int32_t *)(void *)av_stream_new_side_data(s, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof *matrix);
        must(matrix != NULL);
        av_display_rotation_set(matrix, r->turn);
    }
    return s;
}

static inline AVCodecContext *reel_codec(const Reel *r, const AVFormatContext *file) {
    const AVCodec *kind = avcodec_find_encoder_by_name(r->codec);
    AVCodecContext *c = kind != NULL ? avcodec_alloc_context3(kind) : NULL;
    must(c != NULL);
    c->width = r->width;
    c->height = r->height;
    c->pix_fmt = r->format;
    c->time_base = av_inv_q(r->rate);
    c->framerate = r->rate;
    c->bit_rate = 4000000;
    c->gop_size = 12;
    c->thread_count = 1;
    if ((file->oformat->flags & AVFMT_GLOBALHEADER) != 0) c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    (void)av_opt_set(c->priv_data, "preset", "ultrafast", 0);
    (void)av_opt_set(c->priv_data, "deadline", "realtime", 0);
    (void)av_opt_set(c->priv_data, "cpu-used", "8", 0);
    must(avcodec_open2(c, kind, NULL) == 0);
    return c;
}

/* False: this machine's libraries cannot write it. */
static inline bool reel_make(const Reel *r, Buf *out) {
    AVFormatContext *file = NULL;
    uint8_t *bytes = NULL, *rgb = malloc((size_t)r->width * (size_t)r->height * 3);
    if (avcodec_find_encoder_by_name(r->codec) == NULL) {
        free(rgb);
        return false;
    }
    must(rgb != NULL && avformat_alloc_output_context2(&file, NULL, r->container, NULL) >= 0 && avio_open_dyn_buf(&file->pb) == 0);
    AVCodecContext *codec = reel_codec(r, file);
    const AVStream *s = reel_stream(r, file, codec);
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();
    struct SwsContext *scale = sws_getContext(r->width, r->height, AV_PIX_FMT_RGB24, r->width, r->height, r->format, SWS_AREA, NULL, NULL, NULL);
    must(frame != NULL && packet != NULL && scale != NULL);
    frame->format = r->format;
    frame->width = r->width;
    frame->height = r->height;
    file->flags |= AVFMT_FLAG_BITEXACT;
    must(avformat_write_header(file, NULL) >= 0);
    for (int n = 0; n < r->frames; n++) {
        const uint8_t *from[4] = { rgb, NULL, NULL, NULL };
        int stride[4] = { r->width * 3, 0, 0, 0 };
        reel_paint(r, n, rgb);
        must(av_frame_get_buffer(frame, 0) == 0);
        (void)sws_scale(scale, from, stride, 0, r->height, frame->data, frame->linesize);
        frame->pts = n;
        reel_write(file, codec, s, frame, packet);
        av_buffer_unref(&frame->buf[0]);
        for (int i = 1; i < AV_NUM_DATA_POINTERS; i++) av_buffer_unref(&frame->buf[i]);
    }
    reel_write(file, codec, s, NULL, packet);
    must(av_write_trailer(file) == 0);
    int size = avio_get_dyn_buf(file->pb, &bytes);
    buf_put(out, str_bytes(bytes, (size_t)size));
    (void)avio_close_dyn_buf(file->pb, &bytes); /* which puts zeros where writing was last, be that the end or not */
    file->pb = NULL;
    av_free(bytes);
    av_frame_free(&frame);
    av_packet_free(&packet);
    sws_freeContext(scale);
    avcodec_free_context(&codec);
    avformat_free_context(file);
    free(rgb);
    return true;
}
#endif
