/* picture_png.c - PNG, with libpng: everything to 8 bits, palette to colours, interlaced or not. A checksum that does not fit is broken. */
#include "programs/media/picture.h"

#include <setjmp.h>
#include <stdlib.h>

#include <png.h>

typedef struct Png {
    Str rest;
    png_structp png;
    png_infop info;
    png_bytep *rows;
    Picture *out;
} Png;

static void give(png_structp png, png_bytep to, size_t n) {
    Png *p = png_get_io_ptr(png);
    if (p->rest.n < n) png_error(png, "short");
    memcpy(to, p->rest.p, n);
    p->rest = str_sub(p->rest, n, p->rest.n);
}
static _Noreturn void give_up(png_structp png, png_const_charp why) {
    (void)why;
    png_longjmp(png, 1);
}
static void keep_quiet(png_structp png, png_const_charp why) {
    (void)png;
    (void)why;
}

static void orientation(Png *p) {
    png_bytep exif = NULL;
    png_uint_32 n = 0;
    if (png_get_eXIf_1(p->png, p->info, &n, &exif) != 0) p->out->orientation = exif_orientation(str_bytes(exif, n));
}

static PictureWhy decode(Png *p) {
    png_set_read_fn(p->png, p, give);
    png_set_user_limits(p->png, INT32_MAX, INT32_MAX); /* judged by picture_room, before a line is asked for */
    png_set_chunk_cache_max(p->png, 64);
    png_set_chunk_malloc_max(p->png, PICTURE_CHUNK_MAX);
    png_read_info(p->png, p->info);
    int type = png_get_color_type(p->png, p->info);
    bool sees_through = (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(p->png, p->info, PNG_INFO_tRNS) != 0;
    int room = ((type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) + sees_through;
    PictureWhy why = picture_room(png_get_image_width(p->png, p->info), png_get_image_height(p->png, p->info), room, p->out);
    if (why != PICTURE_READ) return why;
    p->out->model = type == PNG_COLOR_TYPE_PALETTE ? PICTURE_PALETTE : (type & PNG_COLOR_MASK_COLOR) != 0 ? PICTURE_COLOUR : PICTURE_GREY;
    p->out->channels = room - sees_through;
    png_set_expand(p->png);
    png_set_scale_16(p->png);
    (void)png_set_interlace_handling(p->png);
    png_read_update_info(p->png, p->info);
    size_t line = (size_t)p->out->width * (size_t)room;
    if (png_get_rowbytes(p->png, p->info) != line) return PICTURE_BROKEN;
    p->rows = malloc(p->out->height * sizeof *p->rows);
    if (p->rows == NULL) return PICTURE_LARGE;
    for (size_t y = 0; y < p->out->height; y++) p->rows[y] = p->out->pixels + y * line;
    png_read_image(p->png, p->rows);
    png_read_end(p->png, p->info);
    orientation(p);
    if (sees_through) picture_over_white(p->out, room);
    return PICTURE_READ;
}

PictureWhy picture_png(Str bytes, Picture *out) {
    Png *p = calloc(1, sizeof *p);
    PictureWhy why = PICTURE_LARGE;
    if (p == NULL) return why;
    p->rest = bytes;
    p->out = out;
    p->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, keep_quiet);
    if (p->png != NULL) p->info = png_create_info_struct(p->png);
    if (p->info != NULL) {
        why = PICTURE_BROKEN;
        if (setjmp(png_jmpbuf(p->png)) == 0) why = decode(p);
        else why = PICTURE_BROKEN;
    }
    png_destroy_read_struct(&p->png, &p->info, NULL);
    free(p->rows);
    free(p);
    return why;
}
