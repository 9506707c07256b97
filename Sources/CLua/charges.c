// Functions of the standard library that take as long as their arguments are large: each is charged for them.
#include <string.h>
#include "internal.h"

enum { FEW = 64, SHORT = 1024, LONGEST = 64 << 20 };

/// Upvalues: the function, and whether it goes through its texts from end to end.
static int charged(lua_State *L) {
    int n = lua_gettop(L);
    int64_t steps = n > FEW ? n : 0;
    for (int i = 1; i <= n && lua_toboolean(L, lua_upvalueindex(2)); i++) {
        if (lua_type(L, i) != LUA_TSTRING || lua_rawlen(L, i) <= SHORT) continue;
        // Byte by byte, and nothing stops them on the way.
        if (lua_rawlen(L, i) > LONGEST) return luaL_argerror(L, i, "the text is longer than 64 MiB");
        steps += (int64_t)lua_rawlen(L, i) / 16;
    }
    if (steps) lk_charge(L, steps);
    int results = lua_tocfunction(L, lua_upvalueindex(1))(L);
    if (results > FEW) lk_charge(L, results);
    return results;
}

/// Upvalues: as above. Returns a value for each character of a part of a text: as many as a stack holds.
static int sliced(lua_State *L) {
    if (lua_type(L, 1) == LUA_TSTRING && lua_rawlen(L, 1) >= LK_STACK_MAX) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, 1), from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, from);
        if (from < 0) from = from < -n ? 1 : n + from + 1;
        if (to < 0) to += n + 1;
        if (to > n) to = n;
        if (to - from >= LK_STACK_MAX) return luaL_error(L, "string slice too long");
    }
    return charged(L);
}

/// Expects the library on top of the stack.
static void charge(lua_State *L, const char *name, int whole_text) {
    lua_getfield(L, -1, name);
    lua_pushboolean(L, whole_text);
    lua_pushcclosure(L, strcmp(name, "byte") == 0 || strcmp(name, "codepoint") == 0 ? sliced : charged, 2);
    lua_setfield(L, -2, name);
}

void lk_open_charges(lua_State *L) {
    lua_pushglobaltable(L);
    charge(L, "tonumber", 1);
    charge(L, "select", 0);
    lua_getfield(L, -1, LUA_STRLIBNAME);
    charge(L, "byte", 0);
    charge(L, "char", 0);
    charge(L, "lower", 1);
    charge(L, "upper", 1);
    charge(L, "reverse", 1);
    lua_getfield(L, -2, LUA_UTF8LIBNAME);
    charge(L, "len", 1);
    charge(L, "offset", 1);
    charge(L, "codepoint", 0);
    charge(L, "char", 0);
    lua_settop(L, 0);
}
