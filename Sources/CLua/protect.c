// Protected calls, and the status of a failed one.
#include "internal.h"

int lk_status(lk_host *h, int status) {
    if (status == LUA_OK || status == LUA_YIELD) return LK_OK;
    if (h->scope.aborted) return LK_ABORTED;
    if (status == LUA_ERRMEM && h->overflow == &lk_key_keys && !lk_dying(h)) {
        h->limit_struck = LK_KEYS_MAX;
        return LK_KEY_LIMIT;
    }
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
