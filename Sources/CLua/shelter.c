// What replaced code sees of the program. The standard names and libraries are copies; the program's plain tables, which it reaches as
// globals, through the function that it replaces, and as modules, are copies that are made anew for each call; the globals that it assigns are its
// own. So what
// a language model wrote may change what it likes there, and the workflow and the debugger go on with what they had. Objects, that is tables with a
// class for a metatable, are the program's own: they are one object wherever they are, and may be the data of nodes.
#include <string.h>
#include "internal.h"

// In the table of a shelter: copies that last, copies of this call, the call that they are of, metatables that its code made.
enum { LASTING = 1, CALL, EPOCH, OWN };
enum { DEEPEST = 100 };

static const char *const functions[] = {"assert",   "collectgarbage", "error",    "ipairs",  "next",     "pairs",    "pcall", "print",  "rawequal",
                                        "rawget",   "rawlen",         "rawset",   "select",  "tonumber", "tostring", "type",  "xpcall", "_VERSION",
                                        NULL};
static const char *const libraries[] = {"coroutine", "math", "os", "string", "table", "utf8", "trace", NULL};
static const char shelter_key;

static void raw_field(lua_State *L, int table, const char *name) {
    table = lua_absindex(L, table);
    lua_pushstring(L, name);
    lua_rawget(L, table);
}

// ---- copies

/// Whether the table at `index` is an object: its metatable is a class, or has a name.
static int is_object(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (!lua_getmetatable(L, index)) return 0;
    raw_field(L, -1, "__name");
    raw_field(L, -2, "__index");
    int is = lua_type(L, -2) == LUA_TSTRING || lua_istable(L, -1);
    lua_pop(L, 3);
    return is;
}

/// Looks for the copy of the value on top in a table of copies, and replaces it by that.
static int replace_by(lua_State *L, int copies) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, copies) == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    lua_remove(L, -2);
    return 1;
}

static void copy_value(lua_State *L, int lasting, int copies, int depth, int shares_objects);

/// Replaces the table on top by a copy.
static void copy_table(lua_State *L, int lasting, int copies, int depth, int shares_objects) {
    if (depth > DEEPEST) luaL_error(L, "tables are nested deeper than %d levels", DEEPEST);
    luaL_checkstack(L, 12, NULL);
    int from = lua_gettop(L), to = from + 1;
    lua_newtable(L);
    lua_pushvalue(L, from);
    lua_pushvalue(L, to);
    lua_rawset(L, copies);
    for (lua_pushnil(L); lua_next(L, from);) {
        lk_charge(L, 4);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        copy_value(L, lasting, copies, depth + 1, shares_objects);
        lua_rawset(L, to);
    }
    if (lua_getmetatable(L, from)) {
        copy_value(L, lasting, copies, depth + 1, shares_objects);
        lua_setmetatable(L, to);
    }
    lua_replace(L, from);
}

static void copy_value(lua_State *L, int lasting, int copies, int depth, int shares_objects) {
    if (!lua_istable(L, -1) && !lua_isfunction(L, -1)) return;
    if (replace_by(L, lasting) || !lua_istable(L, -1) || replace_by(L, copies)) return;
    if (shares_objects && is_object(L, -1)) return;
    copy_table(L, lasting, copies, depth, shares_objects);
}

/// Pushes the copies of the call that is going on.
static void push_call_copies(lua_State *L, int meta) {
    lk_host *h = lk_of(L);
    lua_rawgeti(L, meta, EPOCH);
    int current = lua_tointeger(L, -1) == (lua_Integer)h->epoch;
    lua_pop(L, 1);
    if (current && lua_rawgeti(L, meta, CALL) == LUA_TTABLE) return;
    if (current) lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawseti(L, meta, CALL);
    lua_pushinteger(L, (lua_Integer)h->epoch);
    lua_rawseti(L, meta, EPOCH);
}

static void isolate(lua_State *L, int meta, int shares_objects) {
    if (!lua_istable(L, -1) && !lua_isfunction(L, -1)) return;
    luaL_checkstack(L, 12, NULL);
    meta = lua_absindex(L, meta);
    lua_rawgeti(L, meta, LASTING);
    push_call_copies(L, meta);
    int copies = lua_gettop(L);
    lua_pushvalue(L, copies - 2);
    copy_value(L, copies - 1, copies, 0, shares_objects);
    lua_replace(L, copies - 2);
    lua_settop(L, copies - 2);
}

/// Replaces a value of the program's on top of the stack by what replaced code may have of it. Nothing happens where `shelter` is not one.
int lk_isolate(lua_State *L, int shelter) {
    if (!lua_getmetatable(L, shelter)) return 0;
    if (lua_rawgetp(L, -1, &shelter_key) == LUA_TNIL) {
        lua_pop(L, 2);
        return 0;
    }
    lua_pop(L, 1);
    lua_insert(L, -2);
    isolate(L, lua_gettop(L) - 1, 1);
    lua_remove(L, -2);
    return 1;
}

// ---- functions in place of the program's; their first upvalue is the metatable of the shelter

/// Second upvalue: the program's `require`.
static int require_sheltered(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    isolate(L, lua_upvalueindex(1), 0);
    return 1;
}

/// The metatable of an object is its class, which is the program's; one that the code has made is its own.
static int get_metatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return 1;
    lua_rawgeti(L, lua_upvalueindex(1), OWN);
    lua_pushvalue(L, -2);
    int own = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    if (!own) isolate(L, lua_upvalueindex(1), 0);
    return 1;
}

static int set_metatable(lua_State *L) {
    lua_settop(L, 2);
    if (lua_istable(L, 1) && lua_getmetatable(L, 1)) {
        lua_rawgeti(L, lua_upvalueindex(1), OWN);
        lua_insert(L, -2);
        if (lua_rawget(L, -2) == LUA_TNIL && is_object(L, 1)) return luaL_error(L, "cannot change the metatable of an object of the program's");
    }
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    if (lua_getmetatable(L, 1)) {
        lua_rawgeti(L, lua_upvalueindex(1), OWN);
        lua_insert(L, -2);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    }
    return 1;
}

/// Upvalues: the shelter, the program's globals. Standard names first: those are copies.
static int read_global(lua_State *L) {
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(2));
    lk_isolate(L, lua_upvalueindex(1));
    return 1;
}

/// What is compiled has a name that cannot be taken for a file's.
static int load_sheltered(lua_State *L) {
    lua_settop(L, lua_isnone(L, 4) ? 3 : 4);
    lua_pushliteral(L, "=(loaded by replaced code)");
    lua_replace(L, 2);
    if (lua_isnone(L, 4)) lua_pushvalue(L, lua_upvalueindex(1));
    return lk_load_text(L);
}

static int refuse_to_save(lua_State *L) {
    return luaL_error(L, "code that replaces a function writes no files: call trace.save outside of it");
}

// ---- the shelter

static void push_closure(lua_State *L, int meta, lua_CFunction function, int globals, const char *original) {
    lua_pushvalue(L, meta);
    raw_field(L, globals, original);
    lua_pushcclosure(L, function, 2);
}

/// A library on top of the stack is replaced by a copy that lasts; its tables are copied too.
static void copy_library(lua_State *L, int lasting, const char *name) {
    if (!lua_istable(L, -1)) return;
    if (strcmp(name, "trace") == 0) {
        raw_field(L, -1, "save");
        if (!lua_isnil(L, -1)) {
            lua_pushcfunction(L, refuse_to_save);
            lua_rawset(L, lasting);
        } else {
            lua_pop(L, 1);
        }
    }
    copy_table(L, lasting, lasting, 0, 0);
}

/// Replaces the globals on top of the stack by a shelter over them.
void lk_push_shelter(lua_State *L) {
    luaL_checkstack(L, 16, NULL);
    int globals = lua_gettop(L), shelter = globals + 1, meta = globals + 2, lasting = globals + 3;
    if (!lua_istable(L, globals)) return;
    lua_newtable(L);
    lua_newtable(L);
    lua_newtable(L);
    for (const char *const *name = functions; *name; name++) {
        raw_field(L, globals, *name);
        lua_setfield(L, shelter, *name);
    }
    static const struct {
        const char *name;
        lua_CFunction function;
    } own[] = {{"require", require_sheltered}, {"getmetatable", get_metatable}, {"setmetatable", set_metatable}};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        // Also where the program keeps the function under another name.
        raw_field(L, globals, own[i].name);
        push_closure(L, meta, own[i].function, globals, own[i].name);
        lua_pushvalue(L, -1);
        lua_setfield(L, shelter, own[i].name);
        if (lua_isnil(L, -2)) lua_pop(L, 2);
        else lua_rawset(L, lasting);
    }
    for (const char *const *name = libraries; *name; name++) {
        raw_field(L, globals, *name);
        copy_library(L, lasting, *name);
        lua_setfield(L, shelter, *name);
    }
    lua_pushvalue(L, globals);
    lua_pushvalue(L, shelter);
    lua_rawset(L, lasting);
    raw_field(L, globals, "load");
    lua_pushvalue(L, shelter);
    lua_pushcclosure(L, load_sheltered, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, shelter, "load");
    if (lua_isnil(L, -2)) lua_pop(L, 2);
    else lua_rawset(L, lasting);
    lua_pushvalue(L, lasting);
    lua_rawseti(L, meta, LASTING);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawseti(L, meta, OWN);
    lua_pushvalue(L, shelter);
    lua_pushvalue(L, globals);
    lua_pushcclosure(L, read_global, 2);
    lua_setfield(L, meta, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, meta, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, meta, &shelter_key);
    lua_settop(L, meta);
    lua_setmetatable(L, shelter);
    lua_replace(L, globals);
}
