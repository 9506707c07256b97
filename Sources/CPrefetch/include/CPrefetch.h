#ifndef CPREFETCH_H
#define CPREFETCH_H

/// Tells the processor that memory will be read soon. No more than advice: any address is allowed.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }

#endif
