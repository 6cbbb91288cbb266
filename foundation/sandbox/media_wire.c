/* media_wire.c - questions and answers as bytes. */
#include "foundation/sandbox/media_wire.h"

#include <stddef.h>
#include <sys/socket.h>

void media_put_page_ask(Buf *b, Str html, Str charset) {
    put_str(b, charset);
    put_str(b, html.n > MEDIA_HTML_MAX ? str_sub(html, 0, MEDIA_HTML_MAX) : html);
}

Err media_read_page_ask(Wire *w, Str *out_html, Str *out_charset) {
    Str charset = wire_str(w), html = wire_str(w);
    if (w->bad || w->rest.n > 0 || charset.n > 64 || html.n > MEDIA_HTML_MAX) return E_INPUT;
    *out_html = html;
    *out_charset = charset;
    return OK;
}

void media_put_page(Buf *b, const MediaPage *p) {
    put_str(b, p->title);
    put_str(b, p->text);
    put_str(b, p->lang);
    put_str(b, p->canonical);
    put_str(b, p->refresh);
    put_str(b, p->pictures);
    put_i64(b, p->images);
    put_i64(b, p->videos);
    put_i64(b, p->forms);
    put_i64(b, p->password_fields);
    put_i64(b, p->links);
}

/* The reader may have been taken over by what it read: its answer is checked like anything hostile. */
static bool text_ok(Str s, size_t max) { return s.n <= max && str_utf8_ok(s); }

Err media_read_page(Wire *w, MediaPage *out) {
    MediaPage p = { .title = wire_str(w), .text = wire_str(w), .lang = wire_str(w), .canonical = wire_str(w), .refresh = wire_str(w), .pictures = wire_str(w) };
    int64_t *counts[] = { &p.images, &p.videos, &p.forms, &p.password_fields, &p.links };
    for (size_t i = 0; i < LEN(counts); i++) {
        *counts[i] = wire_i64(w);
        if (*counts[i] < 0) return E_INPUT;
    }
    if (w->bad || w->rest.n > 0 || !text_ok(p.text, MEDIA_TEXT_MAX) || !text_ok(p.pictures, MEDIA_PICTURES * (MEDIA_PICTURE_URL + 1))) return E_INPUT;
    if (!text_ok(p.title, MEDIA_FIELD_MAX) || !text_ok(p.lang, MEDIA_FIELD_MAX) || !text_ok(p.canonical, MEDIA_FIELD_MAX) || !text_ok(p.refresh, MEDIA_FIELD_MAX)) return E_INPUT;
    *out = p;
    return OK;
}

/* Every text of a mail with the most of it, in the order in which they travel. */
typedef struct MailText { size_t at, max; } MailText;
#define MAIL_TEXT(field, max) { offsetof(MediaMail, field), max }
static const MailText mail_texts[] = { MAIL_TEXT(from, MEDIA_FIELD_MAX), MAIL_TEXT(from_name, MEDIA_FIELD_MAX), MAIL_TEXT(to, MEDIA_FIELD_MAX), MAIL_TEXT(subject, MEDIA_FIELD_MAX), MAIL_TEXT(id, MEDIA_FIELD_MAX),
    MAIL_TEXT(refs, MEDIA_FIELD_MAX), MAIL_TEXT(return_path, MEDIA_FIELD_MAX), MAIL_TEXT(automatic, MEDIA_FIELD_MAX), MAIL_TEXT(precedence, MEDIA_FIELD_MAX), MAIL_TEXT(list, MEDIA_FIELD_MAX),
    MAIL_TEXT(auth, MEDIA_FIELD_MAX), MAIL_TEXT(text, MEDIA_TEXT_MAX), MAIL_TEXT(rest, MEDIA_TEXT_MAX), MAIL_TEXT(files, MEDIA_FIELD_MAX), MAIL_TEXT(report_type, MEDIA_FIELD_MAX),
    MAIL_TEXT(action, MEDIA_FIELD_MAX), MAIL_TEXT(status, MEDIA_FIELD_MAX), MAIL_TEXT(diagnostic, MEDIA_FIELD_MAX), MAIL_TEXT(about, MEDIA_FIELD_MAX), MAIL_TEXT(envid, MEDIA_FIELD_MAX) };

void media_put_mail(Buf *b, const MediaMail *m) {
    for (size_t i = 0; i < LEN(mail_texts); i++) put_str(b, *(const Str *)(const void *)((const char *)m + mail_texts[i].at));
    put_u8(b, (uint8_t)((m->robot ? 1 : 0) | (m->report ? 2 : 0)));
    put_i64(b, m->parts);
}

Err media_read_mail(Wire *w, MediaMail *out) {
    MediaMail m = { 0 };
    for (size_t i = 0; i < LEN(mail_texts); i++) {
        Str s = wire_str(w);
        if (w->bad || !text_ok(s, mail_texts[i].max)) return E_INPUT;
        *(Str *)(void *)((char *)&m + mail_texts[i].at) = s;
    }
    uint8_t flags = wire_u8(w);
    m.robot = (flags & 1) != 0;
    m.report = (flags & 2) != 0;
    m.parts = wire_i64(w);
    if (w->bad || w->rest.n > 0 || flags > 3 || m.parts < 0) return E_INPUT;
    *out = m;
    return OK;
}

void media_put_doc(Buf *b, const Doc *doc) {
    put_u8(b, (uint8_t)doc->lang);
    put_str(b, doc->title);
    put_str(b, doc->author);
    put_str(b, doc->foot);
    put_i64(b, doc->at);
    put_u32(b, (uint32_t)doc->n);
    for (size_t i = 0; i < doc->n; i++) {
        const DocBlock *k = &doc->blocks[i];
        put_u8(b, (uint8_t)k->kind);
        put_str(b, k->label);
        put_str(b, k->text);
        put_u32(b, (uint32_t)k->cells_n);
        for (size_t c = 0; c < k->cells_n; c++) put_str(b, k->cells[c]);
    }
}

static Err read_block(Arena *a, Wire *w, DocBlock *out) {
    uint8_t kind = wire_u8(w);
    DocBlock k = { .kind = (DocKind)kind, .label = wire_str(w), .text = wire_str(w) };
    uint32_t cells = wire_u32(w);
    if (w->bad || kind == DOC_INVALID || kind > DOC_PAGE_BREAK || cells > MEDIA_CELLS_MAX || !str_utf8_ok(k.label) || !str_utf8_ok(k.text)) return E_INPUT;
    Str *list = ARENA_ARRAY(a, Str, cells + 1);
    for (uint32_t i = 0; i < cells; i++) {
        list[i] = wire_str(w);
        if (!str_utf8_ok(list[i])) return E_INPUT;
    }
    k.cells = list;
    k.cells_n = cells;
    *out = k;
    return w->bad ? E_INPUT : OK;
}

Err media_read_doc(Arena *a, Wire *w, Doc *out) {
    uint8_t lang = wire_u8(w);
    Doc d = { .lang = (Lang)lang, .title = wire_str(w), .author = wire_str(w), .foot = wire_str(w), .at = wire_i64(w) };
    uint32_t n = wire_u32(w);
    if (w->bad || lang >= LANG_COUNT || n > MEDIA_BLOCKS_MAX || !when_ok(d.at) || !str_utf8_ok(d.title) || !str_utf8_ok(d.author) || !str_utf8_ok(d.foot)) return E_INPUT;
    if (d.title.n > 1000 || d.author.n > 1000 || d.foot.n > 1000) return E_INPUT;
    DocBlock *blocks = ARENA_ARRAY(a, DocBlock, n + 1);
    for (uint32_t i = 0; i < n; i++) TRY(read_block(a, w, &blocks[i]));
    if (w->rest.n > 0) return E_INPUT;
    d.blocks = blocks;
    d.n = n;
    *out = d;
    return OK;
}

/* ---- pictures ---- */

void media_put_picture_ask(Buf *b, Str bytes, bool small, bool all) {
    put_u8(b, (uint8_t)(small ? 1 : 0));
    put_u8(b, (uint8_t)(all ? 1 : 0));
    put_str(b, bytes);
}

Err media_read_picture_ask(Wire *w, Str *out_bytes, bool *out_small, bool *out_all) {
    uint8_t small = wire_u8(w), all = wire_u8(w);
    Str bytes = wire_str(w);
    if (w->bad || w->rest.n > 0 || small > 1 || all > 1) return E_INPUT;
    *out_small = small == 1;
    *out_all = all == 1;
    *out_bytes = bytes;
    return OK;
}

void media_put_picture(Buf *b, const MediaPicture *p) {
    put_u8(b, (uint8_t)p->why);
    put_u8(b, (uint8_t)p->kind);
    put_u8(b, (uint8_t)p->model);
    put_u8(b, (uint8_t)(p->alpha | p->moving << 1 | p->small << 2));
    put_u32(b, p->width);
    put_u32(b, p->height);
    put_u8(b, p->orientation);
    put_u8(b, p->quality);
    put_u8(b, p->forms);
    buf_put(b, str_bytes(p->square, sizeof p->square));
    for (size_t f = 0; f < p->forms; f++) buf_put(b, str_bytes(p->hash[f], 32));
}

Err media_read_picture(Wire *w, MediaPicture *out) {
    uint8_t why = wire_u8(w), kind = wire_u8(w), model = wire_u8(w), flags = wire_u8(w);
    MediaPicture p = { .why = (PictureWhy)why, .kind = (PictureKind)kind, .model = (PictureModel)model, .alpha = (flags & 1) != 0, .moving = (flags & 2) != 0, .small = (flags & 4) != 0,
        .width = wire_u32(w), .height = wire_u32(w), .orientation = wire_u8(w), .quality = wire_u8(w), .forms = wire_u8(w) };
    Str squares = wire_raw(w, sizeof p.square);
    for (size_t i = 0; i < squares.n; i++) {
        p.square[i] = (uint8_t)squares.p[i];
        if (p.square[i] > 15) return E_INPUT;
    }
    if (w->bad || why >= PICTURE_WHYS || kind >= PICTURE_KINDS || model >= PICTURE_MODELS || flags > 7 || p.forms > PICTURE_FORMS || p.orientation > 8 || p.quality > 100) return E_INPUT;
    if (p.width > PICTURE_SIDE_MAX || p.height > PICTURE_SIDE_MAX || (why == PICTURE_READ) != (p.forms == 1 || p.forms == PICTURE_FORMS)) return E_INPUT;
    for (size_t f = 0; f < p.forms; f++) {
        Str hash = wire_raw(w, 32);
        if (hash.n == 32) memcpy(p.hash[f], hash.p, 32);
    }
    if (w->bad || w->rest.n > 0) return E_INPUT;
    *out = p;
    return OK;
}

const char *picture_why_text(PictureWhy why) {
    static const char *const texts[PICTURE_WHYS] = { "read", "empty", "not a JPEG, PNG, WebP or GIF", "cut off or damaged", "too large", "too narrow to be a picture", "not decodable here: its reader was stopped" };
    must((size_t)why < PICTURE_WHYS);
    return texts[why];
}
const char *picture_kind_name(PictureKind kind) {
    static const char *const names[PICTURE_KINDS] = { "other", "jpeg", "png", "webp", "gif" };
    must((size_t)kind < PICTURE_KINDS);
    return names[kind];
}
const char *picture_model_name(PictureModel model) {
    static const char *const names[PICTURE_MODELS] = { "grey", "colour", "palette", "cmyk" };
    must((size_t)model < PICTURE_MODELS);
    return names[model];
}

/* ---- handing a connection over (unix(7), SCM_RIGHTS) ---- */

typedef union Rights { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; } Rights;

Err media_hand_over(int control_fd, int fd) {
    Rights rights = { .room = { 0 } };
    char one = 1;
    struct iovec part = { &one, 1 };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.room, .msg_controllen = sizeof rights.room };
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    return sendmsg(control_fd, &m, MSG_NOSIGNAL) == 1 ? OK : E_OUTSIDE;
}

Err media_take_over(int control_fd, int *out_fd) {
    Rights rights = { .room = { 0 } };
    char one = 0;
    int fd = -1;
    struct iovec part = { &one, 1 };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.room, .msg_controllen = sizeof rights.room };
    ssize_t n = recvmsg(control_fd, &m, MSG_CMSG_CLOEXEC);
    if (n == 0) return E_MISSING;
    struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
    if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fd)) return E_OUTSIDE;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    *out_fd = fd;
    return OK;
}
