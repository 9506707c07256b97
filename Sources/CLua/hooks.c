// Budgets, interrupts and lines: everything that stops running code.
#include <time.h>
#include "internal.h"

int lk_dying(const lk_host *h) {
    return h->scope.aborted || h->scope.out_of_memory || h->scope.late || h->spent > h->scope.last_instruction;
}

/// The processor time of this thread in nanoseconds, without what observers took: the debugger's work is not the program's.
int64_t lk_clock(const lk_host *h) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - h->paused;
}

// One instruction may compare two texts of a hundred megabytes: the clock measures what instructions do not count.
static void look_at_clock(lk_host *h) {
    if (h->scope.last_moment != INT64_MAX && lk_clock(h) > h->scope.last_moment) h->scope.late = 1;
}

static void on_hook(lua_State *L, lua_Debug *ar);

/// After how many instructions the hook comes.
static int step_of(const lk_host *h) {
    if (h->large <= LK_LARGE_BYTES) return LK_STEP;
    size_t step = LK_STEP * LK_LARGE_BYTES / h->large;
    return step < 4 ? 4 : (int)step;
}

/// Gives a state the hook that it ought to have now. Safe from within the allocator.
void lk_apply(lk_host *h, lua_State *L) {
    int64_t left = h->scope.last_instruction - h->spent;
    int dying = lk_dying(h);
    int step = step_of(h), count = dying || h->soon || left < 1 ? 1 : left < step ? (int)left : step;
    int mask = LUA_MASKCOUNT | (h->lines && !h->scope.quiet && !dying ? LUA_MASKLINE : 0);
    if (lua_gethookmask(L) == mask && lua_gethookcount(L) == count && lua_gethook(L) == on_hook) return;
    lua_sethook(L, on_hook, mask, count);
}

/// After a large block was made. This restarts the count, so it is done rarely: otherwise a row of such blocks would keep the hook away.
void lk_apply_sooner(lk_host *h, lua_State *L) {
    if (step_of(h) * 2 <= lua_gethookcount(L)) lk_apply(h, L);
}

void lk_observe_lines(lk_host *h, int32_t on) {
    h->lines = on;
    lk_apply(h, h->run->L);
}

static void observe(lk_host *h, lua_Debug *ar, int32_t (*observer)(void *, int32_t, int32_t)) {
    lk_run *run = h->run;
    if (!h->context) return;
    run->observing++;
    int64_t before = lk_clock(h);
    int32_t verdict = observer(h->context, ar ? lk_chunk_of(h, ar) : -1, ar ? ar->currentline : -1);
    run->observing--;
    h->paused += lk_clock(h) - before;
    if (verdict) h->scope.aborted = 1;
}

static void interrupted(lk_host *h, lua_State *L, lua_Debug *ar) {
    lua_Debug here;
    if (!ar) {  // in a native function: the nearest line of Lua
        for (int level = 0; !ar && lua_getstack(L, level, &here); level++) {
            lua_getinfo(L, "Sl", &here);
            if (here.currentline > 0) ar = &here;
        }
    } else {
        lua_getinfo(L, "Sl", ar);
    }
    observe(h, ar, h->callbacks.interrupt);
}

static int strike(lk_host *h, lua_State *L) {
    if (!h->struck) {
        h->struck = 1;
        lk_capture(h, L, 0, 0);
    }
    lk_apply(h, L);
    if (h->scope.out_of_memory) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &lk_key_memory);
        return lua_error(L);
    }
    luaL_where(L, 0);
    if (lua_tostring(L, -1)[0] == 0) {
        lua_pop(L, 1);
        luaL_where(L, 1);
    }
    if (h->scope.aborted) lua_pushliteral(L, "aborted");
    else if (h->scope.late) lua_pushfstring(L, "time limit of %I s reached", (LUAI_UACINT)h->scope.seconds);
    else lua_pushfstring(L, "instruction limit of %I reached", (LUAI_UACINT)h->scope.instructions);
    lua_concat(L, 2);
    return lua_error(L);
}

/// Called by native functions every so often.
void lk_check(lk_host *h, lua_State *L) {
    if (!h->guarded && atomic_load_explicit(&h->flag->raised, memory_order_relaxed) && atomic_exchange(&h->flag->raised, 0)) interrupted(h, L, NULL);
    if (lk_dying(h)) {
        luaL_checkstack(L, 4, NULL);
        strike(h, L);
    }
}

void lk_check_time(lk_host *h, lua_State *L) {
    look_at_clock(h);
    lk_check(h, L);
}

void lk_charge(lua_State *L, int64_t steps) {
    lk_host *h = lk_of(L);
    h->spent += steps;
    // A charge may mean more time than as many instructions: the fields of a long chain of tables, say.
    if ((h->unlooked += steps) >= LK_STEP) {
        h->unlooked = 0;
        look_at_clock(h);
    }
    lk_check(h, L);
}

/// Charges for Swift's work, and returns whether the call must end. Raises nothing.
int32_t lk_spend(lk_host *h, int64_t steps) {
    if (h->run->observing) return 0;  // it is the debugger that looks
    h->spent += steps;
    look_at_clock(h);
    if (atomic_load_explicit(&h->flag->raised, memory_order_relaxed) && atomic_exchange(&h->flag->raised, 0)) interrupted(h, h->run->L, NULL);
    if (!lk_dying(h)) return 0;
    if (h->depth) lk_apply(h, h->run->L);
    return 1;
}

static void on_hook(lua_State *L, lua_Debug *ar) {
    lk_host *h = lk_of(L);
    int line = ar->event == LUA_HOOKLINE;
    if (!line) {
        h->soon = 0;
        h->spent += lua_gethookcount(L);
        if (!lk_dying(h)) look_at_clock(h);
    }
    if (atomic_load_explicit(&h->flag->raised, memory_order_relaxed) && atomic_exchange(&h->flag->raised, 0)) {
        interrupted(h, L, ar);
    } else if (line && !lk_dying(h) && h->lines && !h->scope.quiet) {
        lua_getinfo(L, "S", ar);
        observe(h, ar, h->callbacks.line);
    }
    if (lk_dying(h)) strike(h, L);
    lk_apply(h, L);
}
