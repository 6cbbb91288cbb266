/* picture_jpeg.c - JPEG, with libjpeg-turbo: the exact transform and smooth chroma, as the reference decodes. A file that ends early, or
 * whose data is not what its tables say, is broken: half a picture would be hashed as another one. */
/* First, since its headers name calls that ours forbid. */
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "programs/media/picture.h"

#include <setjmp.h>
#include <stdlib.h>

typedef struct Jpeg {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf away;
    uint8_t *line;           /* CMYK: one line */
    Picture *out;
} Jpeg;

static _Noreturn void give_up(j_common_ptr c) {
    Jpeg *j = c->client_data;
    longjmp(j->away, 1);
}

/* Warnings of damage; others (bytes between markers, old revisions) change no pixel. */
static void warn(j_common_ptr c, int level) {
    int code = c->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE)) give_up(c);
}

/* A few bytes can ask for thousands of passes over a large picture. */
static void pass(j_common_ptr c) {
    if (((j_decompress_ptr)c)->input_scan_number > PICTURE_SCANS_MAX) give_up(c);
}

static void from_cmyk(const uint8_t *in, uint8_t *to, uint32_t width, bool turned) {
    for (uint32_t x = 0; x < width; x++, in += 4) {
        unsigned k = turned ? in[3] : 255u - in[3];
        for (int i = 0; i < 3; i++) *to++ = (uint8_t)(((turned ? in[i] : 255u - in[i]) * k + 127) / 255);
    }
}

static PictureWhy decode(Jpeg *j, Str bytes) {
    jpeg_mem_src(&j->c, (const unsigned char *)bytes.p, (unsigned long)bytes.n);
    jpeg_save_markers(&j->c, JPEG_APP0 + 1, 0xFFFF);
    if (jpeg_read_header(&j->c, TRUE) != JPEG_HEADER_OK) return PICTURE_BROKEN;
    for (jpeg_saved_marker_ptr m = j->c.marker_list; m != NULL && j->out->orientation == 0; m = m->next) {
        Str marker = str_bytes(m->data, m->data_length);
        if (str_starts(marker, (Str){ "Exif\0\0", 6 })) j->out->orientation = exif_orientation(marker);
    }
    bool grey = j->c.jpeg_color_space == JCS_GRAYSCALE, cmyk = j->c.num_components == 4;
    if (!grey && !cmyk && j->c.num_components != 3) return PICTURE_BROKEN;
    j->c.out_color_space = grey ? JCS_GRAYSCALE : cmyk ? JCS_CMYK : JCS_RGB;
    j->out->channels = grey ? 1 : 3;
    j->out->model = grey ? PICTURE_GREY : cmyk ? PICTURE_CMYK : PICTURE_COLOUR;
    PictureWhy why = picture_room(j->c.image_width, j->c.image_height, j->out->channels, j->out);
    if (why != PICTURE_READ) return why;
    (void)jpeg_start_decompress(&j->c);
    if (cmyk) j->line = malloc((size_t)j->c.output_width * 4);
    if (cmyk && j->line == NULL) return PICTURE_LARGE;
    while (j->c.output_scanline < j->c.output_height) {
        uint8_t *row = j->out->pixels + (size_t)j->c.output_scanline * j->c.output_width * (size_t)j->out->channels;
        JSAMPROW rows[1] = { cmyk ? j->line : row };
        (void)jpeg_read_scanlines(&j->c, rows, 1);
        if (cmyk) from_cmyk(j->line, row, j->c.output_width, j->c.saw_Adobe_marker != 0);
    }
    (void)jpeg_finish_decompress(&j->c);
    return PICTURE_READ;
}

PictureWhy picture_jpeg(Str bytes, Picture *out) {
    Jpeg *j = calloc(1, sizeof *j);
    if (j == NULL) return PICTURE_LARGE;
    j->out = out;
    j->c.err = jpeg_std_error(&j->errors);
    j->errors.error_exit = give_up;
    j->errors.emit_message = warn;
    j->c.client_data = j;
    j->progress.progress_monitor = pass;
    PictureWhy why = PICTURE_BROKEN;
    if (setjmp(j->away) == 0) {
        jpeg_create_decompress(&j->c);
        j->c.client_data = j;
        j->c.progress = &j->progress;
        why = decode(j, bytes);
    } else {
        why = j->errors.msg_code == JERR_OUT_OF_MEMORY ? PICTURE_LARGE : PICTURE_BROKEN;
    }
    jpeg_destroy_decompress(&j->c);
    free(j->line);
    free(j);
    return why;
}
