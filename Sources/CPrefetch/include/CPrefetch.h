#ifndef CPREFETCH_H
#define CPREFETCH_H
#include <stddef.h>

/// Tells the processor that memory will be read soon. No more than advice: any address is allowed.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }

/// The first occurrence of some bytes in others, or NULL. The time is linear in both lengths. Swift does not see memmem.
const void *find_bytes(const void *bytes, size_t count, const void *wanted, size_t wanted_count);

#endif
