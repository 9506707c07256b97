// An environment that represents the inside of a function: its locals in one frame, its upvalues, then its globals. Code compiled with it
// reads and assigns them by name.
#include <string.h>
#include "internal.h"

enum { SCOPE = 1, FUNCTION = 2, GLOBALS = 3, SHELTERED = 4 };

/// The last local of that name, or 0.
static int find_local(lk_frame_scope *scope, const char *wanted, lua_Debug *ar) {
    int found = 0;
    const char *name;
    if (!scope->alive || !scope->target || !lua_getstack(scope->target, scope->level, ar) || !lua_checkstack(scope->target, 2)) return 0;
    for (int i = 1; (name = lua_getlocal(scope->target, ar, i)); i++) {
        lua_pop(scope->target, 1);
        if (name[0] != '(' && strcmp(name, wanted) == 0) found = i;  // "(for state)" and the like are the interpreter's own
    }
    return found;
}

static int find_upvalue(lua_State *L, const char *wanted) {
    const char *name;
    int function = lua_upvalueindex(FUNCTION);
    if (!lua_isfunction(L, function)) return 0;
    for (int i = 1; (name = lua_getupvalue(L, function, i)); i++) {
        lua_pop(L, 1);
        // The globals of the function have no name that code can write: they are not its variables.
        if (name[0] && strcmp(name, "_ENV") != 0 && strcmp(name, wanted) == 0) return i;
    }
    return 0;
}

static int is_plain(lua_State *L, int index) {
    int type = lua_type(L, index);
    return type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING;
}

static int holds_plain(lua_State *L, int upvalue) {
    lua_getupvalue(L, lua_upvalueindex(FUNCTION), upvalue);
    int plain = is_plain(L, -1);
    lua_pop(L, 1);
    return plain;
}

static int read_name(lua_State *L) {
    lk_frame_scope *scope = lua_touserdata(L, lua_upvalueindex(SCOPE));
    lua_settop(L, 2);
    if (lua_type(L, 2) == LUA_TSTRING) {
        const char *name = lua_tostring(L, 2);
        lua_Debug ar;
        int i = find_local(scope, name, &ar);
        if (i) {
            lua_getlocal(scope->target, &ar, i);
            if (scope->target != L) lua_xmove(scope->target, L, 1);
            return 1;
        }
        i = find_upvalue(L, name);
        if (i) {
            lua_getupvalue(L, lua_upvalueindex(FUNCTION), i);
            lk_isolate(L, lua_upvalueindex(GLOBALS));
            return 1;
        }
    }
    lua_pushvalue(L, 2);
    lua_gettable(L, lua_upvalueindex(GLOBALS));
    return 1;
}

static int write_name(lua_State *L) {
    lk_frame_scope *scope = lua_touserdata(L, lua_upvalueindex(SCOPE));
    lua_settop(L, 3);
    if (lua_type(L, 2) == LUA_TSTRING) {
        const char *name = lua_tostring(L, 2);
        lua_Debug ar;
        int i = find_local(scope, name, &ar);
        if (i) {
            if (scope->target != L) lua_xmove(L, scope->target, 1);
            lua_setlocal(scope->target, &ar, i);
            return 0;
        }
        i = find_upvalue(L, name);
        // Of what replaced code assigns, plain data in place of plain data is seen by the function that it replaces, such as a count.
        if (i && (!lua_toboolean(L, lua_upvalueindex(SHELTERED)) || (is_plain(L, 3) && holds_plain(L, i)))) {
            lua_setupvalue(L, lua_upvalueindex(FUNCTION), i);
            return 0;
        }
    }
    if (lua_toboolean(L, lua_upvalueindex(SHELTERED))) {
        lua_rawset(L, 1);
        return 0;
    }
    lua_pushvalue(L, 2);
    lua_insert(L, -2);
    lua_settable(L, lua_upvalueindex(GLOBALS));
    return 0;
}

static void push_globals_of(lua_State *L, int function) {
    const char *name;
    for (int i = 1; lua_isfunction(L, function) && (name = lua_getupvalue(L, function, i)); i++) {
        if (strcmp(name, "_ENV") == 0) return;
        lua_pop(L, 1);
    }
    lua_pushglobaltable(L);
}

/// Expects a function or nil on top of the stack and replaces it by the environment. `target` may be NULL: then there are no locals, and
/// the program is sheltered from the code. The caller sets `alive` to 0 as soon as the frame may go on.
lk_frame_scope *lk_push_environment(lua_State *L, lua_State *target, int level) {
    int function = lua_gettop(L);
    lk_frame_scope *scope = lua_newuserdatauv(L, sizeof *scope, 0);
    *scope = (lk_frame_scope){target, level, target != NULL};
    push_globals_of(L, function);
    int sheltered = !target && lua_isfunction(L, function);
    if (sheltered) lk_push_shelter(L);
    int globals = function + 2;
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    lua_CFunction bodies[] = {read_name, write_name};
    const char *events[] = {"__index", "__newindex"};
    for (int i = 0; i < 2; i++) {
        lua_pushvalue(L, function + 1);
        lua_pushvalue(L, function);
        lua_pushvalue(L, globals);
        lua_pushboolean(L, sheltered);
        lua_pushcclosure(L, bodies[i], 4);
        lua_setfield(L, -2, events[i]);
    }
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    if (sheltered) {  // what it assigns stays in this table, which is its `_G` too
        lua_pushvalue(L, -1);
        lua_setfield(L, globals, LUA_GNAME);
    }
    lua_replace(L, function);
    lua_settop(L, function);
    return scope;
}
