// Declarations that the files of this target share.
#ifndef CNCURSES_INTERNAL_H
#define CNCURSES_INTERNAL_H
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

typedef struct {
    SCREEN *screen;
    FILE *input, *output;
    int in_fd, out_fd, wake_fd[2], log_fd, error_fd;
    int by_path;                  // a terminal given by path: it is not the controlling one, so no SIGWINCH comes
    int direct;                   // colours are 24-bit numbers
    volatile sig_atomic_t is_open;
    struct termios found;         // how the terminal was before nt_open
    char reset[512];              // what puts it back
    size_t reset_length;
} terminal_state;
extern terminal_state nt_state;

extern volatile sig_atomic_t nt_got_resize, nt_got_stop, nt_got_continue, nt_got_end;

// direct.c: a compiled description, as the variable TERMINFO takes it
extern const char nt_direct_terminfo[];

// signals.c
void nt_install_handlers(void);
void nt_remove_handlers(void);
void nt_open_mask(sigset_t *out);
void nt_restore_terminal(void);

// input.c
void nt_define_keys(void);
int nt_read_event(nt_event *event);

// terminal.c
void nt_modes_on(void);
void nt_modes_off(void);
int nt_take_size(void);
#endif
