/* schema.h - whether a JSON document is what a JSON Schema says (draft 2020-12), for the keywords that the schemas we ship use.
 *
 * Known: type, const, enum, required, properties, additionalProperties (true or false), items, minItems, maxItems, maxLength, minLength,
 * pattern, minimum, maximum, format, allOf, $ref (to another schema of the set, or #/$defs/NAME), $defs. A schema with any other keyword
 * that decides something is refused when it is read, so that nothing is passed over in silence; words without effect ($id, title,
 * description, examples, default, x-..., contentEncoding, $schema) are. Formats are asserted: uuid email hostname uri date-time ipv4 ipv6.
 * Patterns are POSIX extended expressions, which those of the schemas shipped are as well. No recursion: work waits in a list.
 */
#ifndef KETEN_SCHEMA_H
#define KETEN_SCHEMA_H
#include "foundation/base/json.h"

typedef struct SchemaFile { Str name, text; } SchemaFile;       /* name: what a $ref says after its last slash */
typedef struct Schemas Schemas;
/* E_INPUT: a file is no schema of this kind; *out_why says which keyword, in which file. */
Err schemas_new(Arena *a, const SchemaFile *files, size_t n, const Schemas **out, Str *out_why) NODISCARD;
/* E_INPUT: it is not so; *out_why names the place ("/reporter/contact: format"). E_MISSING: no schema of that name. */
Err schema_check(Arena *a, const Schemas *s, Str name, const JVal *doc, Str *out_why) NODISCARD;
#endif
