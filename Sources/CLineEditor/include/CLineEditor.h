// GNU readline with whole statements: its callbacks carry no context, so what they need is kept in
// lineeditor.c, the one place of the prompt's process-wide state.
#pragma once
#include <stdint.h>

// Whether `text` is the beginning of a statement that more lines may end.
typedef int (*LoamIsIncomplete)(void *context, const char *text);
// The candidate number `index` for a word, allocated with malloc; null behind the last.
typedef char *(*LoamCandidate)(void *context, const char *word, int index);

// `interrupts` is counted up by the handler of SIGINT.
void loam_editor_start(void *context, LoamIsIncomplete, LoamCandidate, int32_t *interrupts);
// A statement, to be freed; null at the end of input. Sets `interrupted` where Ctrl-C gave it up.
char *loam_editor_read(const char *prompt, int *interrupted);
void loam_editor_remember(const char *statement);
