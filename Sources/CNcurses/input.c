// Input: what ncurses reads, as one event at a time.
#include "internal.h"

// Codes of our own in ncurses' table of keys, above all of its own.
enum { CODE_PASTE_BEGIN = 0x3000, CODE_PASTE_END, CODE_SGR_MOUSE, CODE_X10_MOUSE, CODE_BACKGROUND, CODE_MODIFIED = 0x4000 };

static int in_paste;

static void define(const char *sequence, int code) { define_key(sequence, code); }

static void define_modified(const char *prefix, char last, int key) {
    char sequence[16];
    // xterm's parameter is 1 + shift + 2 alt + 4 control, which is 1 + our bits.
    for (int modifiers = 1; modifiers < 8; modifiers++) {
        snprintf(sequence, sizeof sequence, "\033[%s;%d%c", prefix, 1 + modifiers, last);
        define(sequence, CODE_MODIFIED | key << 3 | modifiers);
    }
}

static int translate(nt_event *event, int code);

/// Takes control characters back that the terminal's description calls by the name of a key that means nothing here, as the Linux console's
/// calls ^Z "suspend": they are characters. Those that are typed to stop something always are.
static void free_control_characters(void) {
    for (char c = 1; c < 32; c++) {
        char sequence[2] = {c, 0};
        int code = key_defined(sequence);
        nt_event event;
        if (c != 27 && code > 0 && (c == 'C' - 64 || c == 'Z' - 64 || !translate(&event, code))) define_key(sequence, 0);
    }
}

/// Keys that the terminal's description does not know, or knows under names of its own.
void nt_define_keys(void) {
    free_control_characters();
    define("\033[200~", CODE_PASTE_BEGIN);
    define("\033[201~", CODE_PASTE_END);
    define("\033[<", CODE_SGR_MOUSE);
    define("\033[M", CODE_X10_MOUSE);
    define("\033]11;rgb:", CODE_BACKGROUND);
    static const struct { const char *prefix; char last; int key; } keys[] = {
        {"1", 'A', NT_KEY_UP}, {"1", 'B', NT_KEY_DOWN}, {"1", 'C', NT_KEY_RIGHT}, {"1", 'D', NT_KEY_LEFT},
        {"1", 'H', NT_KEY_HOME}, {"1", 'F', NT_KEY_END}, {"2", '~', NT_KEY_INSERT}, {"3", '~', NT_KEY_DELETE},
        {"5", '~', NT_KEY_PAGE_UP}, {"6", '~', NT_KEY_PAGE_DOWN},
        {"1", 'P', NT_KEY_F0 + 1}, {"1", 'Q', NT_KEY_F0 + 2}, {"1", 'R', NT_KEY_F0 + 3}, {"1", 'S', NT_KEY_F0 + 4},
        {"15", '~', NT_KEY_F0 + 5}, {"17", '~', NT_KEY_F0 + 6}, {"18", '~', NT_KEY_F0 + 7}, {"19", '~', NT_KEY_F0 + 8},
        {"20", '~', NT_KEY_F0 + 9}, {"21", '~', NT_KEY_F0 + 10}, {"23", '~', NT_KEY_F0 + 11}, {"24", '~', NT_KEY_F0 + 12},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) define_modified(keys[i].prefix, keys[i].last, keys[i].key);
    define("\033[1~", CODE_MODIFIED | NT_KEY_HOME << 3);
    define("\033[4~", CODE_MODIFIED | NT_KEY_END << 3);
    define("\033[7~", CODE_MODIFIED | NT_KEY_HOME << 3);
    define("\033[8~", CODE_MODIFIED | NT_KEY_END << 3);
    // Arrows, Home and End in both of their forms: a terminal that was reset sends the other one.
    static const struct { char last; int key; } plain[] = {
        {'A', NT_KEY_UP}, {'B', NT_KEY_DOWN}, {'C', NT_KEY_RIGHT}, {'D', NT_KEY_LEFT}, {'H', NT_KEY_HOME}, {'F', NT_KEY_END},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        char sequence[4] = {'\033', '[', plain[i].last, 0};
        define(sequence, CODE_MODIFIED | plain[i].key << 3);
        sequence[1] = 'O';
        define(sequence, CODE_MODIFIED | plain[i].key << 3);
    }
}

/// The next character, waiting for the rest of a sequence that has begun. Below 0: it did not come.
static int next_character(int wait_ms) {
    wint_t c;
    for (int tries = 0; tries < 2; tries++) {
        int r = wget_wch(stdscr, &c);
        if (r == OK) return (int)c;
        if (r == KEY_CODE_YES) return -1;
        struct pollfd fd = {nt_state.in_fd, POLLIN, 0};
        if (tries == 0 && poll(&fd, 1, wait_ms) <= 0) return -1;
    }
    return -1;
}

static int set_mouse(nt_event *event, int code, int column, int row, int released) {
    if (column < 0 || row < 0) return 0;
    static const uint32_t wheels[] = {NT_MOUSE_WHEEL_UP, NT_MOUSE_WHEEL_DOWN, NT_MOUSE_WHEEL_LEFT, NT_MOUSE_WHEEL_RIGHT};
    int button = code & 3;
    event->kind = NT_EVENT_MOUSE;
    event->row = row;
    event->column = column;
    event->modifiers = (code & 4 ? NT_SHIFT : 0) | (code & 8 ? NT_ALT : 0) | (code & 16 ? NT_CTRL : 0);
    event->button = button == 3 ? 0 : button + 1;
    if (code & 128) return 0;  // buttons past the seventh
    if (code & 64) {
        event->button = 0;
        event->code = wheels[button];
        return !released;
    }
    if (code & 32) event->code = button == 3 ? NT_MOUSE_MOVE : NT_MOUSE_DRAG;
    else event->code = released || button == 3 ? NT_MOUSE_RELEASE : NT_MOUSE_PRESS;
    return 1;
}

/// `\e[<code;column;row` and M for a press or m for a release.
static int read_sgr_mouse(nt_event *event) {
    int values[3] = {0, 0, 0}, count = 0;
    for (int length = 0; length < 20; length++) {
        int c = next_character(100);
        if (c >= '0' && c <= '9') {
            if (values[count] < 100000) values[count] = values[count] * 10 + c - '0';
        } else if (c == ';' && count < 2) {
            count++;
        } else {
            return (c == 'M' || c == 'm') && count == 2 ? set_mouse(event, values[0], values[1] - 1, values[2] - 1, c == 'm') : 0;
        }
    }
    return 0;
}

static int read_x10_mouse(nt_event *event) {
    int code = next_character(100), column = next_character(100), row = next_character(100);
    return code < 32 ? 0 : set_mouse(event, code - 32, column - 33, row - 33, 0);
}

/// The rest of `\e]11;rgb:RRRR/GGGG/BBBB` up to BEL or ST; the digits of each part may be one to four.
static int read_background(nt_event *event) {
    uint32_t values[3] = {0, 0, 0}, most[3] = {0, 0, 0};
    int part = 0, good = 1;
    for (int length = 0; length < 24; length++) {
        int c = next_character(100);
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit >= 0 && most[part] < 0xFFFF) {
            values[part] = values[part] << 4 | (uint32_t)digit;
            most[part] = most[part] << 4 | 15;
        } else if (c == '/' && part < 2) {
            part++;
        } else {
            if (c == 27) next_character(100);  // the backslash of ST
            else if (c != 7 && c != 0x9C) good = 0;
            break;
        }
    }
    if (!good || part != 2 || !most[0] || !most[1] || !most[2]) return 0;
    event->kind = NT_EVENT_BACKGROUND;
    for (int i = 0; i < 3; i++) event->code = event->code << 8 | values[i] * 255 / most[i];
    return 1;
}

static int set_key(nt_event *event, uint32_t key, uint32_t modifiers) {
    event->kind = NT_EVENT_KEY;
    event->code = key;
    event->modifiers = modifiers;
    return 1;
}

static int set_control(nt_event *event, char letter) {
    event->kind = NT_EVENT_CHARACTER;
    event->code = (uint32_t)(letter & 31);
    return 1;
}

static int translate(nt_event *event, int code) {
    if (code & CODE_MODIFIED) return set_key(event, (uint32_t)(code & ~CODE_MODIFIED) >> 3, code & 7);
    if (code >= KEY_F(1) && code <= KEY_F(63)) return set_key(event, (uint32_t)(NT_KEY_F0 + code - KEY_F0), 0);
    switch (code) {
    case CODE_PASTE_BEGIN: in_paste = 1; event->kind = NT_EVENT_PASTE_BEGIN; return 1;
    case CODE_PASTE_END: in_paste = 0; event->kind = NT_EVENT_PASTE_END; return 1;
    case CODE_SGR_MOUSE: return read_sgr_mouse(event);
    case CODE_X10_MOUSE: return read_x10_mouse(event);
    case CODE_BACKGROUND: return read_background(event);
    case KEY_UP: return set_key(event, NT_KEY_UP, 0);
    case KEY_DOWN: return set_key(event, NT_KEY_DOWN, 0);
    case KEY_RIGHT: return set_key(event, NT_KEY_RIGHT, 0);
    case KEY_LEFT: return set_key(event, NT_KEY_LEFT, 0);
    case KEY_SF: return set_key(event, NT_KEY_DOWN, NT_SHIFT);
    case KEY_SR: return set_key(event, NT_KEY_UP, NT_SHIFT);
    case KEY_SLEFT: return set_key(event, NT_KEY_LEFT, NT_SHIFT);
    case KEY_SRIGHT: return set_key(event, NT_KEY_RIGHT, NT_SHIFT);
    case KEY_SHOME: return set_key(event, NT_KEY_HOME, NT_SHIFT);
    case KEY_SEND: return set_key(event, NT_KEY_END, NT_SHIFT);
    case KEY_SIC: return set_key(event, NT_KEY_INSERT, NT_SHIFT);
    case KEY_SDC: return set_key(event, NT_KEY_DELETE, NT_SHIFT);
    case KEY_SPREVIOUS: return set_key(event, NT_KEY_PAGE_UP, NT_SHIFT);
    case KEY_SNEXT: return set_key(event, NT_KEY_PAGE_DOWN, NT_SHIFT);
    case KEY_HOME: case KEY_FIND: case KEY_A1: return set_key(event, NT_KEY_HOME, 0);
    case KEY_END: case KEY_LL: case KEY_SELECT: case KEY_C1: return set_key(event, NT_KEY_END, 0);
    case KEY_IC: return set_key(event, NT_KEY_INSERT, 0);
    case KEY_DC: return set_key(event, NT_KEY_DELETE, 0);
    case KEY_PPAGE: case KEY_A3: return set_key(event, NT_KEY_PAGE_UP, 0);
    case KEY_NPAGE: case KEY_C3: return set_key(event, NT_KEY_PAGE_DOWN, 0);
    case KEY_BACKSPACE: return set_key(event, NT_KEY_BACKSPACE, 0);
    case KEY_BTAB: return set_key(event, NT_KEY_BACKTAB, 0);
    case KEY_ENTER: return set_key(event, NT_KEY_ENTER, 0);
    case KEY_HELP: return set_key(event, NT_KEY_F0 + 1, 0);
    // Keys that a keyboard may have for what control characters do elsewhere.
    case KEY_SUSPEND: return set_control(event, 'Z');
    case KEY_REFRESH: return set_control(event, 'L');
    case KEY_CANCEL: case KEY_EXIT: case KEY_CLOSE: return set_control(event, '[');
    default: return 0;
    }
}

/// Reads the events of ncurses, skipping all that are not ours. 0: nothing more to read now.
int nt_read_event(nt_event *event) {
    wint_t c;
    int r;
    while ((r = wget_wch(stdscr, &c)) != ERR) {
        memset(event, 0, sizeof *event);
        if (r == KEY_CODE_YES) {
            if (translate(event, (int)c)) return 1;
            continue;
        }
        event->kind = NT_EVENT_CHARACTER;
        event->code = (uint32_t)c;
        if (c != 27 || in_paste) return 1;
        // A character at once behind Esc came with Alt. ncurses has waited for it already.
        r = wget_wch(stdscr, &c);
        if (r == OK && c != 27) {
            event->code = (uint32_t)c;
            event->modifiers = NT_ALT;
        } else if (r == KEY_CODE_YES && translate(event, (int)c)) {
            event->modifiers |= NT_ALT;
        } else if (r == OK) {
            unget_wch((wchar_t)c);
        }
        return 1;
    }
    return 0;
}

void nt_end_paste(void) { in_paste = 0; }
