// peer_faiss.cc - see peer.h. The second kind is the index that the public service (HMA) makes: numbers over sixteen tables of sixteen bits, of which those one bit away are looked at too.
#include "bench/peer.h"

#include <algorithm>
#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <new>
#include <omp.h>

namespace {
enum { BITS = 256, TABLES = 16, KEY = 16, WITHIN = 32 };  // faiss gives what is nearer than this
}

const char *peer_name(int kind) { return kind == PEER_FLAT ? "faiss, flat" : "faiss, 16 tables of 16 bits, 1 flip (as HMA)"; }

void *peer_make(int kind, const uint8_t *hashes, size_t n) {
    omp_set_num_threads(1);
    try {
        faiss::IndexBinary *index;
        if (kind == PEER_FLAT) {
            index = new faiss::IndexBinaryFlat(BITS);
        } else {
            auto *hash = new faiss::IndexBinaryMultiHash(BITS, TABLES, KEY);
            hash->nflip = 1;
            index = hash;
        }
        index->add(static_cast<faiss::IndexBinary::idx_t>(n), hashes);
        return index;
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

size_t peer_find(void *index, const uint8_t *hash, int64_t *out, size_t max) {
    faiss::RangeSearchResult found(1);
    static_cast<faiss::IndexBinary *>(index)->range_search(1, hash, WITHIN, &found);
    size_t n = found.lims[1];
    std::copy_n(found.labels, std::min(n, max), out);
    return n;
}

void peer_free(void *index) { delete static_cast<faiss::IndexBinary *>(index); }
