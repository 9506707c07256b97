// The table library. Each loop here counts its steps, because a length may be anything a __len says.
#include "internal.h"

enum { TOO_LONG = 1 << 26 };

static void check_list(lua_State *L, int index) {
    if (lua_istable(L, index)) return;
    if (lua_type(L, index) == LUA_TUSERDATA && luaL_getmetafield(L, index, "__index") != LUA_TNIL) lua_pop(L, 1);
    else luaL_checktype(L, index, LUA_TTABLE);
}

static void pay(lua_State *L, lua_Integer *counted, lua_Integer steps) {
    *counted += steps;
    if (*counted < 256) return;
    lk_charge(L, *counted);
    *counted = 0;
}

static void set(lua_State *L, int table, lua_Integer place) {
    lk_adds_key(L);
    lua_seti(L, table, place);
    lk_of(L)->adding_key = NULL;
}

static void copy_within(lua_State *L, int from_table, lua_Integer from, int to_table, lua_Integer to, lua_Integer n, int backwards) {
    lua_Integer counted = 0;
    for (lua_Integer i = 0; i < n; i++) {
        lua_Integer at = backwards ? n - 1 - i : i;
        lua_geti(L, from_table, from + at);
        set(L, to_table, to + at);
        pay(L, &counted, 2);
    }
    lk_charge(L, counted);
}

static int insert(lua_State *L) {
    check_list(L, 1);
    int n = lua_gettop(L);
    lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1u);
    if (n == 2) {
        set(L, 1, end);
        return 0;
    }
    if (n != 3) return luaL_error(L, "wrong number of arguments to 'insert'");
    lua_Integer at = luaL_checkinteger(L, 2);
    luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2, "position out of bounds");
    copy_within(L, 1, at, 1, at + 1, end - at, 1);
    set(L, 1, at);
    return 0;
}

static int remove_one(lua_State *L) {
    check_list(L, 1);
    lua_Integer size = luaL_len(L, 1), at = luaL_optinteger(L, 2, size);
    if (at != size) luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
    lua_geti(L, 1, at);
    if (at < size) copy_within(L, 1, at + 1, 1, at, size - at, 0);
    if (at < size) at = size;
    lua_pushnil(L);
    set(L, 1, at);
    return 1;
}

static int move(lua_State *L) {
    check_list(L, 1);
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    check_list(L, target);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer n = last - first + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4, "destination wrap around");
        int overlaps = to > first && to <= last && (target == 1 || lua_compare(L, 1, 5, LUA_OPEQ));
        copy_within(L, 1, first, target, to, n, overlaps);
    }
    lua_pushvalue(L, target);
    return 1;
}

static int concat(lua_State *L) {
    luaL_Buffer b;
    check_list(L, 1);
    size_t separator_length;
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer i = luaL_optinteger(L, 3, 1), last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4), counted = 0;
    lua_settop(L, 4);
    luaL_buffinit(L, &b);
    for (; i <= last; i++) {
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1)) return luaL_error(L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
        luaL_addvalue(&b);
        if (i == last) break;
        luaL_addlstring(&b, separator, separator_length);
        pay(L, &counted, 2);
    }
    luaL_pushresult(&b);
    return 1;
}

static int unpack(lua_State *L) {
    lua_Integer first = luaL_optinteger(L, 2, 1), last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3), counted = 0;
    if (first > last) return 0;
    lua_Unsigned n = (lua_Unsigned)last - (lua_Unsigned)first;
    if (n >= LK_STACK_MAX || !lua_checkstack(L, (int)n + 1)) return luaL_error(L, "too many results to unpack");
    for (lua_Integer i = first; i < last; i++) {
        lua_geti(L, 1, i);
        pay(L, &counted, 1);
    }
    lua_geti(L, 1, last);
    return (int)n + 1;
}

// ---- sort: a merge sort on copies, which ends whatever the order function says

static int goes_before(lua_State *L, int function) {  // of the two values on top
    if (!function) return lua_compare(L, -2, -1, LUA_OPLT);
    lua_pushvalue(L, function);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    int before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer middle, lua_Integer high, int function) {
    lua_Integer a = low, b = middle, counted = 0;
    for (lua_Integer i = low; i < high; i++) {
        int take_second = a >= middle;
        if (a < middle && b < high) {
            lua_rawgeti(L, from, b);
            lua_rawgeti(L, from, a);
            take_second = goes_before(L, function);
            lua_pop(L, 2);
        }
        lua_rawgeti(L, from, take_second ? b++ : a++);
        lua_rawseti(L, to, i);
        pay(L, &counted, 4);
    }
    lk_charge(L, counted);
}

static int sort(lua_State *L) {
    check_list(L, 1);
    lua_Integer n = luaL_len(L, 1);
    if (n < 2) return 0;
    luaL_argcheck(L, n < TOO_LONG, 1, "array too big");
    int function = lua_isnoneornil(L, 2) ? 0 : 2;
    if (function) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_newtable(L);
    copy_within(L, 1, 1, 3, 1, n, 0);
    int from = 3, to = 4;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width <= n + 1 ? low + width : n + 1, high = low + 2 * width <= n + 1 ? low + 2 * width : n + 1;
            merge(L, from, to, low, middle, high, function);
        }
        int swapped = from;
        from = to;
        to = swapped;
    }
    copy_within(L, from, 1, 1, 1, n, 0);
    return 0;
}

void lk_open_tables(lua_State *L) {
    static const luaL_Reg replaced[] = {{"insert", insert}, {"remove", remove_one}, {"move", move}, {"concat", concat},
                                        {"unpack", unpack}, {"sort", sort},         {NULL, NULL}};
    luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_setfuncs(L, replaced, 0);
    lua_pop(L, 1);
}
