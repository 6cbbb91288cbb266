/* json_plain.h - a small strict reader of JSON, for what must be read with the same outcome in the command, the server and the browser,
 * where there is no jansson. Stricter than json_read: fractions and exponents are refused (our acts have none). Everything else is judged
 * alike, which a test and a fuzz target compare. No recursion. Source: RFC 8259.
 */
#ifndef KETEN_JSON_PLAIN_H
#define KETEN_JSON_PLAIN_H
#include "foundation/base/json.h"

/* An object or array. E_INPUT: malformed, a key twice, a zero character, bad UTF-8, a number that is no 64-bit integer; E_LIMIT above
 * max_bytes or deeper than 32, with more than 256 keys in one object, or with more values than texts of that size have that anybody means: ten
 * thousand and one for each 40 bytes of max_bytes. So memory is bounded by 128 bytes a value beside the text, and time by the text. */
Err json_read_plain(Arena *a, Str text, size_t max_bytes, const JVal **out) NODISCARD;
#endif
