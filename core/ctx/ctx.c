#include "core/ctx/ctx.h"

const char *role_name(uint32_t one_role) {
    static const char *const names[] = { "public", "victim", "platform", "worker", "lead", "analyst", "inspector", "admin", "system" };
    for (size_t i = 0; i < LEN(names); i++)
        if (one_role == 1u << i) return names[i];
    return "none";
}

Id ctx_new_id(Ctx *c) {
    Id id = ID_NONE;
    c->app->random(c->app->random_ctx, id.b, sizeof id.b);
    return id;
}

Err ctx_refuse(Ctx *c, Err err, const char *field, const char *msgid) {
    if (c->fail.msgid == NULL) c->fail = (Fail){ .field = field, .msgid = msgid };
    return err;
}
