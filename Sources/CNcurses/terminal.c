// The terminal itself: taking it over, drawing, waiting, giving it back.
#include "internal.h"
#include <langinfo.h>
#include <locale.h>
#include <spawn.h>
#include <sys/wait.h>
#include <term.h>

extern char **environ;

terminal_state nt_state = {.in_fd = -1, .out_fd = -1, .wake_fd = {-1, -1}, .log_fd = -1, .error_fd = -1};

// Buttons and drags (1002) in the form without limits (1006); pastes in brackets (2004).
static const char modes_on[] = "\033[?1000h\033[?1002h\033[?1006h\033[?2004h";
static const char modes_off[] = "\033[?2004l\033[?1006l\033[?1002l\033[?1000l";

static void send(const char *sequence, size_t length) {
    fflush(nt_state.output);
    ssize_t r = write(nt_state.out_fd, sequence, length);
    (void)r;
}
void nt_modes_on(void) { send(modes_on, sizeof modes_on - 1); }
void nt_modes_off(void) { send(modes_off, sizeof modes_off - 1); }

static void add_reset(const char *sequence) {
    if (!sequence || sequence == (const char *)-1) return;
    size_t length = strlen(sequence);
    if (nt_state.reset_length + length >= sizeof nt_state.reset) return;
    memcpy(nt_state.reset + nt_state.reset_length, sequence, length);
    nt_state.reset_length += length;
}

static const char *capability(const char *name) {
    const char *value = tigetstr((char *)name);
    return value == (const char *)-1 ? NULL : value;
}

static int open_files(const char *tty) {
    if (tty) {
        int fd = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (fd < 0) return -errno;
        if (!isatty(fd)) { close(fd); return NT_NOT_A_TERMINAL; }
        nt_state.input = fdopen(fd, "r");
        int out = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        nt_state.output = out < 0 ? NULL : fdopen(out, "w");
        if (!nt_state.input || !nt_state.output) return -ENOMEM;
        nt_state.by_path = 1;
    } else {
        if (!isatty(STDOUT_FILENO)) return NT_NOT_A_TERMINAL;
        nt_state.input = stdin;
        nt_state.output = stdout;
        nt_state.by_path = 0;
        if (!isatty(STDIN_FILENO)) {
            // Something else came through standard input, as a workflow: keys come from the terminal that the program belongs to.
            int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
            if (fd < 0) return NT_NOT_A_TERMINAL;
            nt_state.input = fdopen(fd, "r");
            if (!nt_state.input) return -ENOMEM;
        }
    }
    nt_state.in_fd = fileno(nt_state.input);
    nt_state.out_fd = fileno(nt_state.output);
    if (tcgetattr(nt_state.in_fd, &nt_state.found) != 0) return -errno;
    if (nt_state.wake_fd[0] < 0 && pipe2(nt_state.wake_fd, O_NONBLOCK | O_CLOEXEC) != 0) return -errno;
    return 0;
}

static void close_files(void) {
    if (nt_state.input && nt_state.input != stdin) fclose(nt_state.input);
    if (nt_state.output && nt_state.output != stdout) fclose(nt_state.output);
    nt_state.input = nt_state.output = NULL;
    nt_state.in_fd = nt_state.out_fd = -1;
    if (nt_state.log_fd >= 0) { close(nt_state.log_fd); close(nt_state.error_fd); }
    nt_state.log_fd = nt_state.error_fd = -1;
}

static void set_up_screen(void) {
    set_term(nt_state.screen);
    raw();
    noecho();
    nonl();
    meta(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    set_escdelay(25);
    leaveok(stdscr, FALSE);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    nt_state.direct = tigetflag("RGB") > 0 || tigetnum("RGB") > 0;
    nt_define_keys();
    nt_take_size();
}

static void redirect_errors(const char *log) {
    if (!log || (nt_state.log_fd = open(log, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0) return;
    nt_state.error_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (nt_state.error_fd >= 0) {
        dup2(nt_state.log_fd, STDERR_FILENO);
    } else {
        close(nt_state.log_fd);
        nt_state.log_fd = -1;
    }
}

/// newterm with the description of terminals that have 24-bit colours, which few systems have installed.
static SCREEN *new_direct_screen(void) {
    const char *found = getenv("TERMINFO");
    char *kept = found ? strdup(found) : NULL;
    setenv("TERMINFO", nt_direct_terminfo, 1);
    SCREEN *screen = newterm("tracescope-direct", nt_state.output, nt_state.input);
    // Children have the environment that this program was given.
    if (kept) setenv("TERMINFO", kept, 1);
    else unsetenv("TERMINFO");
    free(kept);
    return screen;
}

int32_t nt_open(const char *term, const char *tty, const char *log, int32_t direct) {
    if (nt_state.is_open) return -EBUSY;
    // Without a UTF-8 locale ncurses prints wide characters as spaces.
    if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
    int r = open_files(tty);
    if (r != 0) {
        close_files();
        return r;
    }
    use_env(FALSE);  // LINES and COLUMNS of the environment may be of another window
    use_tioctl(TRUE);
    // Before newterm, which leaves signals alone that have a handler.
    nt_install_handlers();
    nt_state.screen = direct ? new_direct_screen() : NULL;
    if (!nt_state.screen) nt_state.screen = newterm(term, nt_state.output, nt_state.input);
    int poor = nt_state.screen && !capability("cup");
    if (!nt_state.screen || poor) {
        if (poor) {
            endwin();
            delscreen(nt_state.screen);
            nt_state.screen = NULL;
            tcsetattr(nt_state.in_fd, TCSANOW, &nt_state.found);
        }
        nt_remove_handlers();
        close_files();
        return poor ? NT_POOR_TERM : NT_UNKNOWN_TERM;
    }
    set_up_screen();
    nt_state.reset_length = 0;
    add_reset(modes_off);
    static const char *const last[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) add_reset(capability(last[i]));
    redirect_errors(log);
    static int registered;
    if (!registered++) atexit(nt_close);
    nt_state.is_open = 1;
    nt_got_resize = nt_got_stop = nt_got_continue = nt_got_end = 0;
    nt_modes_on();
    return 0;
}

/// Ends the screen. Where it stays as it was, as terminals without a second screen leave it, the last line is cleared for what comes next.
static void end_screen(void) {
    endwin();
    const char *clear = capability("rmcup") ? NULL : capability("el");
    if (!clear) return;
    send("\r", 1);
    send(clear, strcspn(clear, "$"));  // without the padding of old terminals
}

void nt_close(void) {
    if (!nt_state.is_open) return;
    nt_modes_off();
    end_screen();
    nt_state.reset_length = 0;  // done by endwin
    nt_restore_terminal();
    nt_remove_handlers();
    delscreen(nt_state.screen);
    nt_state.screen = NULL;
    close_files();
}

nt_info nt_get_info(void) {
    if (!nt_state.is_open) return (nt_info){0, 0, 0};
    return (nt_info){LINES, COLS, !has_colors() ? 0 : nt_state.direct ? 1 << 24 : COLORS};
}

/// Takes over the real size of the terminal. Returns 1 if it has changed.
int nt_take_size(void) {
    struct winsize size;
    if (ioctl(nt_state.out_fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return 0;
    if (!is_term_resized(size.ws_row, size.ws_col)) return 0;
    resize_term(size.ws_row, size.ws_col);
    clearok(curscr, TRUE);  // terminals move what they show when their size changes
    return 1;
}

static void leave(void) {
    nt_modes_off();
    end_screen();
    tcsetattr(nt_state.in_fd, TCSADRAIN, &nt_state.found);
}

static void enter(void) {
    reset_prog_mode();
    nt_take_size();
    clearok(curscr, TRUE);
    wrefresh(stdscr);
    nt_modes_on();
}

static nt_event resized(void) { return (nt_event){.kind = NT_EVENT_RESIZE, .row = LINES, .column = COLS}; }

/// Takes the notes of the signal handlers. Returns 1 if there is an event in them.
static int take_notes(nt_event *event) {
    if (nt_got_end) {
        event->kind = NT_EVENT_HANGUP;
        event->code = (uint32_t)nt_got_end;
        return 1;
    }
    if (nt_got_stop) {
        nt_suspend();
        *event = resized();
        return 1;
    }
    if (nt_got_continue) {
        // Stopped by a signal that cannot be caught: the shell has taken the terminal meanwhile.
        nt_got_continue = 0;
        endwin();
        enter();
        *event = resized();
        return 1;
    }
    if (nt_got_resize || nt_state.by_path) {
        nt_got_resize = 0;
        if (nt_take_size()) {
            *event = resized();
            return 1;
        }
    }
    return 0;
}

nt_event nt_poll(int32_t timeout_ms) {
    nt_event event = {0};
    if (!nt_state.is_open) return (nt_event){.kind = NT_EVENT_HANGUP};
    if (take_notes(&event) || nt_read_event(&event)) return event;
    if (nt_state.by_path && (timeout_ms < 0 || timeout_ms > 250)) timeout_ms = 250;
    struct pollfd fds[2] = {{nt_state.in_fd, POLLIN, 0}, {nt_state.wake_fd[0], POLLIN, 0}};
    struct timespec time = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000L};
    sigset_t open_set, shut_set;
    nt_open_mask(&open_set);
    // ppoll lets no signal in while a descriptor is ready, so open once by hand.
    pthread_sigmask(SIG_SETMASK, &open_set, &shut_set);
    pthread_sigmask(SIG_SETMASK, &shut_set, NULL);
    int r = nt_got_stop || nt_got_continue || nt_got_resize || nt_got_end ? 0 : ppoll(fds, 2, timeout_ms < 0 ? NULL : &time, &open_set);
    if (take_notes(&event)) return event;
    if (r > 0 && (fds[1].revents & POLLIN)) {
        char buffer[64];
        while (read(nt_state.wake_fd[0], buffer, sizeof buffer) > 0) {}
        event.kind = NT_EVENT_WAKE;
        return event;
    }
    if (r > 0 && nt_read_event(&event)) return event;
    // A terminal that has gone is ready for ever, with no signal to tell it.
    if (r > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))) event.kind = NT_EVENT_HANGUP;
    return event;
}

int nt_ending_signal(void) { return nt_got_end ? nt_got_end : SIGHUP; }

void nt_wake(void) {
    char byte = 1;
    ssize_t r = write(nt_state.wake_fd[1], &byte, 1);
    (void)r;
}

static int color(int32_t value) {
    if (value < 0) return -1;
    if (value & NT_RGB) {
        int rgb = value & 0xFFFFFF;
        if (!nt_state.direct) return -1;
        return rgb < 8 ? (rgb ? 8 : 0) : rgb;  // the first eight numbers are the palette's
    }
    return value < COLORS ? value : value & 7;
}

static attr_t attributes_of(uint32_t bits) {
    return (bits & NT_BOLD ? A_BOLD : 0) | (bits & NT_DIM ? A_DIM : 0) | (bits & NT_ITALIC ? A_ITALIC : 0)
        | (bits & NT_UNDERLINE ? A_UNDERLINE : 0) | (bits & NT_REVERSE ? A_REVERSE : 0);
}

void nt_put(int32_t row, int32_t column, const nt_cell *cells, int32_t count) {
    if (!nt_state.is_open) return;
    int pair = 0;
    int32_t foreground = -2, background = -2;
    for (int32_t i = 0; i < count; i++) {
        const nt_cell *cell = cells + i;
        if (cell->scalar == 0) continue;
        int width = i + 1 < count && cells[i + 1].scalar == 0 ? 2 : 1;
        wchar_t text[] = {(wchar_t)cell->scalar, (wchar_t)cell->marks[0], (wchar_t)cell->marks[1], 0};
        int fits = wcwidth(text[0]) == width;
        if (!fits) text[0] = 0xFFFD, text[1] = 0;  // the C library thinks otherwise: keep the columns right
        if (cell->foreground != foreground || cell->background != background) {
            foreground = cell->foreground, background = cell->background;
            pair = has_colors() ? alloc_pair(color(foreground), color(background)) : 0;
            if (pair < 0) pair = 0;
        }
        cchar_t out;
        // The pair goes through the last argument: the short one is too small.
        if (setcchar(&out, text, attributes_of(cell->attributes), 0, &pair) == OK) mvwadd_wch(stdscr, row, column + i, &out);
        if (!fits && width == 2) {
            const wchar_t space[] = {L' ', 0};
            if (setcchar(&out, space, attributes_of(cell->attributes), 0, &pair) == OK) mvwadd_wch(stdscr, row, column + i + 1, &out);
        }
    }
}

void nt_flush(int32_t cursor_row, int32_t cursor_column) {
    if (!nt_state.is_open) return;
    curs_set(cursor_row >= 0);
    if (cursor_row >= 0) wmove(stdscr, cursor_row, cursor_column);
    wrefresh(stdscr);
}

void nt_send(const char *bytes, size_t count) {
    if (!nt_state.is_open) return;
    fflush(nt_state.output);
    while (count > 0) {
        ssize_t r = write(nt_state.out_fd, bytes, count);
        if (r < 0 && errno == EAGAIN) {
            // A slow line takes what it can: a second is enough for what a clipboard holds.
            struct pollfd fd = {nt_state.out_fd, POLLOUT, 0};
            if (poll(&fd, 1, 1000) <= 0) return;
        } else if (r < 0 && errno != EINTR) {
            return;
        } else if (r > 0) {
            bytes += r;
            count -= (size_t)r;
        }
    }
}

void nt_ask_background(void) { nt_send("\033]11;?\007", 7); }

void nt_repaint(void) {
    if (nt_state.is_open) clearok(curscr, TRUE);
}

/// Forgets a signal that came for somebody else and waits for its turn.
static void forget(int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    struct timespec now = {0, 0};
    while (sigtimedwait(&set, NULL, &now) > 0) {}
}

void nt_suspend(void) {
    if (!nt_state.is_open) return;
    leave();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    struct sigaction standard = {.sa_handler = SIG_DFL}, found;
    sigaction(SIGTSTP, &standard, &found);
    kill(0, SIGTSTP);  // the whole job, as the terminal would
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGTSTP, &found, NULL);
    forget(SIGCONT);
    nt_got_stop = nt_got_continue = 0;
    enter();
}

static int32_t spawn_and_wait(const char *executable, char *const *arguments) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    sigemptyset(&none);
    sigfillset(&standard);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid;
    // A child, such as an editor, has the terminal for its input and output, wherever this program's come from and go to.
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (nt_state.is_open && nt_state.in_fd > STDIN_FILENO) posix_spawn_file_actions_adddup2(&actions, nt_state.in_fd, STDIN_FILENO);
    if (nt_state.is_open && nt_state.out_fd > STDERR_FILENO) posix_spawn_file_actions_adddup2(&actions, nt_state.out_fd, STDOUT_FILENO);
    int error = posix_spawnp(&pid, executable, &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) return -error;
    int status = 0;
    for (;;) {
        if (waitpid(pid, &status, WUNTRACED) < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (!WIFSTOPPED(status)) break;
        // Its C-z stops the whole job: the shell waits for this process, not for that one.
        kill(getpid(), SIGSTOP);
        kill(pid, SIGCONT);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int32_t nt_run_child(const char *executable, char *const *arguments) {
    if (!nt_state.is_open) return spawn_and_wait(executable, arguments);
    leave();
    if (nt_state.log_fd >= 0) dup2(nt_state.error_fd, STDERR_FILENO);
    int32_t status = spawn_and_wait(executable, arguments);
    if (nt_state.log_fd >= 0) dup2(nt_state.log_fd, STDERR_FILENO);
    // C-c and C-z in the child came to this process too.
    forget(SIGINT);
    forget(SIGTSTP);
    forget(SIGCONT);
    enter();
    return status;
}

int32_t nt_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
