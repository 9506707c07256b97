// The view of a debugger: the variables of a frame, and functions. Nothing here runs code of the user's.
#include <string.h>
#include "internal.h"

// ---- variables

static void add_variable(lua_State *L, const char *name, int index) {
    lk_host *h = lk_of(L);
    lk_value v;
    lk_export(L, index, &v);
    lk_batch_add(h, (lk_value){.type = LK_STRING, .text = name, .length = strlen(name)});
    lk_batch_add(h, v);
}

struct frame_request {
    lua_State *target;
    int level;
    lk_value function;
    int32_t *first, *last, *chunk, *variadic;
};

// The values stay in the frame, and so do their strings.
static int locals(lua_State *L) {
    struct frame_request *r = lua_touserdata(L, 1);
    lua_Debug ar;
    lk_drain(L, lk_of(L));
    if (r->target == L) r->level++;  // this function itself
    if (!lua_getstack(r->target, r->level, &ar) || !lua_checkstack(r->target, 2)) return luaL_error(L, "no such frame");
    const char *name;
    for (int i = 1; (name = lua_getlocal(r->target, &ar, i)); i++) {
        if (r->target != L) lua_xmove(r->target, L, 1);
        if (name[0] != '(') add_variable(L, name, lua_gettop(L));
        lua_pop(L, 1);
    }
    return 0;
}
int32_t lk_locals(lk_host *h, int32_t level) {
    struct frame_request r = {0};
    r.target = lk_find_level(h, level, &r.level);
    return r.target ? lk_protect(h, locals, &r, 0) : LK_RUNTIME;
}

static int upvalues_of_top(lua_State *L) {
    const char *name;
    for (int i = 1; (name = lua_getupvalue(L, -1, i)); i++) {
        if (name[0] && name[0] != '(') add_variable(L, name, lua_gettop(L));
        lua_pop(L, 1);
    }
    return 1;
}
static int upvalues(lua_State *L) {
    struct frame_request *r = lua_touserdata(L, 1);
    lua_Debug ar;
    if (r->target == L) r->level++;
    if (!lua_getstack(r->target, r->level, &ar) || !lua_checkstack(r->target, 2)) return luaL_error(L, "no such frame");
    lua_getinfo(r->target, "f", &ar);
    if (r->target != L) lua_xmove(r->target, L, 1);
    return upvalues_of_top(L);
}
int32_t lk_upvalues(lk_host *h, int32_t level) {
    struct frame_request r = {0};
    r.target = lk_find_level(h, level, &r.level);
    return r.target ? lk_protect(h, upvalues, &r, 1) : LK_RUNTIME;
}
static void push_function(lua_State *L, const lk_value *v) {
    lk_push(L, v);
    if (!lua_isfunction(L, -1)) luaL_error(L, "a function was expected, not a %s", luaL_typename(L, -1));
}
static int upvalues_of(lua_State *L) {
    struct frame_request *r = lua_touserdata(L, 1);
    push_function(L, &r->function);
    return upvalues_of_top(L);
}
int32_t lk_upvalues_of(lk_host *h, lk_value function) {
    struct frame_request r = {.function = function};
    return lk_protect(h, upvalues_of, &r, 1);
}

// ---- functions

static int definition(lua_State *L) {
    struct frame_request *r = lua_touserdata(L, 1);
    lua_Debug ar;
    push_function(L, &r->function);
    lua_getinfo(L, ">S", &ar);
    *r->chunk = lk_chunk_of(lk_of(L), &ar);
    *r->first = ar.linedefined;
    *r->last = ar.lastlinedefined;
    return 0;
}
int32_t lk_definition(lk_host *h, lk_value function, int32_t *chunk, int32_t *first, int32_t *last) {
    struct frame_request r = {.function = function, .chunk = chunk, .first = first, .last = last};
    return lk_protect(h, definition, &r, 0);
}
static int parameters(lua_State *L) {
    struct frame_request *r = lua_touserdata(L, 1);
    lua_Debug ar;
    push_function(L, &r->function);
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">u", &ar);
    *r->variadic = ar.isvararg;
    for (int i = 1; i <= ar.nparams; i++) {
        lua_pushvalue(L, -1);
        const char *name = lua_getlocal(L, NULL, i);
        lua_pop(L, 1);
        if (!name) break;
        lk_batch_add(lk_of(L), (lk_value){.type = LK_STRING, .text = name, .length = strlen(name)});
    }
    return 1;
}
int32_t lk_parameters(lk_host *h, lk_value function, int32_t *variadic) {
    struct frame_request r = {.function = function, .variadic = variadic};
    return lk_protect(h, parameters, &r, 1);
}
