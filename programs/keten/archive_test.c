#include "foundation/base/tap.h"
#include "foundation/sys/sys.h"
#include "programs/keten/archive.h"

#include <fcntl.h>
#include <sys/stat.h>

static char path[] = "/tmp/keten-archive-test-XXXXXX";

static Err write_one(Str pass, Str body) {
    Sealer *s = NULL;
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    must(fd >= 0);
    Err e = sealer_new(fd, pass, (ArchiveCost){ 1, 8192 }, &s);
    if (e == OK) e = archive_head_write(s, S("keten.db"), body.n);
    if (e == OK) e = sealer_put(s, body);
    if (e == OK) e = archive_end_write(s);
    if (e == OK) e = sealer_end(s);
    sealer_free(s);
    close(fd);
    return e;
}

static Err read_one(Arena *a, Str pass, Str want) {
    Opener *o = NULL;
    Str name = STR_NONE;
    uint64_t size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0);
    Err e = opener_new(fd, pass, &o);
    if (e == OK) e = archive_head_read(opener_source(o), a, &name, &size);
    if (e == OK && size != want.n) e = E_INPUT;
    char *p = arena_alloc(a, want.n);
    if (e == OK) e = opener_source(o).take(o, p, want.n);
    if (e == OK && !str_eq((Str){ p, want.n }, want)) e = E_INPUT;
    if (e == OK) e = archive_head_read(opener_source(o), a, &name, &size) == E_MISSING ? OK : E_INPUT;
    if (e == OK) e = opener_end(o);
    opener_free(o);
    close(fd);
    return e;
}

int main(void) {
    sys_start();
    Arena *a = arena_new(64 << 20);
    int fd = mkstemp(path);
    must(fd >= 0);
    close(fd);
    Str body = { arena_alloc(a, 200000), 200000 }, exact = str_sub(body, 0, 65536 - 2 - 8 - 8 - 2);
    check(write_one(S("correct horse"), body) == OK && read_one(a, S("correct horse"), body) == OK, "what was sealed opens with the passphrase");
    check(read_one(a, S("wrong"), body) == E_DENIED, "and not with another");
    struct stat st = { 0 };
    must(stat(path, &st) == 0);
    Str file = STR_NONE;
    must(file_read(a, path, 1 << 20, &file) == OK);
    check(truncate(path, st.st_size - 1) == 0 && read_one(a, S("correct horse"), body) == E_INPUT, "a file cut short by a byte is refused");
    check(truncate(path, 8 + 16 + 16 + 24 + 65536 + 17) == 0 && read_one(a, S("correct horse"), body) == E_INPUT, "so is one cut between two chunks");
    must(file_write(path, file, 0600) == OK);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    must(fd >= 0 && write(fd, "x", 1) == 1);
    close(fd);
    check(read_one(a, S("correct horse"), body) == E_INPUT, "so is one with a byte more");
    char *bent = str_z(a, file);
    bent[100000] ^= 1;
    must(file_write(path, (Str){ bent, file.n }, 0600) == OK);
    check(read_one(a, S("correct horse"), body) == E_INPUT, "so is one with a bit changed");
    check(write_one(S(""), exact) == OK && read_one(a, S(""), exact) == OK, "a content that fills its chunk exactly comes back");
    must(file_write(path, S("no backup at all"), 0600) == OK);
    check(read_one(a, S(""), body) == E_INPUT, "another file is no backup");
    check(archive_name_ok(S("blobs/ab/cdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcd")) && !archive_name_ok(S("../keten.db")) && !archive_name_ok(S("storage.key")) && !archive_name_ok(S("signing.key")) &&
          !archive_name_ok(S("blobs/ab/../../../../../../../../../../../../../../../../../../../../../etc")), "names are of the known forms; the two secrets are not among them");
    unlink(path);
    arena_free(a);
    return tap_end();
}
