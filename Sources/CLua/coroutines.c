// Coroutines. The host knows every state that runs, so that hooks and the debugger's frames reach into them. A coroutine that an
// error ended is never closed: its pending __close methods would run with hooks off.
#include "internal.h"

/// Results, or an error value and -1, are left on top of L.
static int resume(lua_State *L, lua_State *co, int n, int keep_trace) {
    lk_host *h = lk_of(L);
    int results = 0;
    lk_charge(L, 100);
    if (!lua_checkstack(co, n)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, n);
    lk_run run = {.L = co, .below = h->run};
    h->run = &run;
    if (lua_status(co) == LUA_YIELD || lua_gettop(co) > 0) lk_apply(h, co);
    int status = lua_resume(co, L, n, &results);
    h->run = run.below;
    lk_apply(h, L);
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!lua_checkstack(L, results + 1)) {
            lua_pop(co, results);
            lua_pushliteral(L, "too many results to resume");
            return -1;
        }
        lua_xmove(co, L, results);
        return results;
    }
    if (keep_trace && !(h->struck && lk_dying(h))) {
        lk_capture(h, co, 0, 0);
        h->carried_count = h->trace_count > LK_TRACE_MAX / 2 ? LK_TRACE_MAX / 2 : h->trace_count;
        h->coroutine_error = lua_topointer(co, -1);
    }
    lua_xmove(co, L, 1);
    return -1;
}

static int coroutine_resume(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    int results = resume(L, co, lua_gettop(L) - 1, 0);
    lua_pushboolean(L, results >= 0);
    if (results < 0) results = 1;
    lua_insert(L, -(results + 1));
    return results + 1;
}

static int wrapped(lua_State *L) {
    int results = resume(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L), 1);
    if (results < 0) return lua_error(L);
    return results;
}

static int coroutine_wrap(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

void lk_open_coroutines(lua_State *L) {
    static const luaL_Reg replaced[] = {{"resume", coroutine_resume}, {"wrap", coroutine_wrap}, {NULL, NULL}};
    luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, 1);
    lua_pushnil(L);
    lua_setfield(L, -2, "close");
    luaL_setfuncs(L, replaced, 0);
    lua_pop(L, 1);
}
