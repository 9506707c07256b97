// The allocator: counts memory, and refuses what is over the limit.
#include <stdlib.h>
#include "internal.h"

// Lua tries a refused allocation a second time after a full collection: only then, or if no collection could help, is memory
// really out. From then on the hook
// strikes at every instruction, so that no pcall in the script holds the machine at its limit.
static void *refuse(lk_host *h, size_t old, size_t new) {
    int hopeless = new > h->scope.most_memory || (h->failed_old == old && h->failed_new == new);
    // In the middle of a collection there is no second time: the place is noted at the first.
    if (!h->scope.out_of_memory && h->run && h->depth) lk_capture(h, h->run->L, 0, 0);
    if (hopeless && !h->scope.out_of_memory) {
        h->scope.out_of_memory = 1;
        if (h->run && h->depth) {
            h->struck = 1;
            lk_apply(h, h->run->L);
        }
    }
    h->failed_old = old;
    h->failed_new = new;
    return NULL;
}

/// Whether a block is the stack of the running state, which is about to grow beyond its bound. The interpreter's own bound is 20 times
/// that.
static int overflows(lk_host *h, size_t new) {
    enum { SLOT = 2 * sizeof(void *), EXTRA = 5 };
    if (new <= LK_STACK_MAX * SLOT || !h->run || !h->depth) return 0;
    size_t used = (size_t)lk_slots_in_use(h->run->L), slots = new / SLOT - EXTRA;
    // It grows to twice its size, or to what is needed at once.
    return new % SLOT == 0 && used > LK_STACK_MAX / 4 && slots >= used && slots <= used * 2 + 1024;
}

static void count_large(lk_host *h, size_t old, size_t new) {
    if (old >= LK_LARGE_BLOCK) h->large -= old;
    if (new < LK_LARGE_BLOCK) return;
    h->large += new;
    if (h->run && h->depth) lk_apply_sooner(h, h->run->L);
}

// Large allocations cost instructions, since the time to fill them is not counted by any hook.
void *lk_allocate(void *ud, void *p, size_t old, size_t new) {
    lk_host *h = ud;
    if (!p) old = 0;  // it is a type tag then
    if (new == 0) {
        free(p);
        h->used -= old;
        count_large(h, old, 0);
        return NULL;
    }
    if (new > old && overflows(h, new)) {
        // It took up to a second; so that a row of such is stopped, the hook comes at once.
        h->spent += LK_STACK_MAX;
        h->overflowed = h->soon = 1;
        lk_apply(h, h->run->L);
        return NULL;
    }
    if (new > old && h->used + (new - old) > h->scope.most_memory) return refuse(h, old, new);
    void *q = realloc(p, new);
    if (!q) return new > old ? refuse(h, old, new) : NULL;
    h->used += new - old;
    if (old >= LK_LARGE_BLOCK || new >= LK_LARGE_BLOCK) count_large(h, old, new);
    if (new > old) h->failed_new = 0;
    if (new > old + 4096) {
        h->spent += (int64_t)((new - old) >> 6);
        if (h->spent > h->scope.last_instruction && h->run && h->depth) lk_apply(h, h->run->L);
    }
    return q;
}

size_t lk_memory_used(lk_host *h) { return h->used; }
