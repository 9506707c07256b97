// Signals: whatever ends the program, the terminal is left as it was found.
#include "internal.h"
#include <sys/prctl.h>
#include <sys/resource.h>

volatile sig_atomic_t nt_got_resize, nt_got_stop, nt_got_continue, nt_got_end;

static const int held[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
static struct sigaction found_actions[NSIG];

#define COUNT(array) (sizeof(array) / sizeof *(array))

static sigset_t set_of(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
    return set;
}

static sigset_t found_mask;
static struct sigaction found_pipe;
static int has_blocked;

void nt_block_signals(void) {
    sigset_t set = set_of(held, COUNT(held));
    pthread_sigmask(SIG_BLOCK, &set, &found_mask);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &found_pipe);
    has_blocked = 1;
}

void nt_release_signals(void) {
    if (!has_blocked) return;
    has_blocked = 0;
    sigaction(SIGPIPE, &found_pipe, NULL);
    pthread_sigmask(SIG_SETMASK, &found_mask, NULL);
}

void nt_forbid_core_dumps(void) {
    struct rlimit none;
    if (getrlimit(RLIMIT_CORE, &none) == 0) {
        none.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &none);
    }
    prctl(PR_SET_DUMPABLE, 0);
}

/// The mask for the one place where the signals get in.
void nt_open_mask(sigset_t *out) {
    pthread_sigmask(SIG_BLOCK, NULL, out);
    for (size_t i = 0; i < COUNT(held); i++) sigdelset(out, held[i]);
}

/// Puts the terminal back, and shows the end of what was written to standard error meanwhile. Only calls that are safe in a signal handler.
void nt_restore_terminal(void) {
    if (!nt_state.is_open) return;
    nt_state.is_open = 0;
    // A program in the background would be stopped by its own tcsetattr.
    struct sigaction ignore = {.sa_handler = SIG_IGN}, found;
    sigaction(SIGTTOU, &ignore, &found);
    ssize_t r = write(nt_state.out_fd, nt_state.reset, nt_state.reset_length);
    tcsetattr(nt_state.in_fd, TCSANOW, &nt_state.found);
    sigaction(SIGTTOU, &found, NULL);
    if (nt_state.log_fd < 0) return;
    dup2(nt_state.error_fd, STDERR_FILENO);
    char buffer[1024];
    off_t end = lseek(nt_state.log_fd, 0, SEEK_END);
    lseek(nt_state.log_fd, end > 4096 ? end - 4096 : 0, SEEK_SET);
    while ((r = read(nt_state.log_fd, buffer, sizeof buffer)) > 0) {
        if (write(STDERR_FILENO, buffer, (size_t)r) < 0) break;
    }
}

static void on_crash(int number, siginfo_t *info, void *context) {
    nt_restore_terminal();
    struct sigaction *next = &found_actions[number];  // Swift's backtracer, or the default
    sigaction(number, next, NULL);
    // Called and not raised, so that the backtrace shows the place of the crash.
    if (next->sa_flags & SA_SIGINFO) next->sa_sigaction(number, info, context);
    signal(number, SIG_DFL);
    raise(number);
}

static void on_end(int number) {
    nt_restore_terminal();
    signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void on_note(int number) {
    if (number == SIGWINCH) nt_got_resize = 1;
    if (number == SIGTSTP) nt_got_stop = 1;
    if (number == SIGCONT) nt_got_continue = 1;
    if (number == SIGTERM || number == SIGHUP) nt_got_end = number;
}

void nt_install_handlers(void) {
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_NODEFER | SA_ONSTACK | SA_SIGINFO};
    for (size_t i = 0; i < COUNT(crashes); i++) sigaction(crashes[i], &action, &found_actions[crashes[i]]);
    for (size_t i = 0; i < COUNT(held); i++) {
        int number = held[i];
        // An end that is asked for leaves time to save what is in no file.
        struct sigaction note = {.sa_handler = number == SIGINT ? on_end : on_note};
        sigaction(number, &note, &found_actions[number]);
        // A program started by nohup stays immune.
        if (number == SIGHUP && found_actions[number].sa_handler == SIG_IGN) sigaction(number, &found_actions[number], NULL);
    }
}

void nt_remove_handlers(void) {
    for (size_t i = 0; i < COUNT(crashes); i++) sigaction(crashes[i], &found_actions[crashes[i]], NULL);
    for (size_t i = 0; i < COUNT(held); i++) sigaction(held[i], &found_actions[held[i]], NULL);
}
