/* look.c - one look from start to end: the page is opened, its requests are answered until it is quiet or a bound is reached, then its text and its
 * picture are taken. */
#include "foundation/base/enc.h"
#include "programs/capture/capture.h"
#include "programs/common/program.h"

#include <poll.h>

enum { QUIET_MS = 700, STEP_MS = 40, CALL_MS = 20000, START_MS = 30000, WIDTH = 1280, HEIGHT_MAX = 8000, SHOT_MAX = 24 << 20 };

static void on_event(Look *k, const JVal *m) {
    Str method = jstr(m, "method");
    const JVal *params = jget(m, "params");
    if (str_eq(method, S("Fetch.requestPaused"))) on_paused(k, params);
    else if (str_eq(method, S("Page.loadEventFired"))) k->loaded = true;
    else if (str_eq(method, S("Inspector.targetCrashed")) || str_eq(method, S("Target.targetCrashed"))) k->crashed = true;
    else if (str_eq(method, S("Page.javascriptDialogOpening"))) (void)cdp_send(&k->b, k->session, "Page.handleJavaScriptDialog", S("{\"accept\":false}"));
}

/* Nobody waits for it any more. */
static bool given_up(const Look *k) {
    struct pollfd p = { .fd = k->asker, .events = POLLRDHUP };
    return program_stopping() || (poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0);
}

/* Everything that is ready: messages of the browser, answers of the fetch process. False: one of them is gone. */
static bool turn(Look *k, int wait_ms) {
    const JVal *m = NULL;
    uint32_t id = 0;
    NetGot got;
    bool busy = net_many_under_way(k->net) > 0;
    arena_reset(k->turn);
    Err e = cdp_next(&k->b, k->turn, busy ? 5 : wait_ms, &m);
    if (e == E_OUTSIDE || k->crashed) return false;
    if (e == OK) {
        k->quiet_since = sys_mono_ms();
        if (jint(m, "id", 0) != 0 && jint(m, "id", 0) == k->reply) {
            k->result = jget(m, "result");
            k->failed = k->result == NULL;
            k->reply = 0;
            return true;
        }
        on_event(k, m);
    }
    if (busy && net_many_turn(k->net, 0) != OK) return false;
    while (busy && net_many_next(k->net, k->life, &id, &got) == OK) {
        k->quiet_since = sys_mono_ms();
        on_answer(k, id, &got);
    }
    return true;
}

/* Asks the browser and waits for its answer, which lives until the next turn. NULL: none, or a refusal. */
static const JVal *call(Look *k, Str session, const char *method, Str params) {
    int64_t until = sys_mono_ms() + CALL_MS;
    k->reply = cdp_send(&k->b, session, method, params);
    k->result = NULL;
    if (k->reply == 0) return NULL;
    while (k->reply != 0 && sys_mono_ms() < until)
        if (!turn(k, STEP_MS)) return NULL;
    k->reply = 0;
    return k->result;
}

static Str json_text(Arena *a, Str s) {
    Buf b = buf_new(s.n * 6 + 64);
    Json j = json_to(&b, false);
    json_arr(&j);
    json_str(&j, s);
    json_end_arr(&j);
    Str out = str_sub(str_dup(a, buf_str(&b)), 1, b.n - 2);
    buf_free(&b);
    return out;
}

static bool open_page(Look *k) {
    int64_t until = sys_mono_ms() + START_MS;
    const JVal *v = NULL;
    while ((v = call(k, STR_NONE, "Browser.getVersion", STR_NONE)) == NULL && !k->b.ended && sys_mono_ms() < until) continue;
    if (v == NULL) return false;
    Str product = str_lower(k->life, jstr(v, "product"));
    size_t at = 0;
    k->browser = str_chr(product, '/', &at) ? str_fmt(k->life, "chromium" STR_FMT, STR_ARG(str_sub(product, at, 40))) : S("chromium");
    (void)call(k, STR_NONE, "Browser.setDownloadBehavior", S("{\"behavior\":\"deny\"}"));
    v = call(k, STR_NONE, "Target.createTarget", S("{\"url\":\"about:blank\"}"));
    Str target = v != NULL ? str_dup(k->life, jstr(v, "targetId")) : STR_NONE;
    v = target.n > 0 ? call(k, STR_NONE, "Target.attachToTarget", str_fmt(k->life, "{\"targetId\":" STR_FMT ",\"flatten\":true}", STR_ARG(json_text(k->life, target)))) : NULL;
    if (v == NULL) return false;
    k->session = str_dup(k->life, jstr(v, "sessionId"));
    v = call(k, k->session, "Page.getFrameTree", STR_NONE);
    k->frame = v != NULL ? str_dup(k->life, jstr(jget(jget(v, "frameTree"), "frame"), "id")) : STR_NONE;
    /* pictures drawn by script are pictures too */
    Str canvas = S("{\"source\":\"(()=>{const n=()=>null;HTMLCanvasElement.prototype.getContext=n;HTMLCanvasElement.prototype.transferControlToOffscreen=n;try{delete window.OffscreenCanvas}catch(e){}})()\"}");
    return k->frame.n > 0 && call(k, k->session, "Fetch.enable", S("{\"patterns\":[{\"urlPattern\":\"*\",\"requestStage\":\"Request\"}]}")) != NULL && call(k, k->session, "Page.enable", STR_NONE) != NULL &&
        call(k, k->session, "Network.enable", S("{\"maxTotalBufferSize\":0,\"maxResourceBufferSize\":0}")) != NULL && call(k, k->session, "Network.setBypassServiceWorker", S("{\"bypass\":true}")) != NULL &&
        call(k, k->session, "Network.setCacheDisabled", S("{\"cacheDisabled\":true}")) != NULL && call(k, k->session, "Page.addScriptToEvaluateOnNewDocument", canvas) != NULL;
}

/* Until nothing was asked or answered for a while, or a bound is reached. */
static bool load(Look *k) {
    Str go = str_fmt(k->life, "{\"url\":" STR_FMT "}", STR_ARG(json_text(k->life, k->ask.url)));
    k->quiet_since = sys_mono_ms();
    if (cdp_send(&k->b, k->session, "Page.navigate", go) == 0) return false;
    for (;;) {
        int64_t now = sys_mono_ms();
        bool waits = net_many_under_way(k->net) > 0;
        if (now >= k->deadline) break;
        if (k->loaded && !waits && now - k->quiet_since >= QUIET_MS) break;
        if (!waits && k->made > 0 && now - k->quiet_since >= 5 * QUIET_MS) break; /* it never says that it is loaded */
        if (given_up(k) || !turn(k, STEP_MS)) return false;
    }
    if (sys_mono_ms() >= k->deadline) k->ended = "time";
    if (k->ended == NULL) k->ended = "quiet";
    k->closing = true;
    refuse_all(k);
    return true;
}

static void read_text(Look *k, Str *title, Str *text) {
    const JVal *v = call(k, k->session, "Page.createIsolatedWorld", str_fmt(k->life, "{\"frameId\":" STR_FMT "}", STR_ARG(json_text(k->life, k->frame))));
    int64_t world = v != NULL ? jint(v, "executionContextId", 0) : 0;
    if (world == 0) return;
    v = call(k, k->session, "Runtime.evaluate", str_fmt(k->life, "{\"contextId\":%lld,\"returnByValue\":true,\"timeout\":3000,\"expression\":\"({t:document.title.slice(0,500),x:(document.body?document.body.innerText:'').slice(0,200000)})\"}", (long long)world));
    const JVal *value = v != NULL ? jget(jget(v, "result"), "value") : NULL;
    if (value == NULL) return;
    *title = str_dup(k->life, jstr(value, "t"));
    *text = str_dup(k->life, str_utf8_cut(jstr(value, "x"), BROWSE_TEXT_MAX - 1024));
}

static Str take_picture(Look *k) {
    const JVal *v = call(k, k->session, "Page.getLayoutMetrics", STR_NONE);
    const JVal *height = v != NULL ? jget(jget(v, "cssContentSize"), "height") : NULL;
    int64_t h = height == NULL ? 0 : height->type == J_REAL ? (int64_t)height->f : height->i;
    Str png = STR_NONE;
    if (h < 600) h = 600;
    if (h > HEIGHT_MAX) {
        look_left(k, k->ask.url, S("screenshot"), "below_its_height");
        h = HEIGHT_MAX;
    }
    v = call(k, k->session, "Page.captureScreenshot", str_fmt(k->life, "{\"format\":\"png\",\"captureBeyondViewport\":true,\"optimizeForSpeed\":false,\"clip\":{\"x\":0,\"y\":0,\"width\":%d,\"height\":%lld,\"scale\":1}}", WIDTH, (long long)h));
    if (v == NULL || b64_dec(k->life, jstr(v, "data"), &png) != OK || png.n > SHOT_MAX) return STR_NONE;
    return png;
}

void look_run(Look *k, BrowseSaid *out) {
    Str title = STR_NONE, text = STR_NONE, shot = STR_NONE;
    *out = (BrowseSaid){ .error = S("browser_ended") };
    k->deadline = sys_mono_ms() + k->ask.seconds_max * 1000LL;
    bool good = open_page(k) && load(k);
    if (good && k->ask.mode != BROWSE_HASH) {
        read_text(k, &title, &text);
        shot = take_picture(k);
        if (shot.n == 0) look_left(k, k->ask.url, S("screenshot"), "browser");
    }
    out->browser = k->browser;
    if (!good) return;
    (void)cdp_send(&k->b, STR_NONE, "Browser.close", STR_NONE);
    look_keep(k, title, text, shot, out);
}
