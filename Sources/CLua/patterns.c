#include <ctype.h>
#include <string.h>
#include "patterns.h"

enum { DEEPEST = 200 };

// ---- compiling

typedef struct {
    lua_State *L;
    const unsigned char *p, *end;
    unsigned steps;
} lk_reader;

/// A class takes a step for each of 256 bytes, and a pattern may have millions of them.
static void count_read(lk_reader *r, unsigned steps) {
    r->steps += steps;
    if (r->steps < 1024) return;
    unsigned n = r->steps;
    r->steps = 0;
    lk_charge(r->L, n / 2);
}

static void set_add(lk_item *item, unsigned byte) { item->set[byte >> 3] |= (unsigned char)(1u << (byte & 7)); }
static int set_has(const lk_item *item, unsigned byte) { return item->set[byte >> 3] >> (byte & 7) & 1; }

static int in_class(int c, int class) {
    switch (tolower(class)) {
    case 'a': return isalpha(c) != 0;
    case 'c': return iscntrl(c) != 0;
    case 'd': return isdigit(c) != 0;
    case 'g': return isgraph(c) != 0;
    case 'l': return islower(c) != 0;
    case 'p': return ispunct(c) != 0;
    case 's': return isspace(c) != 0;
    case 'u': return isupper(c) != 0;
    case 'w': return isalnum(c) != 0;
    case 'x': return isxdigit(c) != 0;
    default: return -1;
    }
}

/// The item for the character after a %: a class, or a byte that means itself.
static void add_escape(lk_reader *r, lk_item *item, int class) {
    if (in_class(0, class) < 0) {
        set_add(item, (unsigned)class);
        return;
    }
    count_read(r, 256);
    for (int c = 0; c < 256; c++)
        if (in_class(c, class) != (isupper(class) != 0)) set_add(item, (unsigned)c);
}

static void read_set(lk_reader *r, lk_item *item) {  // behind the [
    int inverted = r->p < r->end && *r->p == '^';
    r->p += inverted;
    for (int first = 1; first || r->p >= r->end || *r->p != ']'; first = 0) {
        if (r->p >= r->end) luaL_error(r->L, "malformed pattern (missing ']')");
        unsigned c = *r->p++;
        count_read(r, 1);
        if (c == '%') {
            if (r->p >= r->end) luaL_error(r->L, "malformed pattern (missing ']')");
            add_escape(r, item, *r->p++);
        } else if (r->end - r->p >= 2 && r->p[0] == '-' && r->p[1] != ']') {
            count_read(r, 256);
            for (unsigned d = c; d <= r->p[1]; d++) set_add(item, d);
            r->p += 2;
        } else {
            set_add(item, c);
        }
    }
    r->p++;
    for (int i = 0; inverted && i < 32; i++) item->set[i] = (unsigned char)~item->set[i];
}

static void read_escape(lk_reader *r, lk_item *item) {  // behind the %
    if (r->p >= r->end) luaL_error(r->L, "malformed pattern (ends with '%%')");
    int c = *r->p++;
    if (c == 'b') {
        if (r->end - r->p < 2) luaL_error(r->L, "malformed pattern (missing arguments to '%%b')");
        item->kind = BALANCE;
        item->a = *r->p++;
        item->b = *r->p++;
    } else if (c == 'f') {
        if (r->p >= r->end || *r->p != '[') luaL_error(r->L, "missing '[' after '%%f' in pattern");
        r->p++;
        item->kind = FRONTIER;
        read_set(r, item);
    } else if (isdigit(c)) {
        item->kind = SAME_AS;
        item->a = (unsigned char)(c - '1');
    } else if (in_class(0, c) < 0) {
        item->kind = ONE_BYTE;
        item->a = (unsigned char)c;
    } else {
        item->kind = BYTE_SET;
        add_escape(r, item, c);
    }
}

typedef struct {
    int opened, depth, stack[LK_CAPTURES], closed[LK_CAPTURES];
} lk_brackets;

static void read_bracket(lk_reader *r, lk_item *item, lk_brackets *b, int c) {
    if (c == ')') {
        if (!b->depth) luaL_error(r->L, "invalid pattern capture");
        item->kind = CLOSE;
        item->a = (unsigned char)b->stack[--b->depth];
        b->closed[item->a] = 1;
        return;
    }
    if (b->opened >= LK_CAPTURES) luaL_error(r->L, "too many captures");
    item->a = (unsigned char)b->opened;
    if (r->p < r->end && *r->p == ')') {
        r->p++;
        item->kind = HERE;
        b->closed[b->opened] = 1;
    } else {
        item->kind = OPEN;
        b->stack[b->depth++] = b->opened;
    }
    b->opened++;
}

static void read_item(lk_reader *r, lk_item *item, lk_brackets *b) {
    int c = *r->p++;
    *item = (lk_item){.kind = ONE_BYTE, .a = (unsigned char)c};
    if (c == '(' || c == ')') {
        read_bracket(r, item, b, c);
    } else if (c == '$' && r->p == r->end) {
        item->kind = AT_END;
    } else if (c == '%') {
        read_escape(r, item);
        if (item->kind == SAME_AS && (item->a >= b->opened || !b->closed[item->a]))
            luaL_error(r->L, "invalid capture index %%%d in pattern", item->a + 1);
    } else if (c == '[') {
        item->kind = BYTE_SET;
        read_set(r, item);
    } else if (c == '.') {
        item->kind = ANY_BYTE;
    }
    if (item->kind <= BYTE_SET && r->p < r->end && strchr("*+-?", *r->p) && *r->p) item->repeat = (char)*r->p++;
}

const lk_item *lk_compile_pattern(lua_State *L, const char *pattern, size_t length) {
    lk_reader r = {L, (const unsigned char *)pattern, (const unsigned char *)pattern + length, 0};
    lk_brackets brackets = {0};
    lk_charge(L, (int64_t)length / 4);
    lk_item *items = lua_newuserdatauv(L, (length + 1) * sizeof *items, 0);
    lk_item *item = items;
    while (r.p < r.end) {
        count_read(&r, 1);
        read_item(&r, item++, &brackets);
    }
    if (brackets.depth) luaL_error(L, "unfinished capture");
    item->kind = MATCHED;
    item->repeat = 0;
    return items;
}

// ---- matching

static void count(lk_matcher *m, unsigned steps) {
    m->steps += steps;
    if (m->steps < 1024) return;
    unsigned n = m->steps;
    m->steps = 0;
    lk_charge(m->L, n / 2);
}

static int fits(const lk_matcher *m, const lk_item *item, const char *s) {
    if (s >= m->end) return 0;
    unsigned char c = (unsigned char)*s;
    return item->kind == ANY_BYTE || (item->kind == ONE_BYTE ? item->a == c : set_has(item, c));
}

static const char *match_items(lk_matcher *m, const lk_item *item, const char *s);

static const char *most_first(lk_matcher *m, const lk_item *item, const char *s, ptrdiff_t least) {
    ptrdiff_t n = 0;
    for (; fits(m, item, s + n); n++) count(m, 1);
    for (; n >= least; n--) {
        const char *end = match_items(m, item + 1, s + n);
        if (end) return end;
    }
    return NULL;
}

static const char *fewest_first(lk_matcher *m, const lk_item *item, const char *s) {
    for (;; s++) {
        const char *end = match_items(m, item + 1, s);
        if (end || !fits(m, item, s)) return end;
    }
}

static const char *balanced(lk_matcher *m, const lk_item *item, const char *s) {
    if (s >= m->end || (unsigned char)*s != item->a) return NULL;
    size_t open = 1;
    for (s++; s < m->end; s++) {
        unsigned char c = (unsigned char)*s;
        count(m, 1);
        if (c == item->b) {
            if (--open == 0) return s + 1;
        } else if (c == item->a) {
            open++;
        }
    }
    return NULL;
}

static int at_frontier(const lk_matcher *m, const lk_item *item, const char *s) {
    unsigned before = s == m->start ? 0 : (unsigned char)s[-1], here = s < m->end ? (unsigned char)*s : 0;
    return !set_has(item, before) && set_has(item, here);
}

static const char *same_as(lk_matcher *m, int i, const char *s) {
    const lk_capture_range *c = &m->capture[i];
    if (c->length < 0 || m->end - s < c->length) return NULL;
    count(m, (unsigned)(c->length / 16));
    return memcmp(c->from, s, (size_t)c->length) == 0 ? s + c->length : NULL;
}

/// Captures are undone on the way back when what follows them fails.
static const char *capture(lk_matcher *m, const lk_item *item, const char *s) {
    lk_capture_range *c = &m->capture[item->a], before = *c;
    int captures = m->captures;
    if (item->kind == CLOSE) {
        c->length = s - c->from;
    } else {
        *c = (lk_capture_range){s, item->kind == HERE ? CAPTURE_POSITION : CAPTURE_UNFINISHED};
        m->captures = item->a + 1;
    }
    const char *end = match_items(m, item + 1, s);
    if (end) return end;
    *c = before;
    m->captures = captures;
    return NULL;
}

static const char *match_repeated(lk_matcher *m, const lk_item *item, const char *s) {
    switch (item->repeat) {
    case '*': return most_first(m, item, s, 0);
    case '+': return most_first(m, item, s, 1);
    case '-': return fewest_first(m, item, s);
    default: {
        const char *end = fits(m, item, s) ? match_items(m, item + 1, s + 1) : NULL;
        return end ? end : match_items(m, item + 1, s);
    }
    }
}

static const char *match_items(lk_matcher *m, const lk_item *item, const char *s) {
    if (++m->depth > DEEPEST) luaL_error(m->L, "pattern too complex");
    for (; s && item->kind != MATCHED; item++) {
        count(m, 1);
        if (item->kind == OPEN || item->kind == CLOSE || item->kind == HERE) {
            s = capture(m, item, s);
            break;
        }
        if (item->repeat) {
            s = match_repeated(m, item, s);
            break;
        }
        switch (item->kind) {
        case BALANCE: s = balanced(m, item, s); break;
        case FRONTIER: s = at_frontier(m, item, s) ? s : NULL; break;
        case SAME_AS: s = same_as(m, item->a, s); break;
        case AT_END: s = s == m->end ? s : NULL; break;
        default: s = fits(m, item, s) ? s + 1 : NULL;
        }
    }
    m->depth--;
    return s;
}

const char *lk_match(lk_matcher *m, const char *s) {
    m->captures = 0;
    m->depth = 0;
    return match_items(m, m->items, s);
}

void lk_push_capture(lk_matcher *m, int i, const char *from, const char *to) {
    if (i >= m->captures) {
        if (i != 0) luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, from, (size_t)(to - from));
        return;
    }
    const lk_capture_range *c = &m->capture[i];
    if (c->length == CAPTURE_POSITION) lua_pushinteger(m->L, c->from - m->start + 1);
    else lua_pushlstring(m->L, c->from, (size_t)c->length);
}

int lk_push_captures(lk_matcher *m, const char *from, const char *to, int whole) {
    int n = m->captures == 0 && whole ? 1 : m->captures;
    luaL_checkstack(m->L, n + 4, "too many captures");
    for (int i = 0; i < n; i++) lk_push_capture(m, i, from, to);
    return n;
}
