#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <readline/readline.h>
#include <readline/history.h>
#include "include/CLineEditor.h"

static void *context;
static LoamIsIncomplete is_incomplete;
static LoamComplete completer;
static int was_interrupted;
static int32_t *interrupts;   // counted up by the handler of SIGINT

static char **candidates;     // what is left of them; readline frees each

static char *next_candidate(const char *word, int state) {
  (void)word;
  (void)state;
  return *candidates ? *candidates++ : NULL;
}

// Readline chooses where the word begins; the candidates are whole from there.
static char **complete(const char *word, int start, int end) {
  (void)end;
  rl_attempted_completion_over = 1;
  int closing = 0;
  char **found = completer(context, rl_line_buffer, start, rl_point, &closing);
  rl_completion_append_character = rl_line_buffer[rl_point] == closing ? 0 : closing;
  if (!found) return NULL;
  candidates = found;
  char **matches = rl_completion_matches(word, next_candidate);
  free(found);
  return matches;
}

// Return ends a whole statement; within one it starts a new line, so that statements of several
// lines are edited and recalled as one. An empty line ends it whatever is open: its error is told.
static int accept_or_continue(int count, int key) {
  int ends_with_empty_line = rl_end > 0 && rl_line_buffer[rl_end - 1] == '\n';
  if (rl_point == rl_end && !ends_with_empty_line && is_incomplete(context, rl_line_buffer)) {
    rl_insert_text("\n");
    return 0;
  }
  rl_point = rl_end;
  return rl_newline(count, key);
}

// Reads a key. Ctrl-C gives up the line as if Return had been typed on an empty one, so that what
// is typed next is not lost.
static int read_key(FILE *stream) {
  for (;;) {
    struct pollfd input = {.fd = fileno(stream), .events = POLLIN};
    int ready = poll(&input, 1, -1);
    // A signal waits: readline tidies the terminal and passes it on to its real handler.
    if (ready < 0) rl_check_signals();
    if (__atomic_load_n(interrupts, __ATOMIC_RELAXED)) {
      __atomic_store_n(interrupts, 0, __ATOMIC_RELAXED);
      was_interrupted = 1;
      rl_replace_line("", 0);
      return '\r';
    }
    if (ready < 0) continue;
    unsigned char key;
    ssize_t count = read(input.fd, &key, 1);
    if (count == 1) return key;
    if (count == 0 || errno != EINTR) return EOF;
  }
}

void loam_editor_start(void *given, LoamIsIncomplete incomplete, LoamComplete complete_line, int32_t *flag) {
  interrupts = flag;
  context = given;
  is_incomplete = incomplete;
  completer = complete_line;
  rl_readline_name = "Loam";
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_attempted_completion_function = complete;
  rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{(}[]),+-*/%^!?.";
  rl_bind_key('\r', accept_or_continue);
  rl_bind_key('\n', accept_or_continue);
  rl_catch_signals = 1;
  rl_getc_function = read_key;
  using_history();
}

char *loam_editor_read(const char *prompt, int *interrupted) {
  was_interrupted = 0;
  char *line = readline(prompt);
  *interrupted = was_interrupted;
  return line;
}

void loam_editor_remember(const char *statement) { add_history(statement); }
