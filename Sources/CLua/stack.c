// The stack of calls: chunks, frames and their lines. Nothing here runs code of the user's, or anything protected.
#include <stdlib.h>
#include <string.h>
#include "internal.h"

// ---- chunks: small numbers for sources, found by content, so that no pointer of Lua's is stored

static uint32_t hash_of(const char *s, size_t n) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)s[i]) * 16777619u;
    return hash;
}

int lk_chunk_of(lk_host *h, lua_Debug *ar) {
    if (ar->what[0] == 'C') return -1;
    size_t n = ar->srclen;
    if (h->last_chunk >= 0) {
        const lk_chunk *last = &h->chunks[h->last_chunk];
        if (last->length == n && memcmp(last->source, ar->source, n) == 0) return h->last_chunk;
    }
    uint32_t hash = hash_of(ar->source, n);
    for (int i = 0; i < h->chunk_count; i++) {
        const lk_chunk *c = &h->chunks[i];
        if (c->hash == hash && c->length == n && memcmp(c->source, ar->source, n) == 0) return h->last_chunk = i;
    }
    h->chunks = lk_grow(h->chunks, &h->chunk_room, h->chunk_count, sizeof *h->chunks);
    lk_chunk *c = &h->chunks[h->chunk_count];
    c->source = malloc(n + 1);
    memcpy(c->source, ar->source, n + 1);
    c->length = n;
    c->hash = hash;
    c->name = strdup(ar->source[0] == '@' || ar->source[0] == '=' ? ar->source + 1 : ar->short_src);
    return h->last_chunk = h->chunk_count++;
}
const char *lk_chunk_name(lk_host *h, int32_t chunk) { return chunk >= 0 && chunk < h->chunk_count ? h->chunks[chunk].name : ""; }
int32_t lk_chunk_count(lk_host *h) { return h->chunk_count; }

// ---- frames

/// Levels are looked for from the top every time, so the depth is found by doubling and halving.
int lk_state_depth(lua_State *L) {
    lua_Debug ar;
    int low = 0, high = 1;  // low exists or is 0, high may not exist
    if (!lua_getstack(L, 0, &ar)) return 0;
    while (lua_getstack(L, high, &ar)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (lua_getstack(L, middle, &ar)) low = middle;
        else high = middle;
    }
    return low + 1;
}

/// About how many slots of its stack a state uses: every record of a call begins with the place of its function.
int lk_slots_in_use(lua_State *L) {
    lua_Debug top, bottom;
    int depth = lk_state_depth(L);
    if (depth == 0 || !lua_getstack(L, 0, &top) || !lua_getstack(L, depth - 1, &bottom)) return lua_gettop(L);
    ptrdiff_t between = *(char *const *)top.i_ci - *(char *const *)bottom.i_ci;
    return (int)(between / (ptrdiff_t)(2 * sizeof(void *))) + lua_gettop(L) + 2;
}

int32_t lk_depth(lk_host *h) {
    int depth = 0;
    for (lk_run *run = h->run; run; run = run->below) depth += lk_state_depth(run->L);
    return depth;
}

/// The state that holds a level, and the level in it; NULL if there is none.
lua_State *lk_find_level(lk_host *h, int level, int *inner) {
    if (level < 0) return NULL;
    for (lk_run *run = h->run; run; run = run->below) {
        lua_Debug ar;
        if (lua_getstack(run->L, level, &ar)) {
            *inner = level;
            return run->L;
        }
        level -= lk_state_depth(run->L);
    }
    return NULL;
}

static void describe(lk_host *h, lua_State *L, lua_Debug *ar, lk_frame *f) {
    lua_getinfo(L, "Slnt", ar);
    f->chunk = lk_chunk_of(h, ar);
    f->line = ar->currentline;
    f->first_line = ar->linedefined;
    f->flags = (ar->what[0] == 'm' ? LK_FRAME_MAIN : 0) | (ar->what[0] == 'C' ? LK_FRAME_NATIVE : 0) | (ar->istailcall ? LK_FRAME_TAIL : 0);
    f->name[0] = 0;
    if (ar->name) strncat(f->name, ar->name, sizeof f->name - 1);
}

/// Puts the frames of a state, from a level on, into the trace behind the first `after`: the innermost and some outermost ones.
void lk_capture(lk_host *h, lua_State *L, int level, int after) {
    lua_Debug ar;
    int depth = lk_state_depth(L), room = LK_TRACE_MAX - after;
    int head = depth - level <= room ? depth : level + room - 16;
    h->trace_count = after;
    for (int i = level; i < head && h->trace_count < LK_TRACE_MAX && lua_getstack(L, i, &ar); i++)
        describe(h, L, &ar, &h->trace[h->trace_count++]);
    for (int i = depth - 16 > head ? depth - 16 : head; i < depth && h->trace_count < LK_TRACE_MAX && lua_getstack(L, i, &ar); i++)
        describe(h, L, &ar, &h->trace[h->trace_count++]);
}
const lk_frame *lk_trace(lk_host *h, int32_t *count) {
    *count = h->trace_count;
    return h->trace;
}

const lk_frame *lk_frames(lk_host *h, int32_t limit, int32_t *count) {
    lua_Debug ar;
    int n = 0, other = 0;
    for (lk_run *run = h->run; run; run = run->below, other = LK_FRAME_OTHER_STATE) {
        for (int level = 0; n < limit && lua_getstack(run->L, level, &ar); level++) {
            h->frames = lk_grow(h->frames, &h->frames_room, n + 1, sizeof *h->frames);
            describe(h, run->L, &ar, &h->frames[n]);
            h->frames[n++].flags |= other;
        }
    }
    if (!h->frames) h->frames = lk_grow(h->frames, &h->frames_room, 1, sizeof *h->frames);
    *count = n;
    return h->frames;
}

/// The line of Lua that called what runs now: level 0 if that is Lua itself, else the next.
int32_t lk_where(lk_host *h, int32_t *chunk, int32_t *line) {
    lua_State *L = h->run->L;
    lua_Debug ar;
    for (int level = 0; level < 16 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline <= 0) continue;
        *chunk = lk_chunk_of(h, &ar);
        *line = ar.currentline;
        return 1;
    }
    return 0;
}
