// Lua patterns: compiled to a list of items, then matched by backtracking, with every step counted.
#ifndef CLUA_PATTERNS_H
#define CLUA_PATTERNS_H
#include <stddef.h>
#include "internal.h"

#define LK_CAPTURES 32

typedef enum { ONE_BYTE, ANY_BYTE, BYTE_SET, OPEN, CLOSE, HERE, BALANCE, FRONTIER, SAME_AS, AT_END, MATCHED } lk_item_kind;

typedef struct {
    lk_item_kind kind;
    char repeat;            // 0 or one of * + - ?
    unsigned char a, b;     // a byte; the two of %b; the number of a capture
    unsigned char set[32];  // one bit for every byte
} lk_item;

typedef struct {
    const char *from;
    ptrdiff_t length;  // or one of:
} lk_capture_range;
enum { CAPTURE_UNFINISHED = -1, CAPTURE_POSITION = -2 };

typedef struct {
    lua_State *L;
    const lk_item *items;
    const char *start, *end;
    int captures, depth;
    unsigned steps;
    lk_capture_range capture[LK_CAPTURES];
} lk_matcher;

/// Leaves the compiled pattern on the stack. Raises if it is malformed.
const lk_item *lk_compile_pattern(lua_State *L, const char *pattern, size_t length);
/// The end of the match that starts at `s`, or NULL.
const char *lk_match(lk_matcher *m, const char *s);
/// Pushes capture `i`; the whole match when there are none.
void lk_push_capture(lk_matcher *m, int i, const char *from, const char *to);
int lk_push_captures(lk_matcher *m, const char *from, const char *to, int whole);
#endif
