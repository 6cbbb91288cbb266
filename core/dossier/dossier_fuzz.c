/* Hostile dossiers: whatever the bytes are, an answer comes, and one of the good bytes' own. The first byte chooses: raw bytes, or
 * changes to a whole dossier: where (3 bytes, big-endian) and to what (1 byte), again and again. */
#include "core/dossier/testbag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static TestBag bag;
    static Str zip;
    static NoteKey key;
    if (zip.p == NULL) {
        Arena *life = arena_new(64 << 20);
        seal_start();
        zip = tb_make(&bag, life);
        must(note_key_parse(life, bag.vkey, &key) == OK);
    }
    if (size > 65536 || size == 0) return 0;
    Arena *a = arena_new(256 << 20);
    DossierReport r;
    DossierSeal s;
    Str raw = str_bytes(data + 1, size - 1), bytes = raw;
    if (data[0] & 1) {
        char *p = str_z(a, zip);
        for (size_t i = 0; i + 4 <= raw.n; i += 4) {
            size_t at = (size_t)(uint8_t)raw.p[i] << 16 | (size_t)(uint8_t)raw.p[i + 1] << 8 | (uint8_t)raw.p[i + 2];
            p[at % zip.n] = raw.p[i + 3];
        }
        bytes = (Str){ p, zip.n };
    }
    dossier_verify(a, bytes, &key, &r);
    must(r.n > 0 && (str_eq(bytes, zip) ? r.failed == 0 : r.failed > 0));
    if (dossier_seal_parse(a, raw, &s) == OK) must(s.id.n > 0 && s.payload_files >= 0);
    arena_free(a);
    return 0;
}
