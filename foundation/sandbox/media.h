/* media.h - asking the media process to read hostile bytes and to draw letters. Each question is answered by a process of its
 * own that can do nothing else: no files, no sockets, no time beyond its limits; when it dies, that is an answer.
 *
 * A Media is the path of run/media.sock; every question is a connection of its own. Answers live in the arena.
 */
#ifndef KETEN_MEDIA_H
#define KETEN_MEDIA_H
#include "foundation/base/lang.h"
#include "foundation/base/when.h"

typedef struct Media Media;
Err media_open(Arena *a, const char *socket_path, Media **out) NODISCARD;
/* The same without an instance: starts `program` (keten-media, which then reads pictures only, or keten-video) for this process alone. It ends with the caller or at media_close. */
Err media_alone(Arena *a, const char *program, Media **out) NODISCARD;
void media_close(Media *m);  /* accepts NULL; for one of media_open it does nothing */

/* What a page says, read with an HTML5 parser. Text is visible text only (no script, style, template), UTF-8, blanks folded, at most 256 KiB. */
enum { MEDIA_PICTURES = 64, MEDIA_PICTURE_URL = 2000 };
typedef struct MediaPage {
    Str title, text, lang;
    Str canonical;               /* link rel=canonical, or empty */
    Str refresh;                 /* target of a meta refresh, or empty */
    Str pictures;                /* addresses of pictures as the page gives them (img, srcset, poster, og:image ...), one a line, each once; at most MEDIA_PICTURES, those that are said to be small left out */
    int64_t images, videos, forms, password_fields, links;
} MediaPage;
/* E_INPUT: not readable here (the reader was stopped by a limit or died); E_OUTSIDE: media process out of reach. */
Err media_page(Media *m, Arena *a, Str html, Str charset, MediaPage *out) NODISCARD;

/* What a mail says, read with a MIME parser. Every text is UTF-8; what cannot be read is U+FFFD. Addresses are bare, several have blanks between. */
typedef struct MediaMail {
    Str from, from_name, to /* To, Cc, and whom a server says it delivered to */, subject, id /* without brackets */, refs /* In-Reply-To and References, the same */;
    Str return_path;             /* empty: not said; "<>": nobody, as bounces have it */
    Str automatic;               /* Auto-Submitted, lower case (RFC 3834) */
    Str precedence, list, auth;  /* of lists and robots; the topmost Authentication-Results (RFC 8601) */
    bool robot;                  /* other headers by which programs say that they answer by themselves */
    Str text;                    /* what a person reads, plain; at most 256 KiB */
    Str rest;                    /* of mails inside it: headers and text, as far as they fit */
    Str files;                   /* attachments: "name (type, bytes)", a line each */
    int64_t parts;
    /* a report about a delivery (RFC 3464); of several recipients the first */
    bool report;
    Str report_type, action /* failed delayed delivered relayed expanded */, status /* 5.1.1 */, diagnostic, about /* whom it was for */, envid;
} MediaMail;
enum { MEDIA_MAIL_MAX = 24 << 20 };
/* As media_page. E_LIMIT: longer than MEDIA_MAIL_MAX. */
Err media_mail(Media *m, Arena *a, Str bytes, MediaMail *out) NODISCARD;

/* ---- pictures: decoded and hashed where they can do no harm; no pixel comes back, only the hash and what 6 by 6 squares are on the average ---- */

enum {
    PICTURE_BYTES_MAX = 48 << 20, PICTURE_SIDE_MAX = 16384, PICTURE_PIXELS_MAX = 64 << 20,
    PICTURE_RATIO_MAX = 100,     /* one side this many times the other is no picture */
    PICTURE_FORMS = 8,
    PICTURE_SQUARES = 6          /* a side: 144 bits in all, less than the hash says */
};
typedef enum PictureWhy {
    PICTURE_READ,
    PICTURE_EMPTY,               /* no bytes, or no pixels */
    PICTURE_UNKNOWN,             /* none of the kinds that are read here */
    PICTURE_BROKEN,              /* cut off, or not what it says it is */
    PICTURE_LARGE,               /* above a limit, of the file or of what it would unpack to */
    PICTURE_NARROW,
    PICTURE_DIED,                /* its reader was stopped by a limit, or died of it */
    PICTURE_WHYS
} PictureWhy;
typedef enum PictureKind { PICTURE_OTHER, PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF, PICTURE_KINDS } PictureKind;
typedef enum PictureModel { PICTURE_GREY, PICTURE_COLOUR, PICTURE_PALETTE, PICTURE_CMYK, PICTURE_MODELS } PictureModel;
typedef struct MediaPicture {
    PictureWhy why;              /* the rest counts only for PICTURE_READ; kind also for others */
    PictureKind kind;
    PictureModel model;
    bool alpha, moving;          /* something is see-through (hashed over white); has more frames (the first is hashed) */
    bool small;                  /* brought to 512x512 first, by nearest neighbour */
    uint32_t width, height;
    uint8_t orientation;         /* of EXIF, 1..8; 0: not said. Told, not applied */
    uint8_t quality, forms;      /* forms: 1, or 8 with those turned and mirrored */
    uint8_t square[PICTURE_SQUARES * PICTURE_SQUARES]; /* grey, 0 to 15, row by row: all that a blurred capture shows of it */
    uint8_t hash[PICTURE_FORMS][32]; /* PDQ, most significant byte first */
} MediaPicture;
const char *picture_why_text(PictureWhy why);                    /* "cut off or damaged", ... */
const char *picture_kind_name(PictureKind kind);                 /* "jpeg" */
const char *picture_model_name(PictureModel model);              /* "grey" */
/* small: the front end of 512x512; all: eight forms. A file that cannot be read is an answer (OK with its why); E_OUTSIDE: media process out of reach. */
Err media_picture(Media *m, Str bytes, bool small, bool all, MediaPicture *out) NODISCARD;
/* The two halves of it, so that several can be under way. The answer closes fd. */
Err media_picture_ask(Media *m, Str bytes, bool small, bool all, int *out_fd) NODISCARD;
Err media_picture_answer(int fd, MediaPicture *out) NODISCARD;

/* A document of paragraphs, drawn as PDF (A4, cairo and pango): letters, reports. */
typedef enum DocKind { DOC_INVALID, DOC_TITLE, DOC_HEADING, DOC_PARA, DOC_ITEM, DOC_FACT, DOC_ROW, DOC_ROW_HEAD, DOC_SMALL, DOC_MONO, DOC_SIGN, DOC_PAGE_BREAK } DocKind;
typedef struct DocBlock { DocKind kind; Str label; Str text; const Str *cells; size_t cells_n; } DocBlock; /* label: DOC_FACT; cells: DOC_ROW, DOC_ROW_HEAD (at most 8) */
typedef struct Doc { Lang lang; Str title, author, foot; UnixMs at; const DocBlock *blocks; size_t n; } Doc; /* foot: on every page, beside the page number */
/* The same document gives the same bytes. */
Err media_pdf(Media *m, Arena *a, const Doc *doc, Str *out_pdf) NODISCARD;
#endif
