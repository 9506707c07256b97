// The part of the string library that could run for long: searching and repeating.
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>
#include "patterns.h"

static size_t start_of(lua_State *L, int index, size_t length) {  // counted from 0; more than `length`: none
    lua_Integer i = luaL_optinteger(L, index, 1);
    if (i > 0) return (size_t)i - 1;
    if (i == 0 || i < -(lua_Integer)length) return 0;
    return length - (size_t)(-i);
}

static int has_specials(const char *pattern, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (pattern[i] && strchr("^$*+?.([%-", pattern[i])) return 1;
    return 0;
}

/// Searches a piece at a time: the search goes over some texts again and again, and could not be stopped.
static int find_plain(lua_State *L, const char *s, size_t n, const char *wanted, size_t wanted_length, size_t from) {
    enum { PIECE = 1 << 20 };
    size_t piece = wanted_length > PIECE / 8 ? wanted_length * 8 : PIECE;
    for (;; from += piece) {
        size_t length = n - from > piece && n - from - piece > wanted_length ? piece + wanted_length : n - from;
        lk_charge(L, (int64_t)(length / 16));
        const char *at = memmem(s + from, length, wanted, wanted_length);
        if (at) {
            lua_pushinteger(L, at - s + 1);
            lua_pushinteger(L, at - s + (lua_Integer)wanted_length);
            return 2;
        }
        if (length == n - from) break;
    }
    lua_pushnil(L);
    return 1;
}

static int find_or_match(lua_State *L, int find) {
    size_t n, pattern_length;
    const char *s = luaL_checklstring(L, 1, &n), *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t from = start_of(L, 3, n);
    if (from > n) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || !has_specials(pattern, pattern_length))) return find_plain(L, s, n, pattern, pattern_length, from);
    int anchored = pattern_length > 0 && pattern[0] == '^';
    lk_matcher m = {.L = L, .start = s, .end = s + n};
    m.items = lk_compile_pattern(L, pattern + anchored, pattern_length - (size_t)anchored);
    for (const char *at = s + from;; at++) {
        const char *end = lk_match(&m, at);
        if (end && !find) return lk_push_captures(&m, at, end, 1);
        if (end) {
            lua_pushinteger(L, at - s + 1);
            lua_pushinteger(L, end - s);
            return lk_push_captures(&m, at, end, 0) + 2;
        }
        if (anchored || at >= m.end) break;
    }
    lua_pushnil(L);
    return 1;
}
static int find(lua_State *L) { return find_or_match(L, 1); }
static int match(lua_State *L) { return find_or_match(L, 0); }

// ---- gmatch: the string, the compiled pattern, the next place and the end of the last match are upvalues

static int gmatch_next(lua_State *L) {
    size_t n;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &n);
    lk_matcher m = {.L = L, .items = lua_touserdata(L, lua_upvalueindex(2)), .start = s, .end = s + n};
    lua_Integer next = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    for (; next <= (lua_Integer)n; next++) {
        const char *end = lk_match(&m, s + next);
        if (!end || end - s == last) continue;
        lua_pushinteger(L, end - s);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return lk_push_captures(&m, s + next, end, 1);
    }
    lua_pushinteger(L, next);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

static int gmatch(lua_State *L) {
    size_t n, pattern_length;
    luaL_checklstring(L, 1, &n);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t from = start_of(L, 3, n);
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    lk_compile_pattern(L, pattern, pattern_length);
    lua_pushinteger(L, from > n ? (lua_Integer)n + 1 : (lua_Integer)from);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

// ---- gsub

static void add_replacement(lk_matcher *m, luaL_Buffer *b, const char *from, const char *to) {
    size_t n;
    const char *r = lua_tolstring(m->L, 3, &n);
    for (size_t i = 0; i < n; i++) {
        if (r[i] != '%') {
            luaL_addchar(b, r[i]);
            continue;
        }
        if (++i < n && r[i] == '%') {
            luaL_addchar(b, '%');
        } else if (i < n && r[i] == '0') {
            luaL_addlstring(b, from, (size_t)(to - from));
        } else if (i < n && isdigit((unsigned char)r[i])) {
            int capture = r[i] - '1';
            if (capture >= m->captures && capture != 0) luaL_error(m->L, "invalid capture index %%%d in replacement string", capture + 1);
            lk_push_capture(m, capture, from, to);
            luaL_addvalue(b);
        } else {
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        }
    }
    lk_charge(m->L, (int64_t)n / 8);
}

/// Whether it was replaced: nil and false keep the original.
static int substitute(lk_matcher *m, luaL_Buffer *b, const char *from, const char *to, int type) {
    lua_State *L = m->L;
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, lk_push_captures(m, from, to, 1), 1);
    } else if (type == LUA_TTABLE) {
        lk_push_capture(m, 0, from, to);
        lua_gettable(L, 3);
    } else {
        add_replacement(m, b, from, to);
        return 1;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, from, (size_t)(to - from));
        return 0;
    }
    if (!lua_isstring(L, -1)) return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return 1;
}

static int gsub(lua_State *L) {
    size_t n, pattern_length;
    const char *s = luaL_checklstring(L, 1, &n), *pattern = luaL_checklstring(L, 2, &pattern_length), *at = s, *last = NULL;
    int type = lua_type(L, 3), changed = 0;
    luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                     "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)n + 1), done = 0;
    int anchored = pattern_length > 0 && pattern[0] == '^';
    luaL_Buffer b;
    lk_matcher m = {.L = L, .start = s, .end = s + n};
    lua_settop(L, 3);
    m.items = lk_compile_pattern(L, pattern + anchored, pattern_length - (size_t)anchored);
    luaL_buffinit(L, &b);
    while (done < most) {
        const char *end = lk_match(&m, at);
        if (end && end != last) {
            done++;
            changed |= substitute(&m, &b, at, end, type);
            at = last = end;
        } else if (at < m.end) {
            luaL_addchar(&b, *at++);
        } else {
            break;
        }
        if (anchored) break;
    }
    if (changed) {
        luaL_addlstring(&b, at, (size_t)(m.end - at));
        luaL_pushresult(&b);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, done);
    return 2;
}

// ---- rep

enum { REPEATED = 1 << 24 };

static int rep(lua_State *L) {
    size_t n, separator_length;
    const char *s = luaL_checklstring(L, 1, &n);
    lua_Integer times = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    size_t unit = n + separator_length;
    if (times <= 0 || unit == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (unit < n || (size_t)times > ((size_t)1 << 40) / unit) return luaL_error(L, "resulting string too large");
    size_t total = unit * (size_t)times - separator_length;
    lk_charge(L, (int64_t)(total / 16));
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, total);
    size_t done = unit < total ? unit : total;
    memcpy(to, s, n);
    if (done > n) memcpy(to + n, separator, done - n);
    // The filled part is copied behind itself: a loop over short texts would take seconds.
    while (done < total) {
        size_t piece = done < REPEATED ? done : unit < REPEATED ? REPEATED - REPEATED % unit : unit;
        if (piece > total - done) piece = total - done;
        memcpy(to + done, to, piece);
        done += piece;
        if (done > REPEATED) lk_check_time(lk_of(L), L);
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

void lk_open_strings(lua_State *L) {
    static const luaL_Reg replaced[] = {{"find", find}, {"match", match}, {"gmatch", gmatch}, {"gsub", gsub}, {"rep", rep}, {NULL, NULL}};
    static const char *const removed[] = {"dump", "pack", "unpack", "packsize", NULL};
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_setfuncs(L, replaced, 0);
    for (const char *const *name = removed; *name; name++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *name);
    }
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_settop(L, 0);
}
