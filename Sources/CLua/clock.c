// A script's view of the time, and of the addresses of its objects: readings of the clock come from the host, so that a run can be
// repeated, dates are in UTC, and objects are numbered in the order in which they are first asked for their text.
#define _GNU_SOURCE
#include <string.h>
#include <time.h>
#include "internal.h"

enum { LONGEST_DATE = 1000, LONGEST_FORMAT = 16 << 20, LONGEST_QUOTED = 4 << 20 };
static const char key_date, key_format, key_numbers;

static lua_Number reading(lua_State *L, int32_t processor) {
    lk_host *h = lk_of(L);
    return h->context ? h->callbacks.clock(h->context, processor) : 0;
}

static int clock_reading(lua_State *L) {
    lua_pushnumber(L, reading(L, 1));
    return 1;
}

static int field(lua_State *L, const char *name, int missing, int less) {
    int is_number;
    int type = lua_getfield(L, 1, name);
    lua_Integer n = lua_tointegerx(L, -1, &is_number);
    if (!is_number) {
        if (type != LUA_TNIL) return luaL_error(L, "field '%s' is not an integer", name);
        if (missing < 0) return luaL_error(L, "field '%s' missing in date table", name);
        n = missing;
    } else {
        if (n - less < -2000000000 || n - less > 2000000000) return luaL_error(L, "field '%s' is out-of-bound", name);
        n -= less;
    }
    lua_pop(L, 1);
    return (int)n;
}

static void set_field(lua_State *L, const char *name, int value) {
    lua_pushinteger(L, value);
    lua_setfield(L, 1, name);
}

static int time_of(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        lua_pushinteger(L, (lua_Integer)reading(L, 0));
        return 1;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct tm parts = {0};
    parts.tm_year = field(L, "year", -1, 1900);
    parts.tm_mon = field(L, "month", -1, 1);
    parts.tm_mday = field(L, "day", -1, 0);
    parts.tm_hour = field(L, "hour", 12, 0);
    parts.tm_min = field(L, "min", 0, 0);
    parts.tm_sec = field(L, "sec", 0, 0);
    time_t moment = timegm(&parts);
    if (moment == (time_t)-1 && parts.tm_year != 69) return luaL_error(L, "time result cannot be represented in this installation");
    set_field(L, "year", parts.tm_year + 1900);
    set_field(L, "month", parts.tm_mon + 1);
    set_field(L, "day", parts.tm_mday);
    set_field(L, "hour", parts.tm_hour);
    set_field(L, "min", parts.tm_min);
    set_field(L, "sec", parts.tm_sec);
    set_field(L, "yday", parts.tm_yday + 1);
    set_field(L, "wday", parts.tm_wday + 1);
    lua_pushboolean(L, 0);
    lua_setfield(L, 1, "isdst");
    lua_pushinteger(L, (lua_Integer)moment);
    return 1;
}

static int date(lua_State *L) {
    const char *format = luaL_optstring(L, 1, "%c");
    luaL_argcheck(L, lua_isnoneornil(L, 1) || lua_rawlen(L, 1) <= LONGEST_DATE, 1, "the format of a date is too long");
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_pushinteger(L, (lua_Integer)reading(L, 0));
        lua_replace(L, 2);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_date);
    lua_pushfstring(L, "%s%s", format[0] == '!' ? "" : "!", format);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 1);
    return 1;
}

// ---- objects in words

static int has_address(lua_State *L, int index) {
    int type = lua_type(L, index);
    if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TTHREAD && type != LUA_TUSERDATA) return 0;
    if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) return 1;
    lua_pop(L, 1);
    return 0;
}

/// Pushes the name of an object without a `__tostring` of its own.
static void push_name(lua_State *L, int index) {
    luaL_checkstack(L, 6, NULL);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_numbers);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_rawgeti(L, -1, 0);
        lua_Integer n = lua_tointeger(L, -1) + 1;
        lua_pop(L, 1);
        lua_pushinteger(L, n);
        lua_rawseti(L, -2, 0);
        lua_pushvalue(L, index);
        lua_pushinteger(L, n);
        lua_rawset(L, -3);
        lua_pushinteger(L, n);
    }
    char number[24];
    snprintf(number, sizeof number, "0x%08llx", (unsigned long long)lua_tointeger(L, -1));
    int named = luaL_getmetafield(L, index, "__name") == LUA_TSTRING;
    lua_pushfstring(L, "%s: %s", named ? lua_tostring(L, -1) : luaL_typename(L, index), number);
}

static int to_string(lua_State *L) {
    luaL_checkany(L, 1);
    if (has_address(L, 1)) push_name(L, 1);
    else luaL_tolstring(L, 1, NULL);
    return 1;
}

/// Objects that %s and %p would show by their address are replaced by their names. The format and the texts that %q quotes are read byte by
/// byte, and nothing can interrupt that: their length is limited.
static int format(lua_State *L) {
    size_t length, quoted = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    int count = lua_gettop(L), argument = 1;
    luaL_argcheck(L, length <= LONGEST_FORMAT, 1, "the format is longer than 16 MiB");
    lk_charge(L, (int64_t)(length / 16));
    const char *end = text + length;  // a zero byte does not end it
    for (const char *at = memchr(text, '%', length); at; at = memchr(at, '%', (size_t)(end - at))) {
        if (*++at == '%') {
            at++;
            continue;
        }
        at += strspn(at, "-+ #0123456789.");
        if (++argument > count || at == end) break;
        if (*at == 's' && has_address(L, argument)) {
            push_name(L, argument);
            lua_replace(L, argument);
            lua_settop(L, count);
        }
        if (*at == 'q' && lua_type(L, argument) == LUA_TSTRING) {
            quoted += lua_rawlen(L, argument);
            luaL_argcheck(L, quoted <= LONGEST_QUOTED, argument, "the texts for %q are longer than 4 MiB");
            lk_charge(L, (int64_t)(lua_rawlen(L, argument) / 4));
        }
        if (*at == 'p') return luaL_error(L, "%%p is not available: addresses differ from run to run");
    }
    lua_settop(L, count);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_format);
    lua_insert(L, 1);
    lua_call(L, count, 1);
    return 1;
}

void lk_open_clock(lua_State *L) {
    static const luaL_Reg system[] = {{"clock", clock_reading}, {"time", time_of}, {"date", date}, {NULL, NULL}};
    luaL_requiref(L, LUA_OSLIBNAME, luaopen_os, 0);
    lua_getfield(L, -1, "date");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_date);
    lua_newtable(L);
    luaL_setfuncs(L, system, 0);
    lua_setglobal(L, LUA_OSLIBNAME);

    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_numbers);
    lua_pushcfunction(L, to_string);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "tostring");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_tostring);
    lua_getglobal(L, LUA_STRLIBNAME);
    lua_getfield(L, -1, "format");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_format);
    lua_pushcfunction(L, format);
    lua_setfield(L, -2, "format");
    lua_settop(L, 0);
}
