/* account.h - the yearly account: what was asked, what came, what stayed silent, per offence, platform and body; recomputed from the
 * record by anyone who has it. Every table is one query (shown on its page); every figure carries the count behind it.
 *
 * Two readers. Those who may query see whole numbers. The public sees them with small cells hidden: a count of people or of
 * requests below SMALL is hidden, and where one hidden cell could be worked out from the total of its column, or from the count
 * that it is a part of, others are hidden with it (complementary suppression), so that no sum gives one away. A median of fewer
 * than SMALL is hidden too, and one whose number would give a hidden count away. Commitments of bodies are about no person.
 * Missing is printed as missing, never as zero. Sources: UAVG 24; the letter's recommendation 6; law.md §6 "Yearly account".
 */
#ifndef KETEN_ACCOUNT_H
#define KETEN_ACCOUNT_H
#include "core/case/request.h"
#include "core/law/law.h"
#include "core/step/step.h"

extern const Step account_step;

enum { ACCOUNT_SMALL = 10, ACCOUNT_COLS = 10, ACCOUNT_ROWS_MAX = 8192, ACCOUNT_YEAR_FIRST = 2015, ACCOUNT_YEAR_LAST = 2100 };

typedef enum ColKind { COL_COUNT, COL_MEDIAN } ColKind;
typedef struct AccountCol {
    const char *id;
    const char *word;     /* msgid */
    const char *meaning;  /* msgid: the data dictionary */
    ColKind kind;
    const char *part_of;  /* id of the count that this one is a part of, when the parts nearly add up to it; NULL: none */
    const char *rests[2]; /* of a median: ids of the counts that it rests on, so that its number gives none of them away */
} AccountCol;
typedef enum KeyKind { KEY_OFFENCE, KEY_HOLDER, KEY_AUTHORITY, KEY_CODE, KEY_DUTY } KeyKind;
typedef struct AccountTable {
    const char *id;
    const char *title;    /* msgid */
    const char *key_word; /* msgid */
    KeyKind key;
    bool total;
    const AccountCol *cols;
    size_t cols_n;
    const char *sql;
    bool bodies;          /* what bodies promised: no person is in it, so nothing is hidden */
} AccountTable;
extern const AccountTable account_tables[]; /* ended by id NULL */

typedef struct AccountCell { bool known; double value; int64_t behind; bool hidden; } AccountCell; /* behind: how many a median rests on; for a count the count */
typedef struct AccountRow { Str key; AccountCell cell[ACCOUNT_COLS]; } AccountRow;
typedef struct AccountFigures { const AccountTable *table; AccountRow *rows; size_t n; AccountRow total; } AccountFigures;
typedef struct Account { int year; int64_t acts /* the record's length it was counted from */; AccountFigures *tables; size_t n; } Account;

/* Counts everything; whole numbers, nothing hidden. */
Err account_count(Ctx *c, int year, Account *out) NODISCARD;
/* Hides small cells for the public. */
void account_hide(Account *acc);
/* From what was last counted and hidden (E_MISSING: never), and the other way. */
Err account_load(Ctx *c, int year, Account *out) NODISCARD;
Err account_keep(Ctx *c, const Account *acc) NODISCARD;

/* The same bytes each time for the same figures. */
void account_csv(const Account *acc, Buf *out);
void account_json(const Account *acc, Buf *out);
void account_dictionary(const UiCtx *ui, Buf *out); /* CSV: table, column, kind, meaning */
/* The whole account as one page of HTML, for a file. */
void account_html(Ctx *c, const UiCtx *ui, const Account *acc, Buf *out);

Str account_key_word(Ctx *c, const UiCtx *ui, const AccountTable *t, Str key);
const AccountFigures *account_table(const Account *acc, const char *id);
#endif
