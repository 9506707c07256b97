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

/// It took up to a second; so that a row of such is stopped, the hook comes at once.
static void *refuse_growth(lk_host *h, const char *reason, int64_t costs) {
    // No handler sees this error where it is raised.
    lk_capture(h, h->run->L, 0, 0);
    h->spent += costs;
    h->overflow = reason;
    h->soon = 1;
    lk_apply(h, h->run->L);
    return NULL;
}

/// Whether a table of replaced code is about to get more keys, beside its list, than it may have. Keys can be chosen so that they all fall on
/// one place: to move n of them into a larger table takes n²/2 steps in one instruction, which nothing stops. Blocks of this size without a type
/// are made for keys where Lua itself runs; in a function of C it might be a buffer.
static int has_too_many_keys(lk_host *h, int tag, size_t new) {
    if (!h->epoch || h->guarded || !h->depth || tag != 0 || new <= h->key_size * LK_KEYS_MAX || new % h->key_size) return 0;
    size_t keys = new / h->key_size;
    if (keys & (keys - 1)) return 0;
    lua_Debug ar;
    if (!lua_getstack(h->run->L, 0, &ar)) return 0;
    return ar.i_ci == h->adding_key || (lua_getinfo(h->run->L, "S", &ar) && ar.what[0] != 'C');
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
    int tag = p ? -1 : (int)old;
    if (!p) old = 0;
    if (new == 0) {
        free(p);
        h->used -= old;
        count_large(h, old, 0);
        return NULL;
    }
    if (new > old && overflows(h, new)) return refuse_growth(h, &lk_key_overflow, LK_STACK_MAX);
    // Before an allocation fails for good, there is a full collection.
    if (has_too_many_keys(h, tag, new)) return refuse_growth(h, &lk_key_keys, (int64_t)(h->used >> 6));
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
