// The lowest layer: every other file may use it, and it uses none of them.
#include <stdlib.h>
#include "internal.h"

// Keys of the registry.
const char lk_key_tostring, lk_key_seed, lk_key_error, lk_key_memory, lk_key_overflow, lk_key_keys;

lk_flag *lk_flag_new(void) { return calloc(1, sizeof(lk_flag)); }
void lk_flag_free(lk_flag *flag) { free(flag); }
void lk_flag_raise(lk_flag *flag) { atomic_store(&flag->raised, 1); }

void *lk_grow(void *p, int *room, int count, size_t size) {
    if (count < *room) return p;
    *room = *room ? *room * 2 : 16;
    if (*room <= count) *room = count + 1;
    void *grown = realloc(p, (size_t)*room * size);
    if (!grown) abort();
    return grown;
}
