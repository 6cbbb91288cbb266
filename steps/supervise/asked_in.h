/* asked_in.h - inside the questions of steps/supervise only. */
#ifndef KETEN_ASKED_IN_H
#define KETEN_ASKED_IN_H
#include "steps/supervise/asked.h"
#include "steps/supervise/supervise_in.h"

enum { LOG_WAITS_MAX = 100000, ASKED_REPORTS_MAX = 600 };
/* Reports of the person's own organisation that share a day with the window, newest period first; code empty: of all platforms, and then only what is
 * said of no category or of all together. */
Err asked_reports(Ctx *c, Arena *a, const Law *law, Str code, Date from, Date to, AskReports *out) NODISCARD;
Err asked_report_period(Ctx *c, Str code, Date *out_from, Date *out_to) NODISCARD; /* of the newest report; E_MISSING: none */
/* Notices of the person's own organisation asked in the window, without those withdrawn or not delivered; by holder. code empty: all. */
Err log_waits(Ctx *c, Str code, UnixMs from, UnixMs to, LogWait **out, size_t *out_n) NODISCARD;
/* Items that a holder said, in the window, it removed or blocked. flagger: those asked in a form that a trusted flagger uses. */
typedef struct LogItem { Str holder; int64_t items, flagger; } LogItem;
Err log_items(Ctx *c, UnixMs from, UnixMs to, LogItem **out, size_t *out_n) NODISCARD;
/* Places proven gone for the first time in the window, and of these seen online again within 30 days after that. */
typedef struct BackRow { Str platform; int64_t gone, back;
    int64_t same_photo; /* of these: within 30 days a place on the same platform came into a case with a photo that a person judged the same (print_match) */
    int64_t printed;    /* of these: in a case with a fingerprint in force, without which a photo cannot be found again */
    int64_t same_case;  /* of these: within 30 days another place on the same platform came into the same case */
} BackRow;
Err log_back(Ctx *c, Str code, UnixMs from, UnixMs to, BackRow **out, size_t *out_n) NODISCARD;

/* Log-rank test (Mantel, Cancer Chemotherapy Reports 50, 1966), strata added up. first: in the group whose decisions are counted. */
typedef struct LogRankObs { int64_t ms; bool event, first; } LogRankObs;
typedef struct LogRank { double observed, expected, variance; } LogRank;
void logrank_add(LogRankObs *o /* sorted in place */, size_t n, LogRank *sum);
double logrank_p(const LogRank *r);
#endif
