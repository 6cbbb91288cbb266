/* home.h - what waits for a person outside of cases, for the top of the page where their work begins. The rooms say what: HomePart of
 * core/step/step.h. Part of core/case.
 */
#ifndef KETEN_HOME_H
#define KETEN_HOME_H
#include "core/ctx/ctx.h"
#include "foundation/ui/ui.h"

/* Every room's part, one under the other; empty when nothing waits. In the request's arena. */
Err home_waits(Ctx *c, const UiCtx *ui, Html *out) NODISCARD;
#endif
