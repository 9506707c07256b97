// The terminal, as Swift sees it. It does not include <curses.h> on purpose: that header's globals are not concurrency-safe and its
// macros do not import. Everything here is for one thread at a time, except nt_wake and what concerns the signals of the calling thread.
#ifndef CNCURSES_H
#define CNCURSES_H
#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

/// One column of the screen.
typedef struct {
    uint32_t scalar;    // 0: the right half of the wide character before it
    uint32_t marks[2];  // combining marks, 0-ended
    int32_t foreground, background;  // -1 the terminal's own, 0...255 palette, NT_RGB | 0xRRGGBB
    uint32_t attributes;             // NT_BOLD ...
} nt_cell;
enum { NT_RGB = 0x1000000 };
enum { NT_BOLD = 1, NT_DIM = 2, NT_ITALIC = 4, NT_UNDERLINE = 8, NT_REVERSE = 16 };

enum {
    NT_EVENT_NONE,
    NT_EVENT_CHARACTER,
    NT_EVENT_KEY,
    NT_EVENT_MOUSE,
    NT_EVENT_RESIZE,
    NT_EVENT_WAKE,
    NT_EVENT_HANGUP,
    NT_EVENT_PASTE_BEGIN,
    NT_EVENT_PASTE_END,
    NT_EVENT_BACKGROUND,  // the code is 0xRRGGBB
};
enum {
    NT_KEY_UP = 1, NT_KEY_DOWN, NT_KEY_RIGHT, NT_KEY_LEFT, NT_KEY_HOME, NT_KEY_END, NT_KEY_INSERT, NT_KEY_DELETE,
    NT_KEY_PAGE_UP, NT_KEY_PAGE_DOWN, NT_KEY_BACKSPACE, NT_KEY_BACKTAB, NT_KEY_ENTER,
    NT_KEY_F0 = 32,  // F1 is NT_KEY_F0 + 1
};
enum { NT_SHIFT = 1, NT_ALT = 2, NT_CTRL = 4 };
enum {
    NT_MOUSE_PRESS = 1, NT_MOUSE_RELEASE, NT_MOUSE_DRAG, NT_MOUSE_MOVE,
    NT_MOUSE_WHEEL_UP, NT_MOUSE_WHEEL_DOWN, NT_MOUSE_WHEEL_LEFT, NT_MOUSE_WHEEL_RIGHT,
};

typedef struct {
    int32_t kind;       // NT_EVENT_*
    uint32_t code;      // a scalar, NT_KEY_*, or NT_MOUSE_*
    uint32_t modifiers; // NT_SHIFT ...
    int32_t row, column;
    int32_t button;     // of the mouse: 1 left, 2 middle, 3 right, 0 none
} nt_event;

typedef struct {
    int32_t rows, columns;
    int32_t colors;     // 0, 8, 16, 256, or 1 << 24
} nt_info;

/// Errors of nt_open; other negative values are -errno.
enum { NT_NOT_A_TERMINAL = -10001, NT_UNKNOWN_TERM = -10002, NT_POOR_TERM = -10003 };

/// Blocks the signals that concern the terminal. To be called before the program makes its first thread: threads inherit the mask.
void nt_block_signals(void);

/// Lets the signals in again as they were before nt_block_signals. To be called on the same thread.
void nt_release_signals(void);

/// Keeps the process's memory from being written to a file when it dies, also by a program that the system hands it to.
void nt_forbid_core_dumps(void);

/// Takes over a terminal: the one on standard input and output, or the device `tty`. `term` overrides $TERM. The program's output to
/// standard error while the screen is shown goes to the file `log`, and its end is shown when the terminal is given back. `direct`: the
/// terminal has 24-bit colours, whatever its description says.
int32_t nt_open(const char *_Nullable term, const char *_Nullable tty, const char *_Nullable log, int32_t direct);

/// Gives the terminal back as it was found. Does nothing when it is not open.
void nt_close(void);
nt_info nt_get_info(void);

/// Waits for the next event, at most `timeout_ms` (below 0: for ever). The kind is NT_EVENT_NONE when the time is up.
nt_event nt_poll(int32_t timeout_ms);

/// Says that a paste which the terminal began has no end: what comes from now on is typed.
void nt_end_paste(void);

void nt_put(int32_t row, int32_t column, const nt_cell *cells, int32_t count);

/// Shows what was put; the cursor is hidden if `cursor_row` is below 0.
void nt_flush(int32_t cursor_row, int32_t cursor_column);

/// Makes the next nt_flush send the whole screen, whatever it believes to be there.
void nt_repaint(void);

/// Sends bytes to the terminal as they are.
void nt_send(const char *bytes, size_t count);

/// Asks the terminal for its background. NT_EVENT_BACKGROUND comes later, or never.
void nt_ask_background(void);

/// Makes nt_poll return NT_EVENT_WAKE. From any thread.
void nt_wake(void);

/// The signal that asks the program to end, after NT_EVENT_HANGUP: SIGHUP where the terminal went away without one.
int nt_ending_signal(void);

/// Stops the program as the terminal's C-z does, with the terminal given back, and takes the terminal over again when it goes on.
void nt_suspend(void);

/// Gives the terminal to a program and waits for its end. `arguments` begins with its name and ends with NULL. Returns its exit status, 128
/// and the signal's number if it died of one, or -errno if it did not start.
int32_t nt_run_child(const char *executable, char *_Nullable const *_Nonnull arguments);

/// The columns that the C library gives to a scalar, below 0 for control characters.
int32_t nt_width(uint32_t scalar);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
#endif
