// The top layer: makes a host out of all the other files, and closes it.
#include <stdlib.h>
#include "internal.h"

static void measure_keys(lua_State *L) {
    enum { MANY = 1024 };
    lk_host *h = lk_of(L);
    lua_gc(L, LUA_GCSTOP);
    size_t before = h->used;
    lua_createtable(L, 0, 0);
    size_t empty = h->used - before;
    lua_createtable(L, 0, MANY);
    h->key_size = (h->used - before - 2 * empty) / MANY;
    lua_pop(L, 2);
    lua_gc(L, LUA_GCRESTART);
}

static int open_all(lua_State *L) {
    lk_host *h = lk_of(L);
    lua_newtable(L);
    h->refs_table = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushliteral(L, "memory limit reached");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_memory);
    lua_pushliteral(L, "stack overflow: calls are nested too deeply, or a call has too many arguments");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lk_key_overflow);
    measure_keys(L);
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
    h->L = lua_newstate(lk_allocate, h);
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
