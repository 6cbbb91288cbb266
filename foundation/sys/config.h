/* config.h - keten.conf: INI text (libinih) judged by a table of known keys. A key that is not in the table is an error that
 * names the line; so is a value of the wrong kind. KETEN_SECTION_KEY in the environment goes before the file.
 * The table is the documentation: the commented default file is written from it.
 */
#ifndef KETEN_CONFIG_H
#define KETEN_CONFIG_H
#include "foundation/base/base.h"

typedef enum ConfType { CONF_INVALID, CONF_TEXT, CONF_INT, CONF_BOOL, CONF_CHOICE, CONF_LIST } ConfType;
typedef struct ConfKey {
    const char *section, *key;      /* lower case, digits, underscore */
    ConfType type;
    const char *otherwise;          /* the default, as it would be written */
    int64_t min, max;               /* CONF_INT: bounds. CONF_TEXT: bytes, max 0 is 160 */
    const char *choices;            /* CONF_CHOICE: "none starttls tls" */
    const char *help;               /* lines of the comment above it, separated by \n */
} ConfKey;

typedef struct Conf { const ConfKey *keys; size_t n; const Str *values; } Conf;

/* E_INPUT with *out_why ("line 12: unknown key [web] workerz") when the text, or the environment, is not in order.
 * env: as environ, or NULL. All of Conf lives in the arena. */
Err conf_read(Arena *a, const ConfKey *keys, size_t n, Str text, char *const *env, Conf *out, Str *out_why) NODISCARD;
/* The same from a file; E_MISSING when there is none. */
Err conf_load(Arena *a, const ConfKey *keys, size_t n, const char *path, char *const *env, Conf *out, Str *out_why) NODISCARD;
/* must() be in the table, with that type. */
Str conf_text(const Conf *c, const char *section, const char *key);      /* CONF_TEXT, CONF_CHOICE */
int64_t conf_int(const Conf *c, const char *section, const char *key);
bool conf_bool(const Conf *c, const char *section, const char *key);
/* CONF_LIST: the next of its blank-separated items; rest starts as conf_list(). */
Str conf_list(const Conf *c, const char *section, const char *key);
bool conf_list_next(Str *rest, Str *out_item);
/* Every key with its help and default, commented out. */
void conf_default(const ConfKey *keys, size_t n, Buf *out);
/* The default file with one line set; for init. Value must be a valid one: E_INPUT. */
Err conf_set(Arena *a, const ConfKey *keys, size_t n, Str text, const char *section, const char *key, Str value, Str *out_text) NODISCARD;
#endif
