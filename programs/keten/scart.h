/* scart.h - the CSV exports of SCART (AbuseIO, a tool of hotlines) as rows: what an address is, what became of it, who was asked.
 *
 * Facts from the tool's own source (AbuseIO/SCART-application): a semicolon after every value, the last one too; values in double
 * quotes with backslashes before quotes and backslashes (PHP addslashes), or bare in the reports with chosen columns; names of columns
 * in the first line, spelled in two ways. Exports "classified", "whois", "ntd", "ntdclosed", the reports, and the older ones of its
 * first version hold addresses; "all" and anonymous reports hold none. Pure: text in, views into the arena out.
 */
#ifndef KETEN_SCART_H
#define KETEN_SCART_H
#include "foundation/base/base.h"

enum { SCART_BYTES_MAX = 256 << 20, SCART_WRONG_MAX = 1000 };

/* What is left to do about an address: still to be judged; judged illegal and followed; seen gone, and there never looked at again;
 * nothing (not illegal, set aside, a double). */
typedef enum ScartFate { SCART_JUDGE, SCART_FOLLOW, SCART_GONE, SCART_DROP, SCART_FATES } ScartFate;
typedef struct ScartRow {
    size_t line;
    ScartFate fate;
    Str url, number, status, classification, source;
    Str seen_first, asked_first, seen_last;     /* as they stand there */
    Str holder, country /* as written: a code or a name */, mail;
} ScartRow;
typedef struct ScartWrong { size_t line; const char *why; } ScartWrong;
typedef struct ScartFile {
    const char *kind;                           /* classified, whois, ntd, ntdclosed, all, report */
    bool addresses;
    ScartRow *rows; size_t n;
    ScartWrong *wrong; size_t wrong_n;          /* lines that were left out; at most SCART_WRONG_MAX are kept */
    size_t lines_wrong;                         /* how many there were */
} ScartFile;
/* E_INPUT when the first line is none of SCART's; *out_why says so then. */
Err scart_read(Arena *a, Str text, ScartFile *out, const char **out_why) NODISCARD;
#endif
