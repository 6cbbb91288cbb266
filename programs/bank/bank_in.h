/* bank_in.h - inside programs/bank. */
#ifndef KETEN_BANK_IN_H
#define KETEN_BANK_IN_H
#include "programs/bank/bank.h"

enum { BANK_DUE_AT = 65536, LINE_BYTES = 128, HEAD_MAGIC = 0x4B42414E /* KBAN */, RECORD_VERSION = 1 };

/* ---- bank_line.c: lines as bytes ---- */
void line_put(const BankLine *l, uint64_t before, uint8_t out[LINE_BYTES]);
Err line_read(const uint8_t in[LINE_BYTES], uint64_t before, BankLine *out) NODISCARD; /* E_INPUT: not whole, or not behind that one */
uint64_t line_sum(const uint8_t in[LINE_BYTES]);                 /* what the next is chained to */
void head_put(uint64_t committed, uint8_t out[LINE_BYTES]);
Err head_read(const uint8_t in[LINE_BYTES], uint64_t *out_committed, const char **out_why) NODISCARD;

/* ---- bank_index.c: what the lines become ---- */
typedef struct Side { Near near; void *memory; size_t bytes; uint64_t *dead; bool file; } Side; /* one index and its withdrawn ones */
typedef struct Keys { uint32_t *slots, n, used; } Keys; /* open addressing, entries; n is a power of two, or 0 */
typedef struct Finder {
    Side base, since;
    Side next;                 /* twice since: filled beside it, a few hashes with each that comes, so that nobody waits while it grows */
    Side old;                  /* a since that was outgrown, given back to the system piece by piece */
    uint32_t *entry_of;        /* PDQ hashes, 1.. : base first, then since */
    uint32_t hashes, hashes_cap;
    uint32_t *hash_of;         /* entries: its number among those, or 0 */
    Keys keys, keys_old;       /* exact keys; those of the old table behind keys_moved still stand there */
    uint32_t keys_moved;
    NearLook *look;
    uint64_t index_inode, index_device; /* of the file that was looked at last; 0: none was there */
    uint32_t looked_at;        /* hashes there were when a newer index was last looked for */
} Finder;
struct Bank {
    Arena *a;
    const char *dir;
    int fd;
    bool write;
    uint8_t *map;              /* the record */
    size_t map_bytes;          /* more than there is, so that it is mapped anew seldom */
    size_t record_bytes;       /* there were at the last look */
    const uint8_t *struck;     /* NULL: that bank has none (bank_struck.c) */
    uint32_t lines;            /* folded */
    uint64_t sum;              /* of the last folded */
    uint8_t *state;            /* by line, 1..; BankState */
    uint32_t state_cap;
    Finder f;
    uint32_t due_at;           /* so many since the index was made, and it is made anew */
    Str note;
    uint32_t *counts;          /* by entry; NULL: not mapped */
    size_t counts_n;
    bool counts_write;
};
void counts_close(Bank *b);

/* ---- bank.c: for those who write ---- */
enum { BANK_AGREE_MAX = 64 };
Err bank_begin(Bank *b) NODISCARD;                               /* takes the lock, and in what others wrote */
Err bank_end(Bank *b, Err e) NODISCARD;                          /* lets go of it; returns e */
Err bank_append(Bank *b, const BankLine *lines, size_t n) NODISCARD; /* all of them, durable, or none */
/* Entries not removed that are within the distance, of both indexes or of the exact keys. */
void near_entries(Bank *b, BankSignal signal, const uint8_t hash[32], int radius, BankHit *hits, size_t max, size_t *out_n);
/* ---- bank_struck.c ---- */
void struck_map(Bank *b);
void struck_unmap(Bank *b);
bool struck(const Bank *b, uint64_t ref);
bool struck_appeared(const Bank *b);                             /* there is one that was not there when this was opened */
/* ---- bank_keys.c: exact keys ---- */
void keys_add(Bank *b, uint32_t entry, const uint8_t hash[32]);
void keys_find(const Bank *b, BankSignal signal, const uint8_t hash[32], BankHit *hits, size_t max, size_t *out_n);
void keys_free(Finder *f);
/* ---- bank_agree.c: the lines that follow from these being added (their entry is set); *out is the caller's to free ---- */
Err agreements(Bank *b, const BankLine *add, size_t n, const uint32_t *slots, uint32_t mask, BankLine **out, size_t *out_n) NODISCARD;
/* Where to begin looking for this hash among the lines of one time. */
static inline uint32_t bank_slot(const BankLine *l, uint32_t mask) {
    uint64_t h = 0;
    memcpy(&h, l->hash + 4, sizeof h);
    return (uint32_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & mask;
}

static inline const uint8_t *line_at(const Bank *b, uint32_t number) { return b->map + (size_t)number * LINE_BYTES; }
/* After the record was folded. E_CONFLICT, and nothing done, when the index is ahead of it: fold again. last: make it anew instead (the record was put back from a backup). */
Err finder_open(Bank *b, bool last) NODISCARD;
Err finder_add(Bank *b, uint32_t entry, const BankLine *l) NODISCARD;
void finder_remove(Bank *b, uint32_t entry);
void finder_close(Finder *f);
Err finder_save(Bank *b) NODISCARD;                              /* writes the index anew and uses it */
bool finder_due(const Bank *b);
Err finder_refresh(Bank *b) NODISCARD;                           /* for who only reads: uses a newer index when somebody wrote one */
#endif
