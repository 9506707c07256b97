// Swift's operations on values: makes tables and functions, defines kinds of handles, reads and writes fields.
#include <string.h>
#include "internal.h"

/// Leaves what every body below gives on the stack until lk_done, and its description in the batch.
static int give(lua_State *L) {
    lk_value v;
    lk_export(L, -1, &v);
    lk_batch_add(lk_of(L), v);
    return 1;
}

struct request {
    lk_value a, b, c;
    int64_t most, most_text;
    const lk_value *list;
    int32_t count;
};

static int argument(lua_State *L) {
    lk_host *h = lk_of(L);
    lk_drain(L, h);
    lua_pushvalue(L, 2);
    return give(L);
}
int32_t lk_argument(lk_host *h, int32_t position) {
    lua_State *L = h->run->L;
    h->batch_count = 0;
    h->batch_state = L;
    h->batch_base = lua_gettop(L);
    if (!lua_checkstack(L, 8)) return LK_MEMORY;
    lua_pushcfunction(L, argument);
    lua_pushnil(L);
    lua_pushvalue(L, position);
    if (lua_pcall(L, 2, 1, 0) == LUA_OK) return LK_OK;
    h->batch_count = 0;
    return LK_MEMORY;
}

// ---- kinds of handles

struct kind_request {
    int32_t kind, function;
    const char *name;
};
static int define_kind(lua_State *L) {
    struct kind_request *r = lua_touserdata(L, 1);
    lk_host *h = lk_of(L);
    if (r->kind < 0 || r->kind >= LK_KINDS || h->caches[r->kind]) return luaL_error(L, "the kind %d is taken", (int)r->kind);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    int cache = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_newtable(L);
    lua_pushstring(L, r->name);
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    h->metatables[r->kind] = luaL_ref(L, LUA_REGISTRYINDEX);
    h->caches[r->kind] = cache;
    return 0;
}
int32_t lk_define_kind(lk_host *h, int32_t kind, const char *name) {
    struct kind_request r = {kind, 0, name};
    return lk_protect(h, define_kind, &r, 0);
}
static int define_metamethod(lua_State *L) {
    struct kind_request *r = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, lk_of(L)->metatables[r->kind]);
    lua_pushinteger(L, r->function);
    lua_pushcclosure(L, lk_trampoline, 1);
    lua_setfield(L, -2, r->name);
    return 0;
}
int32_t lk_define_metamethod(lk_host *h, int32_t kind, const char *event, int32_t function) {
    struct kind_request r = {kind, function, event};
    return lk_protect(h, define_metamethod, &r, 0);
}

// ---- tables and functions

static void check_table(lua_State *L) {
    if (!lua_istable(L, -1)) luaL_error(L, "a table was expected, not a %s", luaL_typename(L, -1));
}

static int globals(lua_State *L) {
    lua_pushglobaltable(L);
    return give(L);
}
int32_t lk_globals(lk_host *h) { return lk_protect(h, globals, NULL, 1); }

static int new_table(lua_State *L) {
    int32_t *weak = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lua_newtable(L);
    if (*weak) {
        lua_createtable(L, 0, 1);
        lua_pushliteral(L, "k");
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
    }
    return give(L);
}
int32_t lk_new_table(lk_host *h, int32_t weak_keys) { return lk_protect(h, new_table, &weak_keys, 1); }

static void push_items(lua_State *L, const struct request *r, int64_t before) {
    for (int i = 0; i < r->count; i++) {
        lk_push(L, &r->list[i]);
        lua_rawseti(L, -2, before + i + 1);
    }
}
static int new_list(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lua_createtable(L, r->count, 0);
    push_items(L, r, 0);
    return give(L);
}
static int append(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lk_push(L, &r->a);
    check_table(L);
    push_items(L, r, r->most);
    return 0;
}
int32_t lk_append(lk_host *h, lk_value list, int64_t length, const lk_value *items, int32_t count) {
    struct request r = {.a = list, .most = length, .list = items, .count = count};
    return lk_protect(h, append, &r, 0);
}
int32_t lk_new_list(lk_host *h, const lk_value *items, int32_t count) {
    struct request r = {.list = items, .count = count};
    return lk_protect(h, new_list, &r, 1);
}

static void push_fields(lua_State *L, const lk_value *pairs, int count) {
    lua_createtable(L, 0, count);
    for (int i = 0; i < count; i++) {
        lk_push(L, &pairs[2 * i]);
        lk_push(L, &pairs[2 * i + 1]);
        if (lua_isnil(L, -2)) luaL_error(L, "a key is nil");
        lua_rawset(L, -3);
    }
}
static int new_fields(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    push_fields(L, r->list, r->count);
    return give(L);
}
int32_t lk_new_fields(lk_host *h, const lk_value *pairs, int32_t count) {
    struct request r = {.list = pairs, .count = count};
    return lk_protect(h, new_fields, &r, 1);
}
static int new_error(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    push_fields(L, r->list, r->count);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lk_key_error);
    lua_setmetatable(L, -2);
    return give(L);
}
int32_t lk_new_error(lk_host *h, const lk_value *pairs, int32_t count) {
    struct request r = {.list = pairs, .count = count};
    return lk_protect(h, new_error, &r, 1);
}

// A function carries a box whose end makes Swift release its closure.
static int box_gone(lua_State *L) {
    int32_t *box = lua_touserdata(L, 1);
    lk_host *h = lk_of(L);
    if (box && *box >= 0 && h->context) h->callbacks.release(h->context, *box);
    if (box) *box = -1;
    return 0;
}
static int new_function(lua_State *L) {
    int32_t *function = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lua_pushinteger(L, *function);
    int32_t *box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = -1;
    if (luaL_newmetatable(L, "tracescope.box")) {
        lua_pushcfunction(L, box_gone);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_pushcclosure(L, lk_trampoline, 2);
    give(L);
    *box = *function;
    return 1;
}
int32_t lk_new_function(lk_host *h, int32_t function) { return lk_protect(h, new_function, &function, 1); }

static int raw_get(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_push(L, &r->a);
    check_table(L);
    lk_push(L, &r->b);
    lua_rawget(L, -2);
    return give(L);
}
int32_t lk_raw_get(lk_host *h, lk_value table, lk_value key) {
    struct request r = {.a = table, .b = key};
    return lk_protect(h, raw_get, &r, 1);
}
static int raw_set(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lk_push(L, &r->a);
    check_table(L);
    lk_push(L, &r->b);
    if (r->b.type == LK_NIL || (r->b.type == LK_FLOAT && r->b.number != r->b.number)) return luaL_error(L, "the key is nil or not a number");
    lk_push(L, &r->c);
    lua_rawset(L, -3);
    return 0;
}
int32_t lk_raw_set(lk_host *h, lk_value table, lk_value key, lk_value value) {
    struct request r = {.a = table, .b = key, .c = value};
    return lk_protect(h, raw_set, &r, 0);
}
static int length(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_push(L, &r->a);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return give(L);
}
int32_t lk_length(lk_host *h, lk_value table) {
    struct request r = {table};
    return lk_protect(h, length, &r, 1);
}

// Strings in the batch stay valid: the table holds them.
static int entries(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_host *h = lk_of(L);
    lk_drain(L, h);
    lk_push(L, &r->a);
    check_table(L);
    // Counted first: what is given takes room outside of Lua's memory, where one text may come many times.
    int64_t count = 0, text = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (++count > r->most) return luaL_error(L, "a table has more than %I entries, which is too many for this", (LUAI_UACINT)r->most);
        for (int i = -2; i < 0; i++) text += lua_type(L, i) == LUA_TSTRING ? (int64_t)lua_rawlen(L, i) : 0;
        if (text > r->most_text) return luaL_error(L, "a table has more than %I bytes of text, which is too much for this", (LUAI_UACINT)r->most_text);
    }
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lk_value key, value;
        int top = lua_gettop(L);
        lk_export(L, top - 1, &key);
        lk_export(L, top, &value);
        lk_batch_add(h, key);
        lk_batch_add(h, value);
        lua_pop(L, 1);
    }
    return 1;
}
int32_t lk_entries(lk_host *h, lk_value table, int64_t most, int64_t most_text) {
    struct request r = {.a = table, .most = most, .most_text = most_text};
    return lk_protect(h, entries, &r, 1);
}

// A few entries at a time, so that a table of millions needs no room beside its result. The last one's key is a reference, whatever it is:
// the next piece begins behind it.
static int some_entries(lua_State *L) {
    enum { TEXT = 1 << 20 };
    struct request *r = lua_touserdata(L, 1);
    lk_host *h = lk_of(L);
    lk_drain(L, h);
    lk_push(L, &r->a);
    check_table(L);
    int table = lua_gettop(L);
    int64_t text = 0;
    lk_push(L, &r->b);
    for (int64_t count = 0; lua_next(L, table); count++) {
        for (int i = -2; i < 0; i++) {
            lk_value v;
            text += lua_type(L, i) == LUA_TSTRING ? (int64_t)lua_rawlen(L, i) : 0;
            lk_export(L, lua_gettop(L) + 1 + i, &v);
            lk_batch_add(h, v);
        }
        lua_pop(L, 1);
        if (count + 1 < r->most && text < TEXT) continue;
        lk_batch_add(h, lk_reference(L, -1));
        break;
    }
    lua_settop(L, table);
    return 1;
}
int32_t lk_some_entries(lk_host *h, lk_value table, lk_value after, int64_t most) {
    struct request r = {.a = table, .b = after, .most = most};
    return lk_protect(h, some_entries, &r, 1);
}

static int metatable_name(lua_State *L) {
    struct request *r = lua_touserdata(L, 1);
    lk_push(L, &r->a);
    if (!lua_getmetatable(L, -1)) lua_pushnil(L);
    else {
        lua_pushliteral(L, "__name");
        lua_rawget(L, -2);
    }
    return give(L);
}
int32_t lk_metatable_name(lk_host *h, lk_value value) {
    struct request r = {value};
    return lk_protect(h, metatable_name, &r, 1);
}

static int is_reference(const lk_value *v) { return v->type == LK_TABLE || v->type == LK_FUNCTION || v->type == LK_OTHER; }
int32_t lk_has_metatable(lk_host *h, lk_value value) {
    lua_State *L = h->run->L;
    if (value.type == LK_HANDLE) return 1;
    if (!is_reference(&value) || !lua_checkstack(L, 4)) return 0;
    lk_push(L, &value);
    int has = lua_getmetatable(L, -1);
    lua_pop(L, has ? 2 : 1);
    return has;
}
uintptr_t lk_pointer(lk_host *h, lk_value value) {
    lua_State *L = h->run->L;
    if (!is_reference(&value) || !lua_checkstack(L, 4)) return 0;
    lk_push(L, &value);
    uintptr_t p = (uintptr_t)lua_topointer(L, -1);
    lua_pop(L, 1);
    return p;
}
const char *lk_type_name(lk_host *h, lk_value value) {
    lua_State *L = h->run->L;
    if (!is_reference(&value) || !lua_checkstack(L, 4)) return "value";
    lk_push(L, &value);
    const char *name = luaL_typename(L, -1);
    lua_pop(L, 1);
    return name;
}
