/* gate_http.h - the gate over HTTP: libmicrohttpd in one thread, over a socket that listens already.
 *
 * POST /api/v1/gate, GET /api/v1/gate (is it ready, and the limits). What is no small JSON with a key is answered from the head alone,
 * and the connection closed: not a byte of the body is read. Bodies stay in memory, at most GATE_BODY_MAX. Large questions
 * are answered a slice at a time, so that small ones wait a few milliseconds at most. Source: RFC 9110, RFC 6750 §2.1, RFC 6585 §4.
 */
#ifndef KETEN_GATE_HTTP_H
#define KETEN_GATE_HTTP_H
#include "programs/gate/desk.h"

enum { GATE_CONNECTIONS_MAX = 1000, GATE_CONNECTIONS_ADDRESS_MAX = 200, GATE_REQUEST_MS = 15000, GATE_IDLE_MS = 60000, GATE_CROWDED_IDLE_MS = 5000, GATE_SLICE = 64 };
typedef struct GateHttp GateHttp;
/* clock: what the civil time is, for ends of keys and consent. E_OUTSIDE: the library does not start. */
Err gate_http_open(Desk *d, int listen_fd, SysClock clock, GateHttp **out) NODISCARD;
/* One round: what came is answered; waits until something comes, at most wait_ms. */
void gate_http_round(GateHttp *h, int wait_ms);
/* No new callers from now on; true when nobody is being answered any more. */
bool gate_http_drain(GateHttp *h);
void gate_http_close(GateHttp *h);
#endif
