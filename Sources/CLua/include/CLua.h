// The public face of the Lua shim. Nothing of lua.h shows here: Swift never holds a lua_State, so it cannot call
// anything that might jump over one of its frames. Every function below returns; a failure is a status.
#ifndef CLUA_H
#define CLUA_H
#include <stddef.h>
#include <stdint.h>

typedef struct lk_host lk_host;
typedef struct lk_flag lk_flag;

enum { LK_NIL, LK_BOOL, LK_INT, LK_FLOAT, LK_STRING, LK_TABLE, LK_FUNCTION, LK_HANDLE, LK_OTHER };
enum { LK_OK, LK_RUNTIME, LK_SYNTAX, LK_MEMORY, LK_ABORTED, LK_INSTRUCTION_LIMIT, LK_MEMORY_LIMIT, LK_TIME_LIMIT, LK_KEY_LIMIT };
enum { LK_CALL_RETURN, LK_CALL_RAISE, LK_CALL_RERAISE };

/// A value on its way between Lua and Swift. A table, function or other object is a reference number in `integer`; among the
/// arguments of a callback it is minus the argument's position, until `lk_argument` makes a reference of it.
typedef struct {
    int32_t type;
    int32_t kind;
    union {
        int64_t integer;
        double number;
        const char *_Nullable text;
    };
    size_t length;
} lk_value;

/// `flags`: see below. `chunk` is negative for a native function.
typedef struct {
    int32_t chunk, line, flags, first_line;
    char name[48];
} lk_frame;
enum { LK_FRAME_MAIN = 1, LK_FRAME_NATIVE = 2, LK_FRAME_TAIL = 4, LK_FRAME_OTHER_STATE = 8 };

typedef struct {
    int32_t (*_Nonnull call)(void *_Nonnull context, int32_t function, const lk_value *_Nonnull arguments, int32_t count);
    int32_t (*_Nonnull line)(void *_Nonnull context, int32_t chunk, int32_t line);       // not zero: abort
    int32_t (*_Nonnull interrupt)(void *_Nonnull context, int32_t chunk, int32_t line);  // not zero: abort
    void (*_Nonnull release)(void *_Nonnull context, int32_t function);
    double (*_Nonnull clock)(void *_Nonnull context, int32_t processor);  // in seconds: of the day since 1970, or of the processor
} lk_callbacks;

/// The limits of one call into Lua; a negative number means no limit of its own.
typedef struct {
    int64_t instructions, memory;
    int64_t seconds;  // of the thread's processor time
} lk_limits;

// The flag by which any thread interrupts the machine. It outlives the host.
lk_flag *_Nonnull lk_flag_new(void);
void lk_flag_free(lk_flag *_Nonnull flag);
void lk_flag_raise(lk_flag *_Nonnull flag);

lk_host *_Nullable lk_new(lk_callbacks callbacks, lk_flag *_Nonnull flag, size_t memory_limit);
/// Null once the owner is gone: then nothing is called any more.
void lk_set_context(lk_host *_Nonnull h, void *_Nullable context);
void lk_close(lk_host *_Nonnull h);
size_t lk_memory_used(lk_host *_Nonnull h);
int64_t lk_instructions(lk_host *_Nonnull h);
/// Charges instructions for work outside of Lua; not zero: the call must end. Inside the `call` callback.
int32_t lk_spend(lk_host *_Nonnull h, int64_t steps);
void lk_observe_lines(lk_host *_Nonnull h, int32_t on);
int32_t lk_seed(lk_host *_Nonnull h, int64_t seed);

// Results are in the batch until lk_done; their text is only valid until then.
const lk_value *_Nullable lk_batch(lk_host *_Nonnull h, int32_t *_Nonnull count);
void lk_done(lk_host *_Nonnull h);
void lk_release(lk_host *_Nonnull h, int64_t reference);

int32_t lk_call(lk_host *_Nonnull h, lk_value function, const lk_value *_Nullable arguments, int32_t count, lk_limits limits);
int32_t lk_to_string(lk_host *_Nonnull h, lk_value value, lk_limits limits);
/// An expression, or else a statement. Level -1: globals only.
int32_t lk_evaluate(lk_host *_Nonnull h, const char *_Nonnull code, size_t length, int32_t level, lk_limits limits);
int32_t lk_load(lk_host *_Nonnull h, const char *_Nonnull code, size_t length, const char *_Nonnull chunk, lk_value environment);
int32_t lk_load_in_closure(
    lk_host *_Nonnull h, const char *_Nonnull code, size_t length, const char *_Nonnull chunk, lk_value function);

/// Sets the running call of replaced code: copies of the program's tables belong to one call. Returns the number before.
int64_t lk_set_epoch(lk_host *_Nonnull h, int64_t epoch);

/// Notes an object that replaced code is given, with the tables in it: their metatables stay. A value that is not a table clears the notes.
int32_t lk_share(lk_host *_Nonnull h, lk_value value);

// Of the last failure.
int64_t lk_limit_struck(lk_host *_Nonnull h);
int32_t lk_error_was_carried(lk_host *_Nonnull h);
const lk_frame *_Nonnull lk_trace(lk_host *_Nonnull h, int32_t *_Nonnull count);

// Inside the `call` callback.
int32_t lk_argument(lk_host *_Nonnull h, int32_t position);
void lk_return(lk_host *_Nonnull h, lk_value value);

// Values. Those that give something leave it in the batch.
int32_t lk_globals(lk_host *_Nonnull h);
int32_t lk_new_table(lk_host *_Nonnull h, int32_t weak_keys);
int32_t lk_new_list(lk_host *_Nonnull h, const lk_value *_Nullable items, int32_t count);
/// Puts items behind the first `length` of a list.
int32_t lk_append(lk_host *_Nonnull h, lk_value list, int64_t length, const lk_value *_Nullable items, int32_t count);
int32_t lk_new_fields(lk_host *_Nonnull h, const lk_value *_Nullable pairs, int32_t count);
int32_t lk_new_function(lk_host *_Nonnull h, int32_t function);
int32_t lk_new_error(lk_host *_Nonnull h, const lk_value *_Nullable pairs, int32_t count);
int32_t lk_define_kind(lk_host *_Nonnull h, int32_t kind, const char *_Nonnull name);
int32_t lk_define_metamethod(lk_host *_Nonnull h, int32_t kind, const char *_Nonnull event, int32_t function);
int32_t lk_raw_get(lk_host *_Nonnull h, lk_value table, lk_value key);
int32_t lk_raw_set(lk_host *_Nonnull h, lk_value table, lk_value key, lk_value value);
int32_t lk_length(lk_host *_Nonnull h, lk_value table);
/// Upper bounds of the number of entries and of the bytes of text in them: more are an error.
int32_t lk_entries(lk_host *_Nonnull h, lk_value table, int64_t most, int64_t most_text);
/// At most so many entries behind a key, or the first for nil. A reference to the last key follows them, unless there are no more.
int32_t lk_some_entries(lk_host *_Nonnull h, lk_value table, lk_value after, int64_t most);
int32_t lk_metatable_name(lk_host *_Nonnull h, lk_value value);
int32_t lk_has_metatable(lk_host *_Nonnull h, lk_value value);
uintptr_t lk_pointer(lk_host *_Nonnull h, lk_value value);
const char *_Nonnull lk_type_name(lk_host *_Nonnull h, lk_value value);

/// Sets the byte of each line of a text that has code, the first line's being the first. 0: the text cannot be compiled.
int32_t lk_code_lines(const char *_Nonnull code, size_t length, uint8_t *_Nonnull lines, size_t line_count);

// Functions and frames.
int32_t lk_definition(lk_host *_Nonnull h, lk_value function, int32_t *_Nonnull chunk, int32_t *_Nonnull first, int32_t *_Nonnull last);
int32_t lk_parameters(lk_host *_Nonnull h, lk_value function, int32_t *_Nonnull variadic);
const char *_Nonnull lk_chunk_name(lk_host *_Nonnull h, int32_t chunk);
int32_t lk_chunk_count(lk_host *_Nonnull h);
const lk_frame *_Nonnull lk_frames(lk_host *_Nonnull h, int32_t limit, int32_t *_Nonnull count);
int32_t lk_depth(lk_host *_Nonnull h);
int32_t lk_where(lk_host *_Nonnull h, int32_t *_Nonnull chunk, int32_t *_Nonnull line);
int32_t lk_locals(lk_host *_Nonnull h, int32_t level);
int32_t lk_upvalues(lk_host *_Nonnull h, int32_t level);
int32_t lk_upvalues_of(lk_host *_Nonnull h, lk_value function);
#endif
