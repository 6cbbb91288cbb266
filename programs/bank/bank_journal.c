/* bank_journal.c - a bank that follows a journal kept elsewhere: its lines carry the numbers of the journal's changes. */
#include "programs/bank/bank_in.h"

#include <stdlib.h>

uint64_t bank_journal_at(const Bank *b) { return b->lines == 0 ? 0 : bank_line(b, b->lines).ref; }

/* Numbers rise from line to line, so the line of one is found by halving. */
static uint32_t line_of(const Bank *b, uint64_t ref) {
    uint32_t low = 1, high = b->lines;
    while (low <= high && high > 0) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t r = bank_line(b, middle).ref;
        if (r == ref) return middle;
        if (r < ref) low = middle + 1;
        else high = middle - 1;
    }
    return 0;
}
uint32_t bank_journal_entry(const Bank *b, uint64_t ref) {
    uint32_t n = ref == 0 ? 0 : line_of(b, ref);
    return n != 0 && bank_state(b, n) != STATE_NO_ENTRY ? n : 0;
}

/* The entry that a step changes: on the record, or earlier among these steps. 0: none (it was left out when its key was gone). */
static uint32_t changed(const Bank *b, const BankLine *lines, size_t n, uint32_t first, uint64_t of) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lines[middle].ref == of) return lines[middle].kind == BANK_ADD ? first + (uint32_t)middle : 0;
        if (lines[middle].ref < of) low = middle + 1;
        else high = middle;
    }
    return bank_journal_entry(b, of);
}

Err bank_journal(Bank *b, const BankStep *steps, size_t n) {
    BankLine *lines = calloc(n + 1, sizeof *lines);
    Err e = lines != NULL ? bank_begin(b) : E_OUTSIDE;
    bool locked = e == OK;
    size_t k = 0;
    uint32_t first = b->lines + 1;
    uint64_t at = locked ? bank_journal_at(b) : 0;
    if (e == OK && b->lines > 0 && at == 0) e = E_DENIED;
    for (size_t i = 0; e == OK && i < n; i++) {
        BankLine l = steps[i].line;
        if (l.ref <= at) continue; /* it has that already */
        at = l.ref;
        if (l.kind == BANK_ADD) l.entry = first + (uint32_t)k;
        else if (l.kind != BANK_PASSED) l.entry = changed(b, lines, k, first, steps[i].of);
        if (l.kind == BANK_ADD && bank_refusal(&l) != NULL) e = E_INPUT;
        lines[k++] = l.entry != 0 ? l : (BankLine){ .kind = BANK_PASSED, .ref = l.ref, .at = l.at };
    }
    if (e == OK && k > 0) e = bank_append(b, lines, k);
    if (locked) e = bank_end(b, e);
    free(lines);
    return e;
}
