// The globals that replaced code sees: the program's own, but the standard names and libraries are copies. So what a language model wrote may
// change what it likes there, and the workflow and the debugger go on with what they had.
#include <string.h>
#include "internal.h"

static const char mark;  // in the metatable of a shelter

static const char *const functions[] = {"assert",   "collectgarbage", "error",    "getmetatable", "ipairs", "next",         "pairs",    "pcall",    "print",
                                        "rawequal", "rawget",         "rawlen",   "rawset",       "select", "setmetatable", "tonumber", "tostring", "type",
                                        "xpcall",   "_VERSION",       NULL};
static const char *const libraries[] = {"coroutine", "math", "os", "string", "table", "utf8", "trace", NULL};

/// Replaces the table on top by a copy of it, and notes in the table at `known` that it has one.
static void copy(lua_State *L, int known) {
    int from = lua_gettop(L);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, from);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, from + 1);
    }
    lua_pushvalue(L, from);
    lua_pushvalue(L, from + 1);
    lua_rawset(L, known);
    lua_remove(L, from);
}

static void raw_field(lua_State *L, int table, const char *name) {
    lua_pushstring(L, name);
    lua_rawget(L, table);
}

/// Upvalues: the program's `require`, the shelter.
static int require_sheltered(lua_State *L) {
    const char *name = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";
    if (strcmp(name, "trace") == 0) {
        raw_field(L, lua_upvalueindex(2), name);
        return 1;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/// Replaces the globals on top of the stack by a shelter over them.
void lk_push_shelter(lua_State *L) {
    luaL_checkstack(L, 12, NULL);
    int globals = lua_gettop(L), shelter = globals + 1, meta = globals + 2;
    if (!lua_istable(L, globals)) return;
    lua_newtable(L);
    lua_newtable(L);
    for (const char *const *name = functions; *name; name++) {
        raw_field(L, globals, *name);
        lua_setfield(L, shelter, *name);
    }
    for (const char *const *name = libraries; *name; name++) {
        raw_field(L, globals, *name);
        if (lua_istable(L, -1)) copy(L, meta);
        lua_setfield(L, shelter, *name);
    }
    raw_field(L, shelter, "trace");
    if (lua_istable(L, -1)) {
        raw_field(L, meta + 1, "ops");
        if (lua_istable(L, -1)) copy(L, meta);
        lua_setfield(L, -2, "ops");
    }
    lua_settop(L, meta);
    lua_pushvalue(L, shelter);
    lua_setfield(L, shelter, LUA_GNAME);
    lua_pushvalue(L, shelter);
    lua_pushcclosure(L, lk_load_text, 1);
    lua_setfield(L, shelter, "load");
    raw_field(L, globals, "require");
    lua_pushvalue(L, shelter);
    lua_pushcclosure(L, require_sheltered, 2);
    lua_setfield(L, shelter, "require");
    static const char *const events[] = {"__index", "__newindex"};
    for (int i = 0; i < 2; i++) {
        lua_pushvalue(L, globals);
        lua_setfield(L, meta, events[i]);
    }
    lua_pushboolean(L, 0);
    lua_setfield(L, meta, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, meta, &mark);
    lua_setmetatable(L, shelter);
    lua_replace(L, globals);
}

/// Replaces a library's table on top of the stack, which an upvalue holds, by the copy of it in a shelter, if `globals` is one.
void lk_shelter_value(lua_State *L, int globals) {
    if (!lua_istable(L, -1) || !lua_getmetatable(L, globals)) return;
    if (lua_rawgetp(L, -1, &mark) != LUA_TNIL) {
        lua_pushvalue(L, -3);
        if (lua_rawget(L, -3) == LUA_TTABLE) {
            lua_copy(L, -1, -4);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}
