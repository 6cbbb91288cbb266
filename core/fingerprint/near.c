/* near.c - the tables: making, adding, looking up. What goes through the lines stands in near_lines.c. */
#include "core/fingerprint/near_in.h"

static const char magic[8] = "ketnear";
enum { ORDER = 0x01020304, DIR_BYTES = NEAR_WORDS * NEAR_KEYS * (int)sizeof(NearBucket), HEAD_BYTES = 4096, BUCKET_UNITS = 3 /* a line of words, two of numbers */ };

/* ---- the places of the bits ---- */

/* Bit (row a, column j) of what is stored is bit (row a + 6j, column j) of the hash: columns turned against each other. */
static Pdq turned(const Pdq *h, int way) {
    static const uint16_t columns[8] = { 0x0101, 0x0808, 0x4040, 0x0202, 0x1010, 0x8080, 0x0404, 0x2020 }; /* by 2m rows: those with 6j = 2m mod 16 */
    uint16_t row[2 * NEAR_WORDS], out[NEAR_WORDS] = { 0 };
    Pdq r = { { 0 } };
    for (int i = 0; i < 2 * NEAR_WORDS; i++) row[i] = near_word(h, i);
    for (int m = 0; m < 8; m++) {
        int by = way > 0 ? 2 * m : (NEAR_WORDS - 2 * m) % NEAR_WORDS;
        for (int a = 0; a < NEAR_WORDS; a++) out[a] |= row[a + by] & columns[m];
    }
    for (int i = 0; i < NEAR_WORDS; i++) r.q[i / 4] |= (uint64_t)out[i] << (16 * (i % 4));
    return r;
}

/* ---- memory ---- */

static size_t hash_bytes(uint64_t capacity) { return ((size_t)capacity + 1) * sizeof(Pdq) + (((size_t)capacity + 1) % 2) * sizeof(Pdq); }

static uint64_t units_for(uint64_t capacity, bool spare) {
    uint64_t lines = capacity * NEAR_WORDS / NEAR_LINE + (uint64_t)NEAR_WORDS * NEAR_KEYS, most = capacity * NEAR_WORDS;
    if (lines > most) lines = most;
    return BUCKET_UNITS * (spare ? 2 * lines + 64 : lines) + 1; /* the first is not used: a place of 0 is none */
}

size_t near_bytes(uint64_t capacity, bool spare) {
    if (capacity > NEAR_MAX || units_for(capacity, spare) > UINT32_MAX) return 0;
    return HEAD_BYTES + DIR_BYTES + hash_bytes(capacity) + (size_t)units_for(capacity, spare) * NEAR_UNIT;
}

static void place(void *memory, uint64_t capacity, Near *out) {
    uint8_t *p = memory;
    out->head = memory;
    out->dir = (NearBucket *)(void *)(p + HEAD_BYTES);
    out->hash = (Pdq *)(void *)(p + HEAD_BYTES + DIR_BYTES);
    out->area = p + HEAD_BYTES + DIR_BYTES + hash_bytes(capacity);
}

size_t near_bytes_used(const Near *n) { return (size_t)(n->area - (uint8_t *)n->head) + (size_t)n->head->units * NEAR_UNIT; }

void near_make(void *memory, uint64_t capacity, bool spare, Near *out) {
    must(near_bytes(capacity, spare) != 0 && (uintptr_t)memory % NEAR_UNIT == 0);
    place(memory, capacity, out);
    *out->head = (NearHead){ .version = NEAR_VERSION, .order = ORDER, .capacity = capacity, .units = 1, .units_max = units_for(capacity, spare) };
    memcpy(out->head->magic, magic, sizeof magic);
}

Err near_view(void *memory, size_t bytes, Near *out, const char **out_why) {
    const NearHead *h = memory;
    const char *why = NULL;
    if (bytes < HEAD_BYTES + DIR_BYTES || (uintptr_t)memory % NEAR_UNIT != 0 || memcmp(h->magic, magic, sizeof magic) != 0) why = "it is no index of hashes";
    else if (h->order != ORDER) why = h->order == __builtin_bswap32(ORDER) ? "it was made on a machine of the other byte order" : "its head is damaged";
    else if (h->version != NEAR_VERSION) why = "it is of another version";
    else if (h->capacity > NEAR_MAX || h->count > h->capacity || h->units == 0 || h->units > h->units_max || h->units_max > UINT32_MAX) why = "its head is damaged";
    else if (bytes < HEAD_BYTES + DIR_BYTES + hash_bytes(h->capacity) + (size_t)h->units * NEAR_UNIT) why = "it is cut off";
    *out_why = why;
    if (why != NULL) return E_INPUT;
    place(memory, h->capacity, out);
    return OK;
}

/* Eight sums side by side. Each step can be undone knowing the word, so that one changed word always changes the sum. */
static uint64_t add_up(const uint8_t *p, size_t n, uint64_t sum) {
    enum { SIDE = 8 };
    uint64_t s[SIDE];
    for (int i = 0; i < SIDE; i++) s[i] = sum + (uint64_t)i * UINT64_C(0x9E3779B97F4A7C15);
    for (; n >= SIDE * 8; n -= SIDE * 8, p += SIDE * 8) {
        uint64_t w[SIDE];
        memcpy(w, p, sizeof w);
        for (int i = 0; i < SIDE; i++) {
            s[i] = (s[i] ^ w[i]) * UINT64_C(0xD6E8FEB86659FD93);
            s[i] ^= s[i] >> 32;
        }
    }
    for (; n > 0; n--, p++) s[0] = (s[0] ^ *p) * UINT64_C(0xD6E8FEB86659FD93);
    for (int i = 0; i < SIDE; i++) {
        sum = (sum ^ s[i]) * UINT64_C(0xFF51AFD7ED558CCD);
        sum ^= sum >> 33;
    }
    return sum;
}

static uint64_t sum_of(const Near *n) {
    uint64_t sum = add_up((const uint8_t *)n->head, offsetof(NearHead, sum), 1);
    return add_up((const uint8_t *)n->head + HEAD_BYTES, near_bytes_used(n) - HEAD_BYTES, sum);
}
void near_seal(Near *n) { n->head->sum = sum_of(n); }
bool near_whole(const Near *n) { return n->head->sum == sum_of(n); }

/* ---- buckets ---- */

static uint32_t lines_of(uint32_t n) { return (n + NEAR_LINE - 1) / NEAR_LINE; }
static uint8_t *words_at(const Near *n, const NearBucket *b) { return n->area + (size_t)b->at * NEAR_UNIT; }
static uint8_t *ids_at(const Near *n, const NearBucket *b) { return words_at(n, b) + (size_t)lines_of(b->n) * NEAR_UNIT; }

static void put(const Near *n, const NearBucket *b, uint32_t at, uint16_t word, uint32_t id) {
    memcpy(words_at(n, b) + (size_t)at * 2, &word, 2);
    memcpy(ids_at(n, b) + (size_t)at * 4, &id, 4);
}

/* Puts hashes from .. to of one table into their buckets, a few at once, so that the memory they go to is on its way. */
static void put_some(const Near *n, int table, const NearBucket *dir, uint32_t *filled, uint64_t from, uint64_t to) {
    enum { AT_ONCE = 64 };
    uint16_t key[AT_ONCE];
    uint32_t at[AT_ONCE];
    must(to - from <= AT_ONCE);
    for (uint64_t i = from; i < to; i++) {
        key[i - from] = near_word(&n->hash[i], table);
        __builtin_prefetch(&filled[key[i - from]], 1);
        __builtin_prefetch(&dir[key[i - from]]);
    }
    for (uint64_t i = from; i < to; i++) {
        const NearBucket *b = &dir[key[i - from]];
        at[i - from] = filled[key[i - from]]++;
        __builtin_prefetch(words_at(n, b) + (size_t)at[i - from] * 2, 1);
        __builtin_prefetch(ids_at(n, b) + (size_t)at[i - from] * 4, 1);
    }
    for (uint64_t i = from; i < to; i++) put(n, &dir[key[i - from]], at[i - from], near_word(&n->hash[i], table + 1), (uint32_t)i);
}

void near_build(Near *n, const Pdq *hashes, uint64_t count, void *work) {
    uint32_t *filled = work;
    must(n->head->count == 0 && count <= n->head->capacity);
    for (uint64_t i = 0; i < count; i++) n->hash[i + 1] = turned(&hashes[i], 1);
    for (int t = 0; t < NEAR_WORDS; t++) {
        NearBucket *dir = n->dir + (size_t)t * NEAR_KEYS;
        for (uint64_t i = 1; i <= count; i++) dir[near_word(&n->hash[i], t)].n++;
        for (size_t k = 0; k < NEAR_KEYS; k++) {
            dir[k].at = (uint32_t)n->head->units;
            n->head->units += (uint64_t)lines_of(dir[k].n) * BUCKET_UNITS;
        }
        must(n->head->units <= n->head->units_max);
        memset(filled, 0, NEAR_BUILD_WORK);
        for (uint64_t i = 1; i <= count; i += 64) put_some(n, t, dir, filled, i, i + 64 <= count + 1 ? i + 64 : count + 1);
    }
    n->head->count = count;
}

Err near_add(Near *n, const Pdq *hash, uint32_t *out_id) {
    NearHead *h = n->head;
    Pdq p = turned(hash, 1);
    uint64_t need = 0;
    if (h->count == h->capacity) return E_LIMIT;
    for (int t = 0; t < NEAR_WORDS; t++) {
        const NearBucket *b = &n->dir[(size_t)t * NEAR_KEYS + near_word(&p, t)];
        if (b->n % NEAR_LINE == 0) need += ((uint64_t)lines_of(b->n) + 1) * BUCKET_UNITS;
    }
    if (need > h->units_max - h->units) return E_LIMIT;
    uint32_t id = (uint32_t)++h->count;
    n->hash[id] = p;
    for (int t = 0; t < NEAR_WORDS; t++) {
        NearBucket *b = &n->dir[(size_t)t * NEAR_KEYS + near_word(&p, t)], old = *b;
        b->n++;
        if (old.n % NEAR_LINE == 0) { /* full: it moves to where there is room for one line more */
            b->at = (uint32_t)h->units;
            h->units += (uint64_t)lines_of(b->n) * BUCKET_UNITS;
            if (old.n > 0) {
                memcpy(words_at(n, b), words_at(n, &old), (size_t)lines_of(old.n) * NEAR_UNIT);
                memcpy(ids_at(n, b), ids_at(n, &old), (size_t)old.n * 4);
            }
        }
        put(n, b, old.n, near_word(&p, t + 1), id);
    }
    *out_id = id;
    return OK;
}

Pdq near_hash(const Near *n, uint32_t id) {
    must(id > 0 && id <= n->head->count);
    return turned(&n->hash[id], -1);
}

bool near_sound(const Near *n) {
    const NearHead *h = n->head;
    for (int t = 0; t < NEAR_WORDS; t++) {
        uint64_t all = 0, ids = 0;
        for (size_t k = 0; k < NEAR_KEYS; k++) {
            const NearBucket *b = &n->dir[(size_t)t * NEAR_KEYS + k];
            if (b->n == 0) continue;
            if (b->at == 0 || (uint64_t)b->at + (uint64_t)lines_of(b->n) * BUCKET_UNITS > h->units) return false;
            all += b->n;
            for (uint32_t i = 0; i < b->n; i++) {
                uint32_t id = 0;
                uint16_t word = 0;
                memcpy(&id, ids_at(n, b) + (size_t)i * 4, 4);
                memcpy(&word, words_at(n, b) + (size_t)i * 2, 2);
                if (id == 0 || id > h->count || near_word(&n->hash[id], t) != k || near_word(&n->hash[id], t + 1) != word) return false;
                ids += id;
            }
        }
        if (all != h->count || ids != h->count * (h->count + 1) / 2) return false;
    }
    return true;
}

/* ---- paths ---- */

bool near_path_here(NearPath path) {
#ifdef KETEN_LANES_X86
    __builtin_cpu_init();
    bool two = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2");
    if (path == NEAR_AVX2) return two;
    if (path == NEAR_AVX512) return two && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
#endif
    return path == NEAR_PLAIN;
}
NearPath near_path_best(void) { return near_path_here(NEAR_AVX512) ? NEAR_AVX512 : near_path_here(NEAR_AVX2) ? NEAR_AVX2 : NEAR_PLAIN; }
const char *near_path_name(NearPath path) {
    static const char *const names[NEAR_PATHS] = { "plain", "AVX2", "AVX-512" };
    must((int)path >= 0 && path < NEAR_PATHS);
    return names[path];
}
typedef struct Way { NearLines *lines; NearRuns *runs; NearClose *close; NearFlat *flat; } Way;
static const Way ways[NEAR_PATHS] = {
    [NEAR_PLAIN] = { near_lines_plain, near_runs_plain, near_close_plain, near_flat_plain },
#ifdef KETEN_LANES_X86
    [NEAR_AVX2] = { near_lines_avx2, near_runs_avx2, near_close_avx2, near_flat_avx2 },
    [NEAR_AVX512] = { near_lines_avx512, near_runs_avx512, near_close_avx512, near_flat_avx512 },
#endif
};
static const Way *way(NearPath path) { return must(near_path_here(path)), &ways[path]; }

/* ---- looking up ---- */

void near_start(NearLook *look) {
    size_t n = 0;
    memset(look, 0, sizeof *look);
    for (uint32_t weight = 0; weight < 4; weight++) { /* words of so many bits */
        look->flips_to[weight] = (uint32_t)n;
        for (uint32_t w = 0; w < NEAR_KEYS; w++)
            if ((uint32_t)__builtin_popcount(w) == weight) look->flips[n++] = (uint16_t)w;
    }
    look->flips_to[4] = (uint32_t)n;
}

typedef struct Ask { const Near *n; NearLines *lines; NearClose *close; NearLook *look; Pdq hash; int radius, t[NEAR_WORDS + 1], from, to; const uint64_t *dead; NearHit *hits; size_t max, *out_n, listed; const Pdq *many; NearMatch *matches; } Ask;

/* Several tables may give the same hash: the first that would counts. */
static bool first(const Ask *q, const Pdq *of, const Pdq *h, int table) {
    for (int i = 0; i < table; i++) {
        int d = __builtin_popcount((unsigned)(near_word(h, i) ^ near_word(of, i))), next = __builtin_popcount((unsigned)(near_word(h, i + 1) ^ near_word(of, i + 1)));
        if (d < q->t[i] && d + next < q->t[i] + q->t[i + 1]) return false;
    }
    return true;
}

static void give_match(Ask *q, uint32_t query, uint32_t id, int distance) {
    if (q->dead != NULL && (q->dead[id / 64] >> (id % 64) & 1) != 0) return;
    if (*q->out_n < q->max) q->matches[*q->out_n] = (NearMatch){ query, id, (uint16_t)distance };
    ++*q->out_n;
}

static void compare(Ask *q, size_t n) {
    NearLook *look = q->look;
    size_t near = q->close(look, q->n->hash, &q->hash, q->many, n, q->radius);
    look->candidates += n;
    for (size_t i = 0; i < near; i++) {
        const Pdq *of = q->many != NULL ? &q->many[look->whose[i]] : &q->hash;
        if (!first(q, of, &q->n->hash[look->id[i]], look->of[i])) continue;
        if (q->many == NULL) near_give(look->id[i], look->distance[i], q->dead, q->hits, q->max, q->out_n);
        else give_match(q, look->whose[i], look->id[i], look->distance[i]);
    }
}

/* Those that the words let through: numbers, then hashes, each fetched ahead. table: of all of them, or -1 when each has its own. */
static void candidates(Ask *q, size_t found, int table) {
    NearLook *look = q->look;
    size_t n = 0;
    for (size_t f = 0; f < found; f++) __builtin_prefetch(q->n->area + (size_t)look->found[f] * NEAR_UNIT + (size_t)__builtin_ctz(look->mask[f]) * 4);
    for (size_t f = 0; f < found; f++) {
        const uint8_t *ids = q->n->area + (size_t)look->found[f] * NEAR_UNIT;
        for (uint32_t m = look->mask[f]; m != 0; m &= m - 1) {
            uint32_t id = 0;
            memcpy(&id, ids + (size_t)__builtin_ctz(m) * 4, 4);
            if (id == 0 || id > q->n->head->count) continue; /* an empty place of the last line */
            __builtin_prefetch(&q->n->hash[id]);
            if (q->many != NULL) __builtin_prefetch(&q->many[look->who[f]]);
            look->id[n] = id;
            look->whose[n] = look->who[f];
            look->of[n++] = table < 0 ? look->table[f] : (uint8_t)table;
            if (n == NEAR_LIST) {
                compare(q, n);
                n = 0;
            }
        }
    }
    compare(q, n);
}

static void through(Ask *q) {
    size_t found = q->lines(q->look, q->n->area, q->listed);
    q->look->lines += q->listed;
    q->listed = 0;
    candidates(q, found, -1);
}

static void bucket(Ask *q, const NearBucket *b, int table, int most) {
    NearLook *look = q->look;
    uint32_t lines = lines_of(b->n);
    uint16_t want = near_word(&q->hash, table + 1);
    for (uint32_t l = 0; l < lines; l++) {
        size_t i = q->listed++;
        look->at[i] = b->at + l;
        look->ids[i] = b->at + lines + 2 * l;
        look->want[i] = want;
        look->most[i] = (uint16_t)most;
        look->of_table[i] = (uint8_t)table;
        __builtin_prefetch(q->n->area + (size_t)look->at[i] * NEAR_UNIT);
        if (q->listed == NEAR_LIST) through(q);
    }
}

/* The tables of one part: together all, none twice. Since `first` gives each hash to one table, the parts together give each once. */
static void tables_of(Ask *q, int part, int parts) {
    must(parts >= 1 && parts <= NEAR_WORDS && part >= 0 && part < parts);
    q->from = part * NEAR_WORDS / parts;
    q->to = (part + 1) * NEAR_WORDS / parts;
}

static void ask(Ask *q, int part, int parts, const Near *n, NearPath path, NearLook *look, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    const Way *w = way(path);
    *q = (Ask){ .n = n, .lines = w->lines, .close = w->close, .look = look, .hash = turned(hash, 1), .radius = radius, .dead = dead, .hits = hits, .max = max, .out_n = out_n };
    must(radius >= 0 && radius <= NEAR_RADIUS_MAX);
    *out_n = 0;
    tables_of(q, part, parts);
    for (int i = 0; i <= NEAR_WORDS; i++) q->t[i] = (radius + 1) / NEAR_WORDS + (i % NEAR_WORDS < (radius + 1) % NEAR_WORDS);
    for (int t = q->from; t < q->to; t++) {
        const NearBucket *dir = n->dir + (size_t)t * NEAR_KEYS;
        uint16_t key = near_word(&q->hash, t);
        uint32_t flips = q->t[t] > 1 ? 17 : q->t[t] > 0 ? 1 : 0; /* those of two and three bits come as they are gone through */
        for (uint32_t f = 0; f < flips; f++) __builtin_prefetch(&dir[key ^ look->flips[f]]);
    }
}

/* Lists all lines of the buckets, and has them fetched. */
static void list(Ask *q) {
    const NearLook *look = q->look;
    for (int t = q->from; t < q->to; t++) {
        const NearBucket *dir = q->n->dir + (size_t)t * NEAR_KEYS;
        uint16_t key = near_word(&q->hash, t);
        for (int weight = 0; weight < q->t[t]; weight++) {
            int most = q->t[t] + q->t[t + 1] - 1 - weight;
            for (uint32_t f = look->flips_to[weight]; f < look->flips_to[weight + 1]; f++) bucket(q, &dir[key ^ look->flips[f]], t, most);
        }
    }
}

void near_find(const Near *n, NearPath path, NearLook *look, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    near_find_part(n, 0, 1, path, look, hash, radius, dead, hits, max, out_n);
}

void near_find_part(const Near *n, int part, int parts, NearPath path, NearLook *look, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    Ask q;
    ask(&q, part, parts, n, path, look, hash, radius, dead, hits, max, out_n);
    list(&q);
    through(&q);
}

/* ---- many at once ---- */

size_t near_bulk_work(size_t count) { return (NEAR_KEYS + 2) * sizeof(uint32_t) + count * sizeof(NearWho) + (count + 2) * sizeof(Pdq); }

/* The questions in the order of one of their words: those with word k stand at order[start[k]] and on, up to start[k + 1]. */
static void by_word(const Pdq *many, size_t count, int table, uint32_t *start, NearWho *order) {
    memset(start, 0, (NEAR_KEYS + 1) * sizeof *start);
    for (size_t i = 0; i < count; i++) start[near_word(&many[i], table)]++;
    for (uint32_t k = 0, at = 0; k <= NEAR_KEYS; k++) {
        at += start[k];
        start[k] = at;
    }
    for (size_t i = count; i > 0; i--) order[--start[near_word(&many[i - 1], table)]] = (NearWho){ (uint32_t)(i - 1), near_word(&many[i - 1], table + 1), 0 };
}

enum { WHO_MAX = 256, RUN_LINES = 16, BUCKETS_AHEAD = 6 };

/* One bucket with those questions, in pieces that fit the list. */
static size_t runs(Ask *q, NearRuns *run, const NearBucket *b, int table, const NearWho *who, size_t n, size_t found) {
    uint32_t all = lines_of(b->n);
    for (uint32_t from = 0; from < all; from += RUN_LINES) {
        uint32_t lines = all - from < RUN_LINES ? all - from : RUN_LINES;
        if (found + n * lines > NEAR_LIST) {
            candidates(q, found, table);
            found = 0;
        }
        found = run(q->look, q->n->area, found, b->at + from, b->at + all + 2 * from, lines, who, n);
        q->look->lines += n * lines;
    }
    return found;
}

/* All questions whose word is so near that of the bucket. */
static size_t bucket_of_many(Ask *q, NearRuns *run, uint32_t key, int table, const uint32_t *start, const NearWho *order, size_t found) {
    NearWho who[WHO_MAX];
    const NearBucket *b = &q->n->dir[(size_t)table * NEAR_KEYS + key];
    uint32_t flips = q->look->flips_to[q->t[table]];
    size_t n = 0;
    for (uint32_t f = 0; f < flips; f++) {
        uint32_t word = key ^ q->look->flips[f];
        for (uint32_t i = start[word]; i < start[word + 1]; i++) {
            who[n] = order[i];
            who[n++].most = (uint16_t)(q->t[table] + q->t[table + 1] - 1 - (f > 0));
            if (n < WHO_MAX) continue;
            found = runs(q, run, b, table, who, n, found);
            n = 0;
        }
    }
    return n > 0 ? runs(q, run, b, table, who, n, found) : found;
}

void near_bulk(const Near *n, NearPath path, NearLook *look, void *work, const Pdq *hashes, size_t count, int radius, const uint64_t *dead, NearMatch *matches, size_t max, size_t *out_n) {
    near_bulk_part(n, 0, 1, path, look, work, hashes, count, radius, dead, matches, max, out_n);
}

void near_bulk_part(const Near *n, int part, int parts, NearPath path, NearLook *look, void *work, const Pdq *hashes, size_t count, int radius, const uint64_t *dead, NearMatch *matches, size_t max, size_t *out_n) {
    const Way *w = way(path);
    Ask q = { .n = n, .lines = w->lines, .close = w->close, .look = look, .radius = radius, .dead = dead, .max = max, .out_n = out_n, .matches = matches };
    must(radius >= 0 && radius <= PDQ_RADIUS && count < UINT32_MAX);
    *out_n = 0;
    tables_of(&q, part, parts);
    for (int i = 0; i <= NEAR_WORDS; i++) q.t[i] = (radius + 1) / NEAR_WORDS + (i % NEAR_WORDS < (radius + 1) % NEAR_WORDS);
    Pdq *many = work;
    uint32_t *start = (uint32_t *)(void *)(many + count + 1);
    NearWho *order = (NearWho *)(void *)(start + NEAR_KEYS + 2);
    for (size_t i = 0; i < count; i++) many[i] = turned(&hashes[i], 1);
    q.many = many;
    for (int t = q.from; t < q.to; t++) {
        const NearBucket *dir = n->dir + (size_t)t * NEAR_KEYS;
        size_t found = 0;
        if (q.t[t] == 0) continue;
        by_word(many, count, t, start, order);
        for (uint32_t k = 0; k < NEAR_KEYS; k++) {
            const NearBucket *next = &dir[k + BUCKETS_AHEAD < NEAR_KEYS ? k + BUCKETS_AHEAD : k];
            for (uint32_t l = 0; l < lines_of(next->n); l++) __builtin_prefetch(words_at(n, next) + (size_t)l * NEAR_UNIT);
            if (dir[k].n > 0) found = bucket_of_many(&q, w->runs, k, t, start, order, found);
        }
        candidates(&q, found, t);
    }
}

void near_scan(const Near *n, NearPath path, const Pdq *hash, int radius, const uint64_t *dead, NearHit *hits, size_t max, size_t *out_n) {
    Pdq h = turned(hash, 1);
    *out_n = 0;
    way(path)->flat(n->hash, 1, n->head->count + 1, &h, radius, dead, hits, max, out_n);
}
