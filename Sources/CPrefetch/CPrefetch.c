#define _GNU_SOURCE
#include "CPrefetch.h"
#include <string.h>

const void *find_bytes(const void *bytes, size_t count, const void *wanted, size_t wanted_count) {
    return memmem(bytes, count, wanted, wanted_count);
}
