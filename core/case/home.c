/* home.c - what waits for a person outside of cases. */
#include "core/case/home.h"
#include "core/step/step.h"

Err home_waits(Ctx *c, const UiCtx *ui, Html *out) {
    enum { WAITS_BYTES = 1 << 20 };
    Buf b = buf_new(WAITS_BYTES);
    Err err = OK;
    for (size_t i = 0; err == OK && i < c->app->home_n; i++) err = c->app->home[i].html(c, ui, &b);
    if (err == OK) err = buf_err(&b);
    if (err == OK) *out = (Html){ str_dup(ui->a, buf_str(&b)) };
    buf_wipe(&b);
    return err;
}
