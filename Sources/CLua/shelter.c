// The view of replaced code on the program. The standard names and libraries are copies; the program's plain tables, which it reaches as
// globals, through the function that it replaces, and as modules, are copies that are made for each call; the globals that it assigns are
// its own. So a language model's code may change anything there, and the workflow and the debugger go on with their own. Objects, that is
// tables with a class for a metatable, are the program's own: they are one object everywhere, and may be the data of nodes.
#include <string.h>
#include "internal.h"

// In the table of a shelter: copies that last, copies of this call, the call that they are of.
enum { LASTING = 1, CALL, EPOCH };
enum { DEEPEST = 100 };

static const char *const functions[] = {"assert",   "collectgarbage", "error",    "ipairs",  "next",     "pairs",    "pcall", "print",  "rawequal",
                                        "rawget",   "rawlen",         "rawset",   "select",  "tonumber", "tostring", "type",  "xpcall", "_VERSION",
                                        NULL};
static const char *const libraries[] = {"coroutine", "math", "os", "string", "table", "utf8", "trace", NULL};
// In the effective metatable: the one that code set. In the registry: the tables of objects that are shared.
static const char shelter_key, original_key, shared_key;

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

// ---- effective metatables

/// Pushes what is set as a metatable for the one at `index`: a table that no code can reach, so that nothing in it changes later. Of keys that are
/// weak without their values the collector makes chains that it follows again and again, where nothing stops it: they are refused.
static void push_in_force(lua_State *L, int index, int strict) {
    static const char *const events[] = {"__index", "__newindex", "__len",  "__eq",   "__add",    "__sub",  "__mul",   "__mod",  "__pow",       "__div",
                                         "__idiv",  "__band",     "__bor",  "__bxor", "__shl",    "__shr",  "__unm",   "__bnot", "__lt",        "__le",
                                         "__gc",    "__concat",   "__call", "__close", "__name",  "__pairs", "__mode", "__tostring", "__metatable", NULL};
    index = lua_absindex(L, index);
    luaL_checkstack(L, 6, NULL);
    raw_field(L, index, "__mode");
    const char *mode = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    int is_chain = strchr(mode, 'k') && !strchr(mode, 'v');
    lua_pop(L, 1);
    if (is_chain && strict) luaL_error(L, "weak keys are not available to code that replaces a function: make the values weak too");
    lua_newtable(L);
    for (const char *const *name = events; *name; name++) {
        if (is_chain && strcmp(*name, "__mode") == 0) continue;
        lua_pushstring(L, *name);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, index) == LUA_TNIL) lua_pop(L, 2);
        else lua_rawset(L, -3);
    }
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, &original_key);
    lk_charge(L, 10);
}

// ---- objects, and the tables in them, which are the program's own

static void push_shared(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &shared_key) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &shared_key);
}

static int is_shared(lua_State *L, int index) {
    index = lua_absindex(L, index);
    push_shared(L);
    lua_pushvalue(L, index);
    int is = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return is;
}

/// Notes the table on top, and those in it.
static void share(lua_State *L, int shared, int depth) {
    int table = lua_gettop(L);
    lua_pushvalue(L, table);
    int known = lua_rawget(L, shared) != LUA_TNIL;
    lua_pop(L, 1);
    if (known || depth > DEEPEST) return;
    luaL_checkstack(L, 8, NULL);
    lua_pushvalue(L, table);
    lua_pushboolean(L, 1);
    lua_rawset(L, shared);
    for (lua_pushnil(L); lua_next(L, table);) {
        lk_charge(L, 2);
        if (lua_istable(L, -1)) share(L, shared, depth + 1);
        lua_pop(L, 1);
    }
}

static int share_value(lua_State *L) {
    const lk_value *v = lua_touserdata(L, 1);
    if (v->type != LK_TABLE) {
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &shared_key);
        return 0;
    }
    push_shared(L);
    lk_push(L, v);
    share(L, lua_gettop(L) - 1, 0);
    return 0;
}

/// Notes an object that replaced code is given: neither its metatable nor those of the tables in it can be changed. A value that is not a
/// table clears all notes.
int32_t lk_share(lk_host *h, lk_value value) { return lk_protect(h, share_value, &value, 0); }

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
        push_in_force(L, lua_gettop(L), 0);
        lua_setmetatable(L, to);
        lua_settop(L, to);
    }
    lua_replace(L, from);
}

static void copy_value(lua_State *L, int lasting, int copies, int depth, int shares_objects) {
    if (!lua_istable(L, -1) && !lua_isfunction(L, -1)) return;
    if (replace_by(L, lasting) || !lua_istable(L, -1) || replace_by(L, copies)) return;
    if (shares_objects && is_object(L, -1)) {
        push_shared(L);
        lua_insert(L, -2);
        share(L, lua_gettop(L) - 1, 0);
        lua_remove(L, -2);
        return;
    }
    copy_table(L, lasting, copies, depth, shares_objects);
}

/// Pushes the copies of the running call.
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

/// Replaces a value of the program's on top of the stack by the form that replaced code may have. Nothing happens where `shelter` is not one.
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

/// The metatable of an object is its class, which is the program's; one that the code has set is its own.
static int get_metatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return 1;
    if (!lua_istable(L, -1) || lua_rawgetp(L, -1, &original_key) != LUA_TNIL) return 1;
    lua_pop(L, 1);
    isolate(L, lua_upvalueindex(1), 0);
    return 1;
}

static int set_metatable(lua_State *L) {
    lua_settop(L, 2);
    int own = 0;
    if (lua_istable(L, 1) && lua_getmetatable(L, 1)) {
        own = lua_rawgetp(L, -1, &original_key) != LUA_TNIL;
        lua_settop(L, 2);
    }
    if (lua_istable(L, 1) && ((!own && is_object(L, 1)) || is_shared(L, 1)))
        return luaL_error(L, "cannot change the metatable of an object of the program's");
    if (lua_istable(L, 2)) {
        push_in_force(L, 2, 1);
        lua_replace(L, 2);
    }
    return lk_set_metatable(L);
}

/// Upvalues: the shelter, the program's globals. Standard names first: those are copies.
static int read_global(lua_State *L) {
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(2));
    lk_isolate(L, lua_upvalueindex(1));
    return 1;
}

/// Compiled code gets a name that cannot be mistaken for a file's.
static int load_sheltered(lua_State *L) {
    lua_settop(L, lua_isnone(L, 4) ? 3 : 4);
    lua_pushliteral(L, "=(loaded by replaced code)");
    lua_replace(L, 2);
    if (lua_isnone(L, 4)) lua_pushvalue(L, lua_upvalueindex(1));
    return lk_load_text(L);
}

static int refuse_to_save(lua_State *L) {
    return luaL_error(L, "code that replaces a function may not write files: call trace.save outside of it");
}

// ---- the shelter

/// Random numbers come from a generator of the shelter's own: how many the code takes, and what it seeds, changes none of the program's.
static void add_random(lua_State *L, int globals, int lasting) {
    static const char *const names[] = {"random", "randomseed"};
    raw_field(L, globals, "math");
    int math = lua_gettop(L);
    if (lua_istable(L, math)) {
        lk_push_random(L);
        for (int i = 0; i < 2; i++) {
            raw_field(L, math, names[i]);
            // A function that the program put there is not a generator.
            if (!lua_iscfunction(L, -1)) continue;
            lua_pushvalue(L, math + 1 + i);
            lua_rawset(L, lasting);
        }
    }
    lua_settop(L, math - 1);
}

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
    add_random(L, globals, lasting);
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
