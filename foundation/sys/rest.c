/* rest.c - a process that has nothing to do gives its memory back. */
#include "foundation/sys/sys.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>

enum { REST_MS = 5000 };

/* Code and constants of one file that is mapped here. Parts that may be written are left alone, also where writing was forbidden since (relocated tables). */
static int drop(struct dl_phdr_info *of, size_t size, void *arg) {
    uintptr_t page = (uintptr_t)getpagesize();
    (void)size;
    (void)arg;
    for (size_t i = 0; i < of->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &of->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || (p->p_flags & PF_W) != 0) continue;
        uintptr_t from = (of->dlpi_addr + p->p_vaddr) / page * page, to = (of->dlpi_addr + p->p_vaddr + p->p_filesz + page - 1) / page * page;
        (void)madvise((void *)from, to - from, MADV_DONTNEED); /* still the same bytes of the same file, when they are touched */
    }
    return 0;
}

void sys_rest(void) {
    (void)malloc_trim(0);
    (void)dl_iterate_phdr(drop, NULL);
}

void sys_idle(SysIdle *i, bool idle) {
    int64_t now = sys_mono_ms();
    if (!idle || i->since_ms == 0) *i = (SysIdle){ .since_ms = now };
    if (i->rested || now - i->since_ms < REST_MS) return;
    i->rested = true;
    sys_rest();
}
