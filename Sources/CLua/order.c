// pairs and next in one order in every run: Lua's own depends on addresses and on a seed that differs from process to process. First come
// 1, 2, 3 … as far as they go without a gap in the table's list part, then the other positive integers, the other numbers, texts by their
// bytes, false and true, handles by their numbers; tables and functions that are keys come last, in Lua's order. A traversal sorts the keys
// once, at its beginning, in n log n; `next` keeps the order of a table from call to call.
#include <stdlib.h>
#include <string.h>
#include "internal.h"

static const char key_caches, key_recent;
enum { RECENT = 16 };

typedef struct {
    int class;
    int64_t integer, kind;
    long double number;
    const char *text;
    size_t length;
    lua_Integer place;
} sort_key;

/// The keys beyond 1 … `list` are in the first user value, sorted.
typedef struct {
    const void *table;
    lua_Integer list, count, at;
} key_order;

enum { LONG_TEXT = 256 };  // texts beyond it are charged for by their length
enum { POSITIVE, NUMBER, TEXT, BOOLEAN, HANDLE, OTHER };

static sort_key describe(lua_State *L, int index, lua_Integer place) {
    sort_key k = {.class = OTHER, .place = place};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        k.class = NUMBER;
        k.number = (long double)lua_tonumber(L, index);
        if (!lua_isinteger(L, index)) break;
        k.kind = 1;
        k.integer = lua_tointeger(L, index);
        k.number = (long double)k.integer;
        if (k.integer > 0) k.class = POSITIVE;
        break;
    case LUA_TSTRING:
        k.class = TEXT;
        k.text = lua_tolstring(L, index, &k.length);
        break;
    case LUA_TBOOLEAN:
        k.class = BOOLEAN;
        k.integer = lua_toboolean(L, index);
        break;
    case LUA_TUSERDATA: {
        lk_value v;
        lk_peek(L, index, &v);
        if (v.type != LK_HANDLE) break;
        k.class = HANDLE;
        k.kind = v.kind;
        k.integer = v.integer;
        break;
    }
    default: break;
    }
    return k;
}

static int sign(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int compare(const void *left, const void *right) {
    const sort_key *a = left, *b = right;
    if (a->class != b->class) return a->class < b->class ? -1 : 1;
    switch (a->class) {
    case NUMBER:
        if (a->number != b->number) return a->number < b->number ? -1 : 1;
        return a->kind != b->kind ? sign(a->kind, b->kind) : sign(a->integer, b->integer);
    case TEXT: {
        int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
        return order ? order : sign((int64_t)a->length, (int64_t)b->length);
    }
    case HANDLE: return a->kind != b->kind ? sign(a->kind, b->kind) : sign(a->integer, b->integer);
    case OTHER: return sign(a->place, b->place);
    default: return sign(a->integer, b->integer);
    }
}

/// Counts the keys of the table at 1; returns how many of the first are 1, 2, 3 …
static lua_Integer count_keys(lua_State *L, lua_Integer *list) {
    lua_Integer n = 0, steps = 0;
    *list = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (*list == n && lua_isinteger(L, -2) && lua_tointeger(L, -2) == n + 1) ++*list;
        n++;
        lua_pop(L, 1);
        if (++steps == 256) {
            lk_charge(L, steps);
            steps = 0;
        }
    }
    lk_charge(L, steps);
    return n;
}

/// Goes over the keys of the table at 1 that come after the list part, and leaves them in the table at `found`, in Lua's order.
static lua_Integer collect(lua_State *L, const key_order *order, sort_key *keys, int found) {
    lua_Integer skipped = 0, n = 0, steps = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        if (++steps == 256) {
            lk_charge(L, steps);
            steps = 0;
        }
        if (skipped < order->list) {
            skipped++;
            continue;
        }
        if (n == order->count) {
            lua_pop(L, 1);
            break;
        }
        keys[n] = describe(L, -1, n + 1);
        if (keys[n].class == TEXT && keys[n].length > LONG_TEXT) lk_charge(L, (int64_t)keys[n].length);
        lua_pushvalue(L, -1);
        lua_rawseti(L, found, ++n);
    }
    return n;
}

/// Pushes the order of the keys of the table at 1.
static key_order *push_order(lua_State *L) {
    luaL_checkstack(L, 8, NULL);
    key_order *order = lua_newuserdatauv(L, sizeof *order, 1);
    int top = lua_gettop(L);
    *order = (key_order){.table = lua_topointer(L, 1)};
    order->count = count_keys(L, &order->list) - order->list;
    if (order->count == 0) return order;
    lua_Integer logarithm = 1;
    for (lua_Integer left = order->count; left > 1; left /= 2) logarithm++;
    lk_charge(L, order->count * logarithm / 4);
    sort_key *keys = lua_newuserdatauv(L, (size_t)order->count * sizeof *keys, 0);
    int room = order->count < 1 << 26 ? (int)order->count : 0;
    lua_createtable(L, room, 0);
    order->count = collect(L, order, keys, top + 2);
    qsort(keys, (size_t)order->count, sizeof *keys, compare);
    lua_createtable(L, room, 0);
    for (lua_Integer i = 0; i < order->count; i++) {
        lua_rawgeti(L, top + 2, keys[i].place);
        lua_rawseti(L, top + 3, i + 1);
    }
    lua_setiuservalue(L, top, 1);
    lua_settop(L, top);
    return order;
}

/// The place of a key in the order, counted from 1. The keys are in the table at `keys`.
static lua_Integer find(lua_State *L, const key_order *order, int key, int keys) {
    if (lua_isinteger(L, key) && lua_tointeger(L, key) >= 1 && lua_tointeger(L, key) <= order->list) return lua_tointeger(L, key);
    if (order->at > order->list) {
        if (lua_type(L, key) == LUA_TSTRING && lua_rawlen(L, key) > LONG_TEXT) lk_charge(L, (int64_t)(lua_rawlen(L, key) / 16));
        lua_rawgeti(L, keys, order->at - order->list);
        int is_last = lua_rawequal(L, -1, key);
        lua_pop(L, 1);
        if (is_last) return order->at;
    }
    sort_key wanted = describe(L, key, 0);
    if (wanted.class == TEXT && wanted.length > LONG_TEXT) lk_charge(L, (int64_t)wanted.length);
    if (wanted.class == OTHER) {
        for (lua_Integer i = 1; i <= order->count; i++) {
            lua_rawgeti(L, keys, i);
            int same = lua_rawequal(L, -1, key);
            lua_pop(L, 1);
            if (same) return order->list + i;
            if (i % 256 == 0) lk_charge(L, 256);
        }
        return luaL_error(L, "invalid key to 'next'");
    }
    lua_Integer low = 0, high = order->count;  // the last that is not after the key
    while (low < high) {
        lua_Integer middle = low + (high - low + 1) / 2;
        lua_rawgeti(L, keys, middle);
        sort_key k = describe(L, -1, 0);
        lua_pop(L, 1);
        if (compare(&k, &wanted) <= 0) low = middle;
        else high = middle - 1;
    }
    return order->list + low;
}

/// Gives the key and the value of the table at 1 that come after the key at 2, by the order at 3.
static int give_next(lua_State *L, key_order *order) {
    lua_settop(L, 3);
    lua_getiuservalue(L, 3, 1);
    lua_Integer at = lua_isnil(L, 2) ? 0 : find(L, order, 2, 4), skipped = 0;
    for (at++; at <= order->list + order->count; at++) {
        if (at <= order->list) lua_pushinteger(L, at);
        else lua_rawgeti(L, 4, at - order->list);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) {
            order->at = at;
            return 2;
        }
        lua_pop(L, 2);  // it was taken out of the table since
        if (++skipped % 256 == 0) lk_charge(L, 256);
    }
    lua_pushnil(L);
    return 1;
}

// ---- pairs: the order is the iterator's first upvalue

static int iterate(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    key_order *order = lua_touserdata(L, 3);
    if (!order || order->table != lua_topointer(L, 1) || lua_isnil(L, 2)) {
        lua_settop(L, 2);
        order = push_order(L);
        lua_pushvalue(L, 3);
        lua_replace(L, lua_upvalueindex(1));
    }
    return give_next(L, order);
}

static int pairs_done(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 3;
}

static int pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, pairs_done);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushnil(L);
    lua_pushcclosure(L, iterate, 1);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

// ---- next

/// The first key, without sorting: this is how a workflow asks whether a table is empty.
static int first(lua_State *L) {
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_caches);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    lua_rawset(L, 2);
    lua_settop(L, 1);
    lua_pushinteger(L, 1);
    if (lua_rawgeti(L, 1, 1) != LUA_TNIL) return 2;
    lua_settop(L, 1);
    lua_pushnil(L);  // the best key, at 2
    sort_key best = {.class = OTHER + 1};
    lua_Integer place = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        sort_key k = describe(L, -1, ++place);
        if (k.class == TEXT && k.length > LONG_TEXT) lk_charge(L, (int64_t)(k.length / 16));
        if (best.class > OTHER || compare(&k, &best) < 0) {
            best = k;
            lua_pushvalue(L, -1);
            lua_replace(L, 2);
        }
        if (place % 256 == 0) lk_charge(L, 256);
    }
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) return 1;
    lua_pushvalue(L, 2);
    lua_rawget(L, 1);
    return 2;
}

/// Keeps the order on top of the stack alive until as many others have come.
static void keep_recent(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_recent);
    lua_rawgeti(L, -1, RECENT + 1);
    lua_Integer at = lua_tointeger(L, -1) % RECENT + 1;
    lua_pop(L, 1);
    lua_pushinteger(L, at);
    lua_rawseti(L, -2, RECENT + 1);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, at);
    lua_pop(L, 1);
}

static int next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) return first(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_caches);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 3) != LUA_TUSERDATA) {
        lua_settop(L, 2);
        push_order(L);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key_caches);
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 3);
        lua_rawset(L, 4);
        lua_settop(L, 3);
        keep_recent(L);
    } else {
        lua_replace(L, 3);
    }
    return give_next(L, lua_touserdata(L, 3));
}

void lk_open_order(lua_State *L) {
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    // With strong values, a chain of tables and orders would take the collector time in its square.
    lua_pushliteral(L, "kv");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_caches);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_recent);
    lua_pushcfunction(L, pairs);
    lua_setglobal(L, "pairs");
    lua_pushcfunction(L, next);
    lua_setglobal(L, "next");
}
