// Declarations that the files of the shim share. Only these files see lua.h.
#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdatomic.h>
#include "CLua.h"

#define LK_HANDLE_MAGIC 0x54524143u
#define LK_TRACE_MAX 96
#define LK_STEP 1000
// One instruction may go through all that a large block holds: with many bytes in such blocks the hook comes more often.
#define LK_LARGE_BLOCK ((size_t)64 << 10)
#define LK_LARGE_BYTES ((size_t)4 << 20)
// The most slots of a stack. A chain of __call moves all arguments at each link, in time that grows with the square of their number.
#define LK_STACK_MAX 50000
// The most keys beside its list that a table gets in replaced code.
#define LK_KEYS_MAX ((size_t)1 << 16)
#define LK_KINDS 64

struct lk_flag {
    atomic_int raised;
};

/// One lua_State that is running: the first is the main one, each further one was resumed by the one before.
typedef struct lk_run {
    lua_State *L;
    struct lk_run *below;
    int observing;  // an observer is being called, perhaps from a hook: L itself must run nothing
} lk_run;

/// The limits of a call, and the reason why it must end.
typedef struct {
    int64_t last_instruction;  // absolute; INT64_MAX when there is none
    int64_t instructions;      // as it was asked for, for messages
    size_t most_memory;        // absolute
    int64_t memory;            // as it was asked for; negative when it is the machine's own
    int64_t last_moment;       // by lk_clock; INT64_MAX when there is none
    int64_t seconds;           // as it was asked for
    int aborted, out_of_memory, late;
    int quiet;  // no line events
} lk_scope;

typedef struct {
    uint32_t magic;
    int32_t kind;
    int64_t id;
} lk_handle;

typedef struct {
    char *source;
    size_t length;
    char *name;
    uint32_t hash;
} lk_chunk;

struct lk_host {
    lua_State *L;
    lk_run main, *run;
    void *context;
    lk_callbacks callbacks;
    lk_flag *flag;
    size_t used, large;  // large: the bytes in large blocks
    int64_t spent, seed, paused;  // paused: the processor time that observers took
    lk_scope scope;
    int depth, lines;
    const char *overflow;                 // the key of the reason, if a stack or a table was about to grow beyond its bound
    const void *adding_key;               // the call of a function of C that adds one to a table
    size_t key_size;                      // the bytes that a table needs for one
    int soon;                             // the hook comes after the next instruction
    int guarded;                          // a body of lk_protect runs: no observer is called, which might use the machine
    int64_t unlooked;                     // what was charged since the clock was looked at
    int64_t epoch;  // which call of replaced code is going on; see shelter.c
    size_t failed_old, failed_new;  // the last refused allocation
    // results
    lk_value *batch;
    int batch_count, batch_room;
    lua_State *batch_state;
    int batch_base;
    // what a callback returns
    lk_value *returned;
    int returned_count, returned_room;
    char *arena;
    size_t arena_used, arena_room;
    // references
    int64_t *released;
    atomic_int released_count;
    int released_room;
    pthread_mutex_t lock;  // for the released: any thread may let a reference go
    int64_t *free_refs;
    int free_count, free_room;
    int64_t last_ref;
    int refs_table;
    int caches[LK_KINDS], metatables[LK_KINDS];
    // the last failure
    lk_frame trace[LK_TRACE_MAX];
    int trace_count, struck, error_carried, carried_count;
    const void *carried, *coroutine_error;
    int64_t limit_struck;
    // chunks
    lk_chunk *chunks;
    int chunk_count, chunk_room, last_chunk;
    lk_frame *frames;
    int frames_room;
};

static inline lk_host *lk_of(lua_State *L) { return *(lk_host **)lua_getextraspace(L); }

/// Notes that the running function of C is about to add a key to a table. An error ends that together with the call.
static inline void lk_adds_key(lua_State *L) {
    lua_Debug ar;
    lk_of(L)->adding_key = lua_getstack(L, 0, &ar) ? ar.i_ci : NULL;
}

// In the order in which the files build on one another: no file uses one that is further down.
// ground.c
void *lk_grow(void *p, int *room, int count, size_t size);
extern const char lk_key_tostring, lk_key_seed, lk_key_error, lk_key_memory, lk_key_overflow, lk_key_keys;
// stack.c
int lk_chunk_of(lk_host *h, lua_Debug *ar);
void lk_capture(lk_host *h, lua_State *L, int level, int after);
int lk_state_depth(lua_State *L);
int lk_slots_in_use(lua_State *L);
lua_State *lk_find_level(lk_host *h, int level, int *inner);
// conversion.c
void lk_push(lua_State *L, const lk_value *v);            // may raise
void lk_export(lua_State *L, int index, lk_value *v);     // may raise
void lk_peek(lua_State *L, int index, lk_value *v);       // never raises
lk_value lk_reference(lua_State *L, int index);           // may raise
void lk_batch_add(lk_host *h, lk_value v);
void lk_drain(lua_State *L, lk_host *h);
// hooks.c
int lk_dying(const lk_host *h);
void lk_apply(lk_host *h, lua_State *L);
void lk_apply_sooner(lk_host *h, lua_State *L);
void lk_check(lk_host *h, lua_State *L);                  // may raise
void lk_charge(lua_State *L, int64_t steps);              // may raise
void lk_check_time(lk_host *h, lua_State *L);             // may raise
int64_t lk_clock(const lk_host *h);
// memory.c
void *lk_allocate(void *ud, void *p, size_t old, size_t new);
// protect.c
int lk_protect(lk_host *h, lua_CFunction body, void *request, int results);
int lk_status(lk_host *h, int status);
// libraries
int lk_compile(lua_State *L, const char *code, size_t length, const char *name);
int lk_set_metatable(lua_State *L);
int lk_load_text(lua_State *L);  // upvalue: the globals of what it loads, if not the program's
/// Pushes `random` and `randomseed` of a generator of their own, which begins from the session's seed.
void lk_push_random(lua_State *L);
void lk_open_base(lua_State *L);
void lk_open_coroutines(lua_State *L);
void lk_open_tables(lua_State *L);
void lk_open_strings(lua_State *L);
void lk_open_clock(lua_State *L);
void lk_open_order(lua_State *L);
void lk_open_charges(lua_State *L);
// shelter.c
void lk_push_shelter(lua_State *L);
int lk_isolate(lua_State *L, int shelter);
// scope.c
typedef struct {
    lua_State *target;
    int level, alive;
} lk_frame_scope;
lk_frame_scope *lk_push_environment(lua_State *L, lua_State *target, int level);
// call.c
int lk_trampoline(lua_State *L);
#endif
