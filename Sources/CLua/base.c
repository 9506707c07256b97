// The sandbox: the basic functions that a script gets, and their form.
#include <string.h>
#include "internal.h"

// Finalizers run with hooks off, so a script's own could never be stopped.
int lk_set_metatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "__gc is not allowed");
        lua_pop(L, 1);
    }
    lua_setmetatable(L, 1);
    return 1;
}

static int raw_set(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    lk_adds_key(L);
    lua_rawset(L, 1);
    lk_of(L)->adding_key = NULL;
    return 1;
}

// A handler called where the error is raised would run with hooks off if a hook raised it: it is called after the unwinding.
static int xpcall_handled(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_pushboolean(L, 0);
    lua_replace(L, 1);
    return lua_gettop(L);
}
static int xpcall_done(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (status == LUA_OK || status == LUA_YIELD) {
        lua_pushboolean(L, 1);
        lua_replace(L, 1);
        return lua_gettop(L);
    }
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    return xpcall_handled(L, lua_pcallk(L, 1, LUA_MULTRET, 0, 0, xpcall_handled), 0);
}
static int safe_xpcall(lua_State *L) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int n = lua_gettop(L);
    lua_pushvalue(L, 2);
    lua_insert(L, 1);
    lua_remove(L, 3);  // handler, function, arguments
    return xpcall_done(L, lua_pcallk(L, n - 2, LUA_MULTRET, 0, 0, xpcall_done), 0);
}

// The compiler follows lists of jumps to their ends: a long row of "and" or "elseif" takes time in its square.
static int64_t loading_costs(size_t n) {
    return n > ((size_t)1 << 30) ? INT64_MAX / 4 : (int64_t)(n + n * n / 500);
}

// The compiler asks for its text piece by piece, which is when it can be stopped.
typedef struct {
    const char *at;
    size_t left;
} lk_pieces;

static const char *next_piece(lua_State *L, void *data, size_t *size) {
    enum { PIECE = 256 };
    lk_pieces *pieces = data;
    const char *at = pieces->at;
    lk_check_time(lk_of(L), L);
    *size = pieces->left < PIECE ? pieces->left : PIECE;
    pieces->at += *size;
    pieces->left -= *size;
    return *size ? at : NULL;
}

/// Compiles text, and leaves the function or the error on the stack. It may raise nothing; a limit that strikes is an error too.
int lk_compile(lua_State *L, const char *code, size_t length, const char *name) {
    lk_pieces pieces = {code, length};
    return lua_load(L, next_piece, &pieces, name, "t");
}

int lk_load_text(lua_State *L) {
    size_t n;
    int has_environment = !lua_isnone(L, 4);
    if (lua_type(L, 1) != LUA_TSTRING) return luaL_error(L, "only text can be loaded");
    const char *code = lua_tolstring(L, 1, &n), *name = luaL_optstring(L, 2, code), *mode = luaL_optstring(L, 3, "t");
    lk_charge(L, loading_costs(n));
    int status = LUA_OK;
    if (!strchr(mode, 't')) {
        lua_pushfstring(L, "attempt to load a text chunk (mode is '%s')", mode);
        status = LUA_ERRSYNTAX;
    } else {
        status = lk_compile(L, code, n, name);
    }
    if (status != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_environment || lua_istable(L, lua_upvalueindex(1))) {
        lua_pushvalue(L, has_environment ? 4 : lua_upvalueindex(1));
        lua_setupvalue(L, -2, 1);
    }
    return 1;
}

static int collect_garbage(lua_State *L) {
    static const char *const options[] = {"collect", "count", NULL};
    lk_host *h = lk_of(L);
    if (luaL_checkoption(L, 1, "collect", options) == 1) {
        lua_pushnumber(L, (lua_Number)h->used / 1024);
        return 1;
    }
    lk_charge(L, (int64_t)(h->used / 256));
    lua_gc(L, LUA_GCCOLLECT);
    lua_pushinteger(L, 0);
    return 1;
}

// Upvalue: the library's own randomseed. Without a number that one would take the time: this one begins again from the session's seed, so that
// runs are the same.
static int random_seed(lua_State *L) {
    if (lua_gettop(L) == 0) lua_pushinteger(L, lk_of(L)->seed);
    int n = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, 0);
    return 0;
}

void lk_push_random(lua_State *L) {
    luaL_checkstack(L, 6, NULL);
    int top = lua_gettop(L);
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    lua_getfield(L, top + 1, "random");
    lua_getfield(L, top + 1, "randomseed");
    lua_remove(L, top + 1);
    lua_pushvalue(L, top + 2);
    lua_pushinteger(L, lk_of(L)->seed);
    lua_call(L, 1, 0);
    lua_pushcclosure(L, random_seed, 1);
}

static int error_text(lua_State *L) {
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushliteral(L, "position");
    lua_rawget(L, 1);
    lua_pushliteral(L, "message");
    lua_rawget(L, 1);
    if (lua_type(L, 3) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushliteral(L, "error");
    }
    if (lua_type(L, 2) != LUA_TSTRING) return 1;
    lua_pushliteral(L, ": ");
    lua_insert(L, 3);
    lua_concat(L, 3);
    return 1;
}

static void remove_fields(lua_State *L, const char *const *names) {
    for (; *names; names++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *names);
    }
}

void lk_open_base(lua_State *L) {
    static const char *const removed[] = {"dofile", "loadfile", "print", "warn", NULL};
    static const luaL_Reg replaced[] = {{"setmetatable", lk_set_metatable},
                                        {"xpcall", safe_xpcall},
                                        {"rawset", raw_set},
                                        {"load", lk_load_text},
                                        {"collectgarbage", collect_garbage},
                                        {NULL, NULL}};
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    remove_fields(L, removed);
    luaL_setfuncs(L, replaced, 0);
    luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
    lk_push_random(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_seed);
    lua_setfield(L, -3, "randomseed");
    lua_setfield(L, -2, "random");
    luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 1);
    lua_newtable(L);
    lua_pushcfunction(L, error_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_error);
    lua_settop(L, 0);
}
