// The lines of a text that have code: those before which the interpreter asks. They are read from the compiled form, since Lua reports them
// only for functions that exist already.
#include <stdlib.h>
#include <string.h>
#include "internal.h"

// ---- the compiled form as bytes, made in a state of its own

typedef struct {
    unsigned char *bytes;
    size_t count, room;
} buffer;

static int collect(lua_State *L, const void *piece, size_t size, void *data) {
    (void)L;
    buffer *b = data;
    if (size > b->room - b->count) {
        size_t room = (b->count + size) * 2;
        unsigned char *bytes = realloc(b->bytes, room);
        if (!bytes) return 1;
        b->bytes = bytes;
        b->room = room;
    }
    memcpy(b->bytes + b->count, piece, size);
    b->count += size;
    return 0;
}

// ---- reading it; see ldump.c of Lua 5.4

typedef struct {
    const unsigned char *at, *end;
    int failed;
    unsigned char *lines;  // one byte a line
    size_t line_count;
} reader;

static const unsigned char *take(reader *r, size_t count) {
    if (r->failed || count > (size_t)(r->end - r->at)) {
        r->failed = 1;
        return NULL;
    }
    const unsigned char *taken = r->at;
    r->at += count;
    return taken;
}

static int take_byte(reader *r) {
    const unsigned char *byte = take(r, 1);
    return byte ? *byte : 0;
}

/// Seven bits a byte, the highest first; the last byte has its eighth bit set.
static size_t take_number(reader *r) {
    size_t number = 0;
    for (int i = 0; i < 10; i++) {
        int byte = take_byte(r);
        number = number << 7 | (size_t)(byte & 0x7f);
        if (byte & 0x80) return number;
        if (r->failed) return 0;
    }
    r->failed = 1;
    return 0;
}

static void skip_text(reader *r) {
    size_t size = take_number(r);
    if (size > 1) take(r, size - 1);
}

static void skip_constants(reader *r) {
    size_t count = take_number(r);
    for (size_t i = 0; i < count && !r->failed; i++) {
        switch (take_byte(r)) {
        case 0x03: take(r, sizeof(lua_Integer)); break;
        case 0x13: take(r, sizeof(lua_Number)); break;
        case 0x04: case 0x14: skip_text(r); break;
        default: break;  // nil, false, true
        }
    }
}

enum { ABSOLUTE_LINE = 0x80 };

static void take_lines(reader *r, long line, int is_variadic) {
    size_t count = take_number(r);
    const unsigned char *steps = take(r, count);
    size_t absolute_count = take_number(r);
    for (size_t i = 0; i < count && steps && !r->failed; i++) {
        if (steps[i] == ABSOLUTE_LINE) {
            if (absolute_count-- == 0) {
                r->failed = 1;
                return;
            }
            take_number(r);
            line = (long)take_number(r);
        } else {
            line += (signed char)steps[i];
        }
        // The first instruction of a function with any number of arguments only arranges them.
        if (i == 0 && is_variadic) continue;
        if (line > 0 && (size_t)line <= r->line_count) r->lines[line - 1] = 1;
    }
    for (; absolute_count > 0 && !r->failed; absolute_count--) {
        take_number(r);
        take_number(r);
    }
}

/// Functions are nested at most as deep as Lua's parser goes, which is 200 levels.
static void take_function(reader *r) {
    skip_text(r);
    long first = (long)take_number(r);
    take_number(r);
    take_byte(r);
    int is_variadic = take_byte(r);
    take_byte(r);
    take(r, take_number(r) * 4);
    skip_constants(r);
    take(r, take_number(r) * 3);
    size_t inner = take_number(r);
    for (size_t i = 0; i < inner && !r->failed; i++) take_function(r);
    take_lines(r, first, is_variadic);
    size_t locals = take_number(r);
    for (size_t i = 0; i < locals && !r->failed; i++) {
        skip_text(r);
        take_number(r);
        take_number(r);
    }
    size_t upvalues = take_number(r);
    for (size_t i = 0; i < upvalues && !r->failed; i++) skip_text(r);
}

int32_t lk_code_lines(const char *code, size_t length, uint8_t *lines, size_t line_count) {
    lua_State *L = luaL_newstate();
    if (!L) return 0;
    buffer b = {0};
    int made = luaL_loadbufferx(L, code, length, "=lines", "t") == LUA_OK && lua_dump(L, collect, &b, 0) == 0;
    lua_close(L);
    reader r = {b.bytes, b.bytes + b.count, !made, lines, line_count};
    // The sign, the version, the format, six bytes of data, three sizes, an integer and a number to compare, the number of upvalues.
    take(&r, 4 + 1 + 1 + 6 + 3 + sizeof(lua_Integer) + sizeof(lua_Number) + 1);
    if (!r.failed) take_function(&r);
    free(b.bytes);
    return !r.failed;
}
