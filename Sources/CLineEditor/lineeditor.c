#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <readline/readline.h>
#include <readline/history.h>
#include "include/CLineEditor.h"

static void *context;
static LoamIsIncomplete is_incomplete;
static LoamComplete completer;
static LoamShown first_shown;
static LoamPasted pasted;
static int was_interrupted;
static int is_below_line;     // whether the cursor has left the line cancelled with Ctrl-C
static int32_t *interrupts;   // incremented by the SIGINT handler

static char **candidates;     // the remaining ones; readline frees each string

static char *next_candidate(const char *word, int state) {
  (void)word;
  (void)state;
  return *candidates ? *candidates++ : NULL;
}

// Readline determines where the word begins; candidates are relative to that.
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

// Return submits a complete statement; otherwise it starts a new line, so that multi-line statements are edited and
// recalled as one. Ctrl-C cancels a statement that cannot be completed.
static int accept_or_continue(int count, int key) {
  // A cancelled line stays on the screen, and the caller ignores it.
  if (was_interrupted && is_below_line) {
    // The end of a search has redrawn the line.
    rl_clear_visible_line();
    rl_done = 1;
    return 0;
  }
  if (was_interrupted) return rl_newline(count, key);
  if (is_incomplete(context, rl_line_buffer)) {
    rl_insert_text("\n");
    return 0;
  }
  rl_point = rl_end;
  return rl_newline(count, key);
}

// Inserts pasted text like readline, without the prompts and outputs of an earlier session.
static int paste(int count, int key) {
  int start = rl_point;
  int result = rl_bracketed_paste_begin(count, key);
  if (rl_point <= start) return result;
  for (int byte = 0; byte < start; byte++) {
    if (!strchr(" \t\n", rl_line_buffer[byte])) return result;
  }
  char *text = rl_copy_text(start, rl_point);
  char *code = pasted(context, text);
  free(text);
  if (!code) return result;
  rl_begin_undo_group();
  rl_delete_text(start, rl_point);
  rl_point = start;
  rl_insert_text(code);
  rl_end_undo_group();
  free(code);
  return result;
}

static volatile sig_atomic_t was_resized, was_continued;
static int reflows;           // whether the terminal wraps lines again when its width changes
static int columns;           // when the line was last drawn

static void note(int signal) {
  if (signal == SIGCONT) was_continued = 1;
  else was_resized = 1;
}

// A position of the cursor.
typedef struct {
  int row, column;
} Position;

static Position position_after(Position at, const char *text, const char *end, int width) {
  mbstate_t state = {0};
  while (text < end) {
    wchar_t letter;
    size_t bytes = mbrtowc(&letter, text, end - text, &state);
    int cells = 1;
    if (bytes == 0 || bytes > (size_t)(end - text)) {
      state = (mbstate_t){0};
      bytes = 1;
    } else if (letter == L'\n') {
      at = (Position){at.row + 1, 0};
      cells = 0;
    } else if (letter == L'\t') {
      cells = 8 - at.column % 8;
    } else {
      cells = letter < 32 || letter == 127 ? 2 : wcwidth(letter) < 0 ? 1 : wcwidth(letter);
    }
    if (at.column + cells > width) at = (Position){at.row + 1, 0};
    at.column += cells;
    text += bytes;
  }
  return at.column < width ? at : (Position){at.row + 1, 0};
}

// When readline redraws a line of several rows, it does not consider that its beginning may have moved, and leaves
// remains of the old line.
static void redraw_resized(void) {
  was_resized = 0;
  int old = columns;
  rl_reset_screen_size();
  int rows;
  rl_get_screen_size(&rows, &columns);
  int width = reflows ? columns : old;
  Position start = position_after((Position){0, 0}, rl_display_prompt, rl_display_prompt + strlen(rl_display_prompt), width);
  Position cursor = position_after(start, rl_line_buffer, rl_line_buffer + rl_point, width);
  Position end = position_after(start, rl_line_buffer, rl_line_buffer + rl_end, width);
  // Erase row by row from below: for "clear the rest of the screen", some terminals keep the erased rows in the
  // scrollback.
  if (end.row > cursor.row) fprintf(rl_outstream, "\033[%dB", end.row - cursor.row);
  fputs("\r\033[K", rl_outstream);
  for (int row = 0; row < end.row; row++) fputs("\033[A\033[K", rl_outstream);
  rl_on_new_line();
  rl_redisplay();
}

// The shell has used the terminal in the meantime: restore its modes and redraw the line below the shell's output.
static void redraw_continued(void) {
  was_continued = was_resized = 0;
  rl_deprep_terminal();
  rl_prep_terminal(1);
  rl_reset_screen_size();
  int rows;
  rl_get_screen_size(&rows, &columns);
  rl_on_new_line();
  rl_redisplay();
}

static int has_signals(void) {
  return rl_pending_signal() || was_continued || was_resized || __atomic_load_n(interrupts, __ATOMIC_RELAXED);
}

// Waits for a key or a signal. Signals are blocked except while waiting: otherwise one that arrives just before would
// not be noticed until the next key.
static int wait_for_input(int input) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  struct pollfd wanted = {.fd = input, .events = POLLIN};
  int ready = 0;
  if (!has_signals()) ready = ppoll(&wanted, 1, NULL, &before);
  if (ready < 0 && errno != EINTR) ready = 1;  // `read` reports the error
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ready > 0 && !has_signals();
}

// Reads a key. Ctrl-C cancels the line by returning Return, so that keys typed afterwards are not lost.
static int read_key(FILE *stream) {
  for (;;) {
    // A signal is pending: readline restores the terminal and calls the actual handler.
    int signal = rl_pending_signal();
    if (signal == SIGINT) {
      // `^C` is echoed after the text, wherever the cursor was.
      rl_point = rl_end;
      rl_redisplay();
    }
    if (signal) rl_check_signals();
    if (was_continued) redraw_continued();
    if (was_resized) redraw_resized();
    if (__atomic_load_n(interrupts, __ATOMIC_RELAXED)) {
      __atomic_store_n(interrupts, 0, __ATOMIC_RELAXED);
      was_interrupted = 1;
      if (signal == SIGINT) {
        // Readline has moved to the last row of the text, and its row count is no longer valid.
        rl_crlf();
        rl_on_new_line();
        is_below_line = 1;
      }
      rl_point = rl_end;
      return '\r';
    }
    if (!wait_for_input(fileno(stream))) continue;
    unsigned char key;
    ssize_t count = read(fileno(stream), &key, 1);
    if (count == 1) return key;
    if (count == 0 || errno != EINTR) return EOF;
  }
}

// Called before the first key is read.
static int prompt_is_shown(void) {
  rl_pre_input_hook = NULL;
  first_shown(context);
  using_history();
  return 0;
}

void loam_editor_start(
    void *given, LoamIsIncomplete incomplete, LoamComplete complete_line, LoamPasted pasted_text, LoamShown shown, int32_t *flag,
    int terminal_reflows) {
  pasted = pasted_text;
  interrupts = flag;
  reflows = terminal_reflows;
  context = given;
  is_incomplete = incomplete;
  completer = complete_line;
  first_shown = shown;
  rl_readline_name = "Loam";
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_attempted_completion_function = complete;
  rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{(}[]),+-*/%^!?.";
  rl_bind_key('\r', accept_or_continue);
  rl_bind_key('\n', accept_or_continue);
  rl_catch_signals = 1;
  rl_catch_sigwinch = 0;
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
  rl_getc_function = read_key;
  rl_pre_input_hook = prompt_is_shown;
  using_history();
  rl_initialize();
  // After `rl_initialize`, which binds its own function.
  rl_bind_keyseq("\033[200~", paste);
  // Readline's own questions wait for keys that Ctrl-C does not interrupt, so show all candidates at once.
  rl_completion_query_items = -1;
  rl_variable_bind("page-completions", "off");
}

char *loam_editor_read(const char *prompt, int *interrupted) {
  was_interrupted = is_below_line = 0;
  // The window may have changed while a statement ran; everything is drawn now.
  was_resized = was_continued = 0;
  int rows;
  rl_reset_screen_size();
  rl_get_screen_size(&rows, &columns);
  char *line = readline(prompt);
  *interrupted = was_interrupted;
  return line;
}

void loam_editor_remember(const char *statement) { add_history(statement); }
