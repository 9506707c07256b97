// Values in and out: references, handles, and the batch that results are left in.
#include <stdlib.h>
#include <string.h>
#include "internal.h"

// ---- references: numbers into a table of the registry

static int64_t make_reference(lua_State *L, int index) {
    lk_host *h = lk_of(L);
    index = lua_absindex(L, index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, h->refs_table);
    int reused = h->free_count > 0;
    int64_t ref = reused ? h->free_refs[h->free_count - 1] : h->last_ref + 1;
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, ref);
    if (reused) h->free_count--;
    else h->last_ref++;
    lua_pop(L, 1);
    return ref;
}

static void push_reference(lua_State *L, int64_t ref) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, lk_of(L)->refs_table);
    lua_rawgeti(L, -1, ref);
    lua_remove(L, -2);
}

void lk_release(lk_host *h, int64_t reference) {
    pthread_mutex_lock(&h->lock);
    h->released = lk_grow(h->released, &h->released_room, h->released_count, sizeof *h->released);
    h->released[h->released_count++] = reference;
    pthread_mutex_unlock(&h->lock);
}

/// Frees the references that Swift has released since. Only existing slots are written, so this allocates nothing.
void lk_drain(lua_State *L, lk_host *h) {
    if (atomic_load_explicit(&h->released_count, memory_order_relaxed) == 0) return;
    lua_rawgeti(L, LUA_REGISTRYINDEX, h->refs_table);
    pthread_mutex_lock(&h->lock);
    while (h->released_count) {
        int64_t ref = h->released[--h->released_count];
        lua_pushnil(L);
        lua_rawseti(L, -2, ref);
        h->free_refs = lk_grow(h->free_refs, &h->free_room, h->free_count, sizeof *h->free_refs);
        h->free_refs[h->free_count++] = ref;
    }
    pthread_mutex_unlock(&h->lock);
    lua_pop(L, 1);
}

// ---- handles

static void push_handle(lua_State *L, int32_t kind, int64_t id) {
    lk_host *h = lk_of(L);
    if (kind < 0 || kind >= LK_KINDS || !h->caches[kind]) {
        luaL_error(L, "no such kind of handle");
        return;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, h->caches[kind]);
    if (lua_rawgeti(L, -1, id) == LUA_TNIL) {
        lua_pop(L, 1);
        lk_handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
        *handle = (lk_handle){LK_HANDLE_MAGIC, kind, id};
        lua_rawgeti(L, LUA_REGISTRYINDEX, h->metatables[kind]);
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, id);
    }
    lua_remove(L, -2);
}
// ---- conversion

void lk_push(lua_State *L, const lk_value *v) {
    switch (v->type) {
    case LK_BOOL: lua_pushboolean(L, v->integer != 0); break;
    case LK_INT: lua_pushinteger(L, (lua_Integer)v->integer); break;
    case LK_FLOAT: lua_pushnumber(L, v->number); break;
    case LK_STRING: lua_pushlstring(L, v->text ? v->text : "", v->length); break;
    case LK_HANDLE: push_handle(L, v->kind, v->integer); break;
    case LK_TABLE:
    case LK_FUNCTION:
    case LK_OTHER: push_reference(L, v->integer); break;
    default: lua_pushnil(L);
    }
}

void lk_peek(lua_State *L, int index, lk_value *v) {
    *v = (lk_value){.type = LK_NIL};
    switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE: return;
    case LUA_TBOOLEAN:
        v->type = LK_BOOL;
        v->integer = lua_toboolean(L, index);
        return;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            v->type = LK_INT;
            v->integer = lua_tointeger(L, index);
        } else {
            v->type = LK_FLOAT;
            v->number = lua_tonumber(L, index);
        }
        return;
    case LUA_TSTRING:
        v->type = LK_STRING;
        v->text = lua_tolstring(L, index, &v->length);  // it is a string: nothing is allocated
        return;
    case LUA_TUSERDATA: {
        const lk_handle *handle = lua_touserdata(L, index);
        v->integer = -index;
        v->type = LK_OTHER;
        if (lua_rawlen(L, index) != sizeof *handle || handle->magic != LK_HANDLE_MAGIC) return;
        v->type = LK_HANDLE;
        v->kind = handle->kind;
        v->integer = handle->id;
        return;
    }
    default:
        v->type = lua_istable(L, index) ? LK_TABLE : lua_isfunction(L, index) ? LK_FUNCTION : LK_OTHER;
        v->integer = -index;
    }
}

void lk_export(lua_State *L, int index, lk_value *v) {
    lk_peek(L, index, v);
    if (v->type == LK_TABLE || v->type == LK_FUNCTION || v->type == LK_OTHER) v->integer = make_reference(L, index);
}

/// A reference to any value, also to a text.
lk_value lk_reference(lua_State *L, int index) { return (lk_value){.type = LK_OTHER, .integer = make_reference(L, index)}; }

void lk_batch_add(lk_host *h, lk_value v) {
    h->batch = lk_grow(h->batch, &h->batch_room, h->batch_count, sizeof *h->batch);
    h->batch[h->batch_count++] = v;
}

const lk_value *lk_batch(lk_host *h, int32_t *count) {
    *count = h->batch_count;
    return h->batch;
}

void lk_done(lk_host *h) {
    h->batch_count = 0;
    if (h->batch_state == h->run->L) lua_settop(h->run->L, h->batch_base);
}
