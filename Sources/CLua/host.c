// The host: its memory, its protected calls, and how it starts and ends.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

lk_flag *lk_flag_new(void) { return calloc(1, sizeof(lk_flag)); }
void lk_flag_free(lk_flag *flag) { free(flag); }
void lk_flag_raise(lk_flag *flag) { atomic_store(&flag->raised, 1); }

void *lk_grow(void *p, int *room, int count, size_t size) {
    if (count < *room) return p;
    *room = *room ? *room * 2 : 16;
    if (*room <= count) *room = count + 1;
    void *grown = realloc(p, (size_t)*room * size);
    if (!grown) abort();
    return grown;
}

// Lua tries a refused allocation a second time after a full collection: only then, or if no collection could help, is memory
// really out. From then on the hook
// strikes at every instruction, so that no pcall in the script holds the machine at its limit.
static void *refuse(lk_host *h, size_t old, size_t new) {
    int hopeless = new > h->scope.most_memory || (h->failed_old == old && h->failed_new == new);
    // In the middle of a collection there is no second time: the place is noted at the first.
    if (!h->scope.out_of_memory && h->run && h->depth) lk_capture(h, h->run->L, 0, 0);
    if (hopeless && !h->scope.out_of_memory) {
        h->scope.out_of_memory = 1;
        if (h->run && h->depth) {
            h->struck = 1;
            lk_apply(h, h->run->L);
        }
    }
    h->failed_old = old;
    h->failed_new = new;
    return NULL;
}

/// Whether a block is the stack of the state that runs, which wants to grow beyond its bound. The interpreter's own bound is 20 times that.
static int overflows(lk_host *h, size_t new) {
    enum { SLOT = 2 * sizeof(void *), EXTRA = 5 };
    if (new <= LK_STACK_MAX * SLOT || !h->run || !h->depth) return 0;
    size_t used = (size_t)lk_slots_in_use(h->run->L), slots = new / SLOT - EXTRA;
    // It grows to twice its size, or to what is needed at once.
    return new % SLOT == 0 && used > LK_STACK_MAX / 4 && slots >= used && slots <= used * 2 + 1024;
}

static void count_large(lk_host *h, size_t old, size_t new) {
    if (old >= LK_LARGE_BLOCK) h->large -= old;
    if (new < LK_LARGE_BLOCK) return;
    h->large += new;
    if (h->run && h->depth) lk_apply_sooner(h, h->run->L);
}

// Large allocations cost instructions, since the time to fill them is not counted by any hook.
static void *allocate(void *ud, void *p, size_t old, size_t new) {
    lk_host *h = ud;
    if (!p) old = 0;  // it is a type tag then
    if (new == 0) {
        free(p);
        h->used -= old;
        count_large(h, old, 0);
        return NULL;
    }
    if (new > old && overflows(h, new)) {
        // It took up to a second; so that a row of such is stopped, the hook comes at once.
        h->spent += LK_STACK_MAX;
        h->overflowed = h->soon = 1;
        lk_apply(h, h->run->L);
        return NULL;
    }
    if (new > old && h->used + (new - old) > h->scope.most_memory) return refuse(h, old, new);
    void *q = realloc(p, new);
    if (!q) return new > old ? refuse(h, old, new) : NULL;
    h->used += new - old;
    if (old >= LK_LARGE_BLOCK || new >= LK_LARGE_BLOCK) count_large(h, old, new);
    if (new > old) h->failed_new = 0;
    if (new > old + 4096) {
        h->spent += (int64_t)((new - old) >> 6);
        if (h->spent > h->scope.last_instruction && h->run && h->depth) lk_apply(h, h->run->L);
    }
    return q;
}

int lk_status(lk_host *h, int status) {
    if (status == LUA_OK || status == LUA_YIELD) return LK_OK;
    if (h->scope.aborted) return LK_ABORTED;
    if (h->scope.out_of_memory || status == LUA_ERRMEM) {
        h->limit_struck = h->scope.memory >= 0 ? h->scope.memory : (int64_t)h->scope.most_memory;
        return h->scope.memory >= 0 ? LK_MEMORY_LIMIT : LK_MEMORY;
    }
    if (h->spent > h->scope.last_instruction) {
        h->limit_struck = h->scope.instructions;
        return LK_INSTRUCTION_LIMIT;
    }
    if (h->scope.late) {
        h->limit_struck = h->scope.seconds;
        return LK_TIME_LIMIT;
    }
    return LK_RUNTIME;
}

/// Runs a body that runs no code of the user's. On failure nothing is left on the stack, and the batch holds the error value
/// if that was a string.
int lk_protect(lk_host *h, lua_CFunction body, void *request, int results) {
    lua_State *L = h->run->L;
    h->batch_count = 0;
    h->batch_state = L;
    h->batch_base = lua_gettop(L);
    h->trace_count = 0;
    h->error_carried = 0;
    if (!lua_checkstack(L, 8)) return LK_MEMORY;
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, request);
    h->guarded++;
    int status = lua_pcall(L, 1, results, 0);
    h->guarded--;
    if (status == LUA_OK) return LK_OK;
    h->batch_count = 0;
    lk_value v;
    lk_peek(L, -1, &v);
    if (v.type == LK_STRING) lk_batch_add(h, v);
    int result = status == LUA_ERRMEM ? lk_status(h, status) : LK_RUNTIME;
    if (h->depth == 0) h->scope.out_of_memory = 0;
    return result;
}

static int open_all(lua_State *L) {
    lk_host *h = lk_of(L);
    lua_newtable(L);
    h->refs_table = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushliteral(L, "memory limit reached");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_memory);
    lua_pushliteral(L, "stack overflow: calls are nested too deeply, or a call has too many arguments");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_overflow);
    lk_open_base(L);
    lk_open_coroutines(L);
    lk_open_tables(L);
    lk_open_strings(L);
    lk_open_clock(L);
    lk_open_charges(L);
    lk_open_order(L);
    return 0;
}

// Nothing reaches this: every entry is protected.
static int panic(lua_State *L) {
    (void)L;
    abort();
}

lk_host *lk_new(lk_callbacks callbacks, lk_flag *flag, size_t memory_limit) {
    lk_host *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->callbacks = callbacks;
    h->flag = flag;
    pthread_mutex_init(&h->lock, NULL);
    h->last_chunk = -1;
    h->scope = (lk_scope){.last_instruction = INT64_MAX, .last_moment = INT64_MAX, .instructions = -1, .most_memory = memory_limit, .memory = -1};
    h->L = lua_newstate(allocate, h);
    if (!h->L) {
        free(h);
        return NULL;
    }
    h->main.L = h->L;
    h->run = &h->main;
    *(lk_host **)lua_getextraspace(h->L) = h;  // every coroutine gets a copy
    lua_atpanic(h->L, panic);
    if (lk_protect(h, open_all, NULL, 0) != LK_OK || lk_seed(h, 0) != LK_OK) {
        lk_close(h);
        return NULL;
    }
    return h;
}

void lk_set_context(lk_host *h, void *context) { h->context = context; }

void lk_close(lk_host *h) {
    h->run = NULL;
    lua_close(h->L);
    for (int i = 0; i < h->chunk_count; i++) {
        free(h->chunks[i].source);
        free(h->chunks[i].name);
    }
    free(h->chunks);
    free(h->batch);
    free(h->returned);
    free(h->arena);
    free(h->released);
    free(h->free_refs);
    free(h->frames);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

int64_t lk_set_epoch(lk_host *h, int64_t epoch) {
    int64_t before = h->epoch;
    h->epoch = epoch;
    return before;
}

size_t lk_memory_used(lk_host *h) { return h->used; }
int64_t lk_instructions(lk_host *h) { return h->spent; }
int64_t lk_limit_struck(lk_host *h) { return h->limit_struck; }
int32_t lk_error_was_carried(lk_host *h) { return h->error_carried; }

static int seed(lua_State *L) {
    int64_t *n = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lk_key_seed);
    lua_pushinteger(L, (lua_Integer)*n);
    lua_call(L, 1, 0);
    return 0;
}
int32_t lk_seed(lk_host *h, int64_t n) {
    h->seed = n;
    return lk_protect(h, seed, &n, 0);
}
