#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>
#include "include/CLineEditor.h"

static void *context;
static LoamIsIncomplete is_incomplete;
static LoamCandidate candidate;
static int was_interrupted;

static char *next_candidate(const char *word, int state) {
  static int index;
  if (state == 0) index = 0;
  return candidate(context, word, index++);
}

static char **complete(const char *word, int start, int end) {
  (void)start;
  (void)end;
  rl_attempted_completion_over = 1;
  rl_completion_append_character = 0;
  return rl_completion_matches(word, next_candidate);
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

// Ctrl-C gives up the line.
static int on_signal(void) {
  was_interrupted = 1;
  rl_replace_line("", 0);
  rl_done = 1;
  return 0;
}

void loam_editor_start(void *given, LoamIsIncomplete incomplete, LoamCandidate candidates) {
  context = given;
  is_incomplete = incomplete;
  candidate = candidates;
  rl_readline_name = "Loam";
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_attempted_completion_function = complete;
  rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{(}[]),+-*/%^:!";
  rl_bind_key('\r', accept_or_continue);
  rl_bind_key('\n', accept_or_continue);
  rl_catch_signals = 1;
  rl_signal_event_hook = on_signal;
  using_history();
}

char *loam_editor_read(const char *prompt, int *interrupted) {
  was_interrupted = 0;
  char *line = readline(prompt);
  *interrupted = was_interrupted;
  return line;
}

void loam_editor_remember(const char *statement) { add_history(statement); }
