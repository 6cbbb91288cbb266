#include "foundation/base/schema.h"
#include "foundation/base/tap.h"

static const char base[] = "{\"$id\":\"x\",\"type\":\"object\",\"required\":[\"a\",\"who\"],\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^4\\\\.[0-9]+$\",\"maxLength\":5},\"n\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":3},"
    "\"f\":{\"type\":\"number\",\"maximum\":1.0},\"e\":{\"enum\":[\"x\",\"y\"]},\"who\":{\"$ref\":\"#/$defs/who\"},\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"ipv4\"},\"minItems\":1,\"maxItems\":2}},"
    "\"$defs\":{\"who\":{\"type\":\"object\",\"properties\":{\"mail\":{\"type\":\"string\",\"format\":\"email\"}},\"additionalProperties\":false}}}";
static const char child[] = "{\"allOf\":[{\"$ref\":\"../base.json\"},{\"type\":\"object\",\"properties\":{\"k\":{\"const\":\"z\"},\"u\":{\"format\":\"uri\",\"type\":\"string\"},\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"h\":{\"type\":\"string\",\"format\":\"hostname\"},\"six\":{\"type\":\"string\",\"format\":\"ipv6\"}},\"required\":[\"k\"]}]}";

static Err holds(Arena *a, const Schemas *s, const char *json, Str *why) {
    const JVal *doc = NULL;
    must(json_read(a, str_c(json), 100000, &doc, NULL, NULL) == OK);
    return schema_check(a, s, S("child.json"), doc, why);
}

int main(void) {
    static const struct { const char *json, *why; } bad[] = {
        { "{\"a\":\"4.1\",\"who\":{}}", "/k: required" }, { "{\"k\":\"z\",\"who\":{}}", "/a: required" }, { "{\"k\":\"q\",\"a\":\"4.1\",\"who\":{}}", "/k: const" }, { "{\"k\":\"z\",\"a\":\"5.1\",\"who\":{}}", "/a: pattern" },
        { "{\"k\":\"z\",\"a\":\"4.11111\",\"who\":{}}", "/a: length" }, { "{\"k\":\"z\",\"a\":4,\"who\":{}}", "/a: type" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{\"x\":1}}", "/who/x: additionalProperties" },
        { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{\"mail\":\"a b@c.test\"}}", "/who/mail: format" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":[]}", "/who: type" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"n\":0}", "/n: minimum" },
        { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"n\":4}", "/n: maximum" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"n\":1.5}", "/n: type" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"f\":1.5}", "/f: maximum" },
        { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"e\":\"z\"}", "/e: enum" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"l\":[]}", "/l: number of items" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"l\":[\"1.2.3.4\",\"1.2.3\"]}", "/l/1: format" },
        { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"u\":\"no address\"}", "/u: format" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"at\":\"2026-01-01\"}", "/at: format" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"id\":\"550e8400-e29b-41d4-a716-44665544000\"}", "/id: format" },
        { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"h\":\"-a.test\"}", "/h: format" }, { "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{},\"six\":\"1.2.3.4\"}", "/six: format" }, { "[]", "/: type" } };
    static const char *const not[] = { "[]", "{\"oneOf\":[]}", "{\"properties\":{\"a\":{\"minProperties\":1}}}", "{\"allOf\":[5]}", "nothing" };
    Arena *a = arena_new(64 << 20);
    SchemaFile files[] = { { S("base.json"), str_c(base) }, { S("child.json"), str_c(child) } };
    const Schemas *s = NULL;
    Str why = STR_NONE;
    check(schemas_new(a, files, LEN(files), &s, &why) == OK, "a schema that builds on another is read");
    check(holds(a, s, "{\"k\":\"z\",\"a\":\"4.1\",\"who\":{\"mail\":\"a@b.test\"},\"n\":3,\"f\":0.5,\"e\":\"y\",\"l\":[\"192.0.2.1\"],\"u\":\"https://x.test/a?b\",\"at\":\"2026-01-01T00:00:00Z\",\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\"h\":\"a-b.test\",\"six\":\"2001:db8::1\",\"more\":[{}]}", &why) == OK,
        "what is right holds, and what the schema does not know may be there (" STR_FMT ")", STR_ARG(why));
    for (size_t i = 0; i < LEN(bad); i++) check(holds(a, s, bad[i].json, &why) == E_INPUT && str_eq(why, str_c(bad[i].why)), "%s is said to be wrong at its place (" STR_FMT ")", bad[i].why, STR_ARG(why));
    for (size_t i = 0; i < LEN(not); i++) {
        SchemaFile f = { S("x.json"), str_c(not[i]) };
        check(schemas_new(a, &f, 1, &s, &why) == E_INPUT && why.n > 0, "'%s' is no schema that is read here: nothing is passed over in silence", not[i]);
    }
    SchemaFile loop = { S("x.json"), S("{\"allOf\":[{\"$ref\":\"x.json\"},{\"$ref\":\"x.json\"}]}") };
    const JVal *doc = NULL;
    must(schemas_new(a, &loop, 1, &s, &why) == OK && json_read(a, S("{}"), 10, &doc, NULL, NULL) == OK);
    check(schema_check(a, s, S("x.json"), doc, &why) == E_LIMIT && schema_check(a, s, S("y.json"), doc, &why) == E_MISSING, "a schema that names itself ends at a limit; one that is not there is missing");
    arena_free(a);
    return tap_end();
}
