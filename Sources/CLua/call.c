// Calls in both directions. From Lua: a trampoline calls Swift, which returns a status, and only then may C raise. Into Lua:
// one protected call; on a fresh coroutine while an observer is being called, because hooks are off in a state whose hook runs.
#include <stdlib.h>
#include <string.h>
#include "internal.h"

// ---- Lua to Swift

void lk_return(lk_host *h, lk_value v) {
    if (v.type == LK_STRING) {
        if (h->arena_used + v.length > h->arena_room) {
            h->arena_room = (h->arena_used + v.length) * 2 + 256;
            h->arena = realloc(h->arena, h->arena_room);
            if (!h->arena) abort();
        }
        if (v.length) memcpy(h->arena + h->arena_used, v.text, v.length);
        v.integer = (int64_t)h->arena_used;  // an offset, since the arena may move
        h->arena_used += v.length;
    }
    h->returned = lk_grow(h->returned, &h->returned_room, h->returned_count, sizeof *h->returned);
    h->returned[h->returned_count++] = v;
}

static void push_returned(lua_State *L, lk_host *h, int i) {
    const lk_value *v = &h->returned[i];
    if (v->type == LK_STRING) lua_pushlstring(L, h->arena ? h->arena + v->integer : "", v->length);
    else lk_push(L, v);
}

int lk_trampoline(lua_State *L) {
    lk_host *h = lk_of(L);
    int function = (int)lua_tointeger(L, lua_upvalueindex(1)), n = lua_gettop(L);
    lk_value few[6], *arguments = few;
    if (!h->context) return luaL_error(L, "the machine is closed");
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    if (n > 6) arguments = lua_newuserdatauv(L, (size_t)n * sizeof *arguments, 0);
    for (int i = 0; i < n; i++) lk_peek(L, i + 1, &arguments[i]);
    h->returned_count = 0;
    h->arena_used = 0;
    int status = h->callbacks.call(h->context, function, arguments, n);
    int count = h->returned_count;
    if (status == LK_CALL_RETURN) {
        luaL_checkstack(L, count + 1, "too many results");
        for (int i = 0; i < count; i++) push_returned(L, h, i);
        h->returned_count = 0;  // the call may stand inside another one, whose results come behind these otherwise
        lk_check_time(h, L);
        return count;
    }
    push_returned(L, h, 0);
    h->returned_count = 0;
    if (status == LK_CALL_RERAISE) h->carried = lua_topointer(L, -1);
    return lua_error(L);
}

// ---- Swift to Lua

struct call_request {
    lk_value function;
    const lk_value *arguments;
    int count;
    const char *code;
    size_t length;
    lua_State *target;
    int level;
    lk_frame_scope *scope;
    int fresh, syntax;
    lua_State *co;
};

/// Runs where an error is raised that no pcall of the script's catches.
static int on_error(lua_State *L) {
    lk_host *h = lk_of(L);
    const void *value = lua_topointer(L, 1);
    h->error_carried = value && value == h->carried;
    if (h->struck && lk_dying(h)) return 1;
    int after = value && value == h->coroutine_error ? h->carried_count : 0;
    lk_capture(h, L, 1, after);
    return 1;
}

/// Below the function there are then two more: one that keeps the environment of an evaluation alive, and the coroutine.
static void push_coroutine(lua_State *L, struct call_request *r) {
    lua_pushnil(L);
    r->co = lua_newthread(L);
}

static int prepare(lua_State *L) {
    struct call_request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    lua_settop(L, 0);
    if (r->fresh) push_coroutine(L, r);
    luaL_checkstack(L, r->count + 4, "too many arguments");
    lk_push(L, &r->function);
    for (int i = 0; i < r->count; i++) lk_push(L, &r->arguments[i]);
    return lua_gettop(L);
}

static void save(lk_host *h, lk_scope *saved, lk_limits limits, int fresh) {
    lk_scope *now = &h->scope;
    *saved = *now;
    if (fresh) {  // a debugger's own code spends nothing of the program's
        now->last_instruction = now->last_moment = INT64_MAX;
        now->aborted = now->out_of_memory = now->late = 0;
        now->quiet = 1;
    }
    if (limits.instructions >= 0 && limits.instructions < now->last_instruction - h->spent) {
        now->last_instruction = h->spent + limits.instructions;
        now->instructions = limits.instructions;
    }
    if (limits.seconds >= 0 && limits.seconds < 1000000) {
        int64_t moment = lk_clock(h) + limits.seconds * 1000000000;
        if (moment < now->last_moment) {
            now->last_moment = moment;
            now->seconds = limits.seconds;
        }
    }
    if (limits.memory >= 0 && h->used + (size_t)limits.memory < now->most_memory) {
        now->most_memory = h->used + (size_t)limits.memory;
        now->memory = limits.memory;
    }
    h->depth++;
    h->overflow = NULL;
    h->struck = 0;
    h->failed_new = 0;
}

static void restore(lk_host *h, const lk_scope *saved, int64_t spent, int fresh) {
    int own_memory = h->scope.most_memory != saved->most_memory;
    int aborted = h->scope.aborted, out = h->scope.out_of_memory;
    h->depth--;
    h->scope = *saved;
    h->struck = 0;
    if (fresh) h->spent = spent;
    else if (h->depth > 0) {
        h->scope.aborted |= aborted;
        if (!own_memory) h->scope.out_of_memory |= out;
    }
    lk_apply(h, h->run->L);
}

static int export_results(lua_State *L) {
    struct call_request *r = lua_touserdata(L, 1);
    lua_State *from = r->co;
    for (int i = 0; i < r->count; i++) {
        lk_value v;
        if (from) {
            lua_pushvalue(from, r->level + i);
            lua_xmove(from, L, 1);
            lk_export(L, -1, &v);
            lua_pop(L, 1);
        } else {
            lk_export(L, 2 + i, &v);
        }
        lk_batch_add(lk_of(L), v);
    }
    return 0;
}

/// Puts `count` values of the stack of `from`, from `first` on, into the batch. They stay on the stack until lk_done.
static int give_results(lk_host *h, lua_State *from, int first, int count, int base) {
    lua_State *L = h->run->L;
    int status = LUA_OK, plain = 1;
    h->batch_count = 0;
    for (int i = 0; i < count; i++) {
        lk_value v;
        lk_peek(from, first + i, &v);
        plain &= v.type < LK_TABLE || v.type == LK_HANDLE;
        lk_batch_add(h, v);
    }
    if (!plain) {
        h->batch_count = 0;
        struct call_request r = {.co = from, .level = first, .count = count};
        if (lua_checkstack(L, 8) && lua_checkstack(from, 2)) {
            if (from == L) {
                // One by one, as arguments: a body sees only its own part of the stack.
                for (int i = 0; i < count && status == LUA_OK; i++) {
                    struct call_request one = {.count = 1};
                    lua_pushcfunction(L, export_results);
                    lua_pushlightuserdata(L, &one);
                    lua_pushvalue(L, first + i);
                    status = lua_pcall(L, 2, 0, 0);
                }
            } else {
                lua_pushcfunction(L, export_results);
                lua_pushlightuserdata(L, &r);
                status = lua_pcall(L, 1, 0, 0);
            }
        } else {
            status = LUA_ERRMEM;
        }
    }
    h->batch_state = L;
    h->batch_base = base;
    if (status == LUA_OK) return LK_OK;
    h->batch_count = 0;
    return lk_status(h, LUA_ERRMEM);
}

/// A string buffer that finds no room raises this text as an ordinary error. A stack that may not grow is an error, and no lack of memory.
static int was_memory(lua_State *L, int status) {
    lk_host *h = lk_of(L);
    if (status == LUA_ERRMEM && h->overflow == &lk_key_overflow && !lk_dying(h)) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, h->overflow);
        h->overflow = NULL;
        lua_replace(L, -2);
        return LUA_ERRRUN;
    }
    const char *text = status == LUA_ERRRUN && lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    return strcmp(text, "not enough memory") == 0 ? LUA_ERRMEM : status;
}

static int run_fresh(lk_host *h, struct call_request *r, int n, lk_limits limits, int base) {
    lua_State *L = h->run->L, *co = r->co;
    lk_scope saved;
    lk_run run = {.L = co, .below = h->run};
    int64_t spent = h->spent;
    int results = 0, status = LUA_ERRMEM;
    save(h, &saved, limits, 1);
    if (lua_checkstack(co, n + 1)) {
        lua_xmove(L, co, n + 1);
        h->run->observing++;
        h->run = &run;
        lk_apply(h, co);
        status = lua_resume(co, L, n, &results);
        h->run = run.below;
        h->run->observing--;
    }
    int kind = lk_status(h, was_memory(co, status));
    if (status == LUA_YIELD) {
        kind = LK_RUNTIME;
        lua_settop(co, 0);
        lua_pushliteral(co, "attempt to yield out of the debugger's code");
        status = LUA_ERRRUN;
    }
    int struck = h->struck;
    restore(h, &saved, spent, 1);
    if (status != LUA_OK) {
        results = 1;
        h->error_carried = 0;
        if (!struck) lk_capture(h, co, 0, 0);
    }
    int given = give_results(h, co, lua_gettop(co) - results + 1, results, base);
    return given == LK_OK ? kind : given;
}

static int run_here(lk_host *h, int n, lk_limits limits, int base) {
    lua_State *L = h->run->L;
    lk_scope saved;
    lk_run *run = h->run;
    save(h, &saved, limits, 0);
    lk_apply(h, L);
    lua_pushcfunction(L, on_error);
    lua_insert(L, base + 1);
    int status = lua_pcall(L, n, LUA_MULTRET, base + 1);
    h->run = run;
    status = was_memory(L, status);
    int kind = lk_status(h, status);
    restore(h, &saved, 0, 0);
    int given = give_results(h, L, base + 2, lua_gettop(L) - base - 1, base);
    return given == LK_OK ? kind : given;
}

/// Runs what a body leaves on the stack: perhaps a coroutine, a function, its arguments.
static int run_prepared(lk_host *h, lua_CFunction body, struct call_request *r, lk_limits limits) {
    lua_State *L = h->run->L;
    int base = lua_gettop(L);
    int status = lk_protect(h, body, r, LUA_MULTRET);
    if (status != LK_OK) return r->syntax ? LK_SYNTAX : status;
    int n = lua_gettop(L) - base - 1 - (r->fresh ? 2 : 0);
    h->trace_count = 0;
    h->carried = NULL;
    h->coroutine_error = NULL;
    if (!lua_checkstack(L, 4)) {
        lua_settop(L, base);
        return LK_MEMORY;
    }
    return r->fresh ? run_fresh(h, r, n, limits, base) : run_here(h, n, limits, base);
}

int32_t lk_call(lk_host *h, lk_value function, const lk_value *arguments, int32_t count, lk_limits limits) {
    struct call_request r = {.function = function, .arguments = arguments, .count = count, .fresh = h->run->observing > 0};
    return run_prepared(h, prepare, &r, limits);
}

static int prepare_to_string(lua_State *L) {
    prepare(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lk_key_tostring);
    lua_insert(L, -2);
    return lua_gettop(L);
}
int32_t lk_to_string(lk_host *h, lk_value value, lk_limits limits) {
    struct call_request r = {.function = value, .fresh = h->run->observing > 0};
    return run_prepared(h, prepare_to_string, &r, limits);
}

// ---- loading

static int push_loaded(lua_State *L, const char *prefix, struct call_request *r, const char *chunk) {
    if (prefix[0]) {
        lua_pushstring(L, prefix);
        lua_pushlstring(L, r->code, r->length);
        lua_concat(L, 2);
        size_t n;
        const char *code = lua_tolstring(L, -1, &n);
        int status = lk_compile(L, code, n, chunk);
        lua_remove(L, -2);
        return status;
    }
    return lk_compile(L, r->code, r->length, chunk);
}

struct load_request {
    struct call_request base;
    const char *chunk;
    lk_value environment;
    int closure;
};
static int load(lua_State *L) {
    struct load_request *r = lua_touserdata(L, 1);
    lk_drain(L, lk_of(L));
    int status = push_loaded(L, "", &r->base, r->chunk);
    if (status != LUA_OK) {
        r->base.syntax = status == LUA_ERRSYNTAX;
        return lua_error(L);
    }
    if (r->environment.type != LK_NIL) {
        lk_push(L, &r->environment);
        if (r->closure && !lua_isfunction(L, -1)) return luaL_error(L, "a function was expected");
        if (r->closure) lk_push_environment(L, NULL, 0);
        lua_setupvalue(L, -2, 1);
    }
    lk_value v;
    lk_export(L, -1, &v);
    lk_batch_add(lk_of(L), v);
    return 1;
}
static int32_t load_with(lk_host *h, const char *code, size_t length, const char *chunk, lk_value environment, int closure) {
    struct load_request r = {.base = {.code = code, .length = length}, .chunk = chunk, .environment = environment, .closure = closure};
    int status = lk_protect(h, load, &r, 1);
    return status == LK_RUNTIME && r.base.syntax ? LK_SYNTAX : status;
}
int32_t lk_load(lk_host *h, const char *code, size_t length, const char *chunk, lk_value environment) {
    return load_with(h, code, length, chunk, environment, 0);
}
int32_t lk_load_in_closure(lk_host *h, const char *code, size_t length, const char *chunk, lk_value function) {
    return load_with(h, code, length, chunk, function, 1);
}

// ---- evaluation

static int push_varargs(lua_State *L, lua_State *target, int level) {
    lua_Debug ar;
    int n = 0;
    if (!target || !lua_getstack(target, level, &ar) || !lua_checkstack(target, 2)) return 0;
    while (n < 200 && lua_getlocal(target, &ar, -(n + 1))) {
        if (target != L) lua_xmove(target, L, 1);
        n++;
    }
    return n;
}

static int prepare_evaluation(lua_State *L) {
    struct call_request *r = lua_touserdata(L, 1);
    lua_Debug ar;
    lk_drain(L, lk_of(L));
    lua_settop(L, 0);
    push_coroutine(L, r);
    luaL_checkstack(L, 220, NULL);
    if (push_loaded(L, "return ", r, "=evaluate") != LUA_OK) {
        lua_pop(L, 1);
        int status = push_loaded(L, "", r, "=evaluate");
        r->syntax = status == LUA_ERRSYNTAX;
        if (status != LUA_OK) return lua_error(L);
    }
    if (!r->target) return lua_gettop(L);
    int inside = r->target == L ? 1 : 0;  // this function is a level of its own for now
    if (!lua_getstack(r->target, r->level + inside, &ar) || !lua_checkstack(r->target, 2)) return luaL_error(L, "no such frame");
    lua_getinfo(r->target, "f", &ar);
    if (r->target != L) lua_xmove(r->target, L, 1);
    r->scope = lk_push_environment(L, r->target, r->level);
    lua_pushvalue(L, -1);
    lua_replace(L, 1);
    lua_setupvalue(L, -2, 1);
    push_varargs(L, r->target, r->level + inside);
    return lua_gettop(L);
}

int32_t lk_evaluate(lk_host *h, const char *code, size_t length, int32_t level, lk_limits limits) {
    struct call_request r = {.code = code, .length = length, .fresh = 1};
    if (level >= 0 && !(r.target = lk_find_level(h, level, &r.level))) {
        h->batch_count = 0;
        return LK_RUNTIME;
    }
    int status = run_prepared(h, prepare_evaluation, &r, limits);
    if (r.scope && r.co) r.scope->alive = 0;
    return status;
}
