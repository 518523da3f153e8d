// GNU readline for complete statements. Its callbacks have no context parameter, so the state is in lineeditor.c: the
// only process-wide state of the prompt.
#pragma once
#include <stdint.h>

// Whether `text` is an incomplete statement that further lines may complete.
typedef int (*LoamIsIncomplete)(void *context, const char *text);
// Candidates for the text from byte `start` to `cursor`, terminated by null; the array and each string allocated with
// malloc. Sets `closing` to the character after a single candidate, if there is one.
typedef char **(*LoamComplete)(void *context, const char *line, int start, int cursor, int *closing);
// The code in a pasted text, allocated with malloc; null if the text is plain code.
typedef char *(*LoamPasted)(void *context, const char *text);
// Called once, when the first prompt is visible: for work that can be deferred.
typedef void (*LoamShown)(void *context);

// `interrupts` is incremented by the SIGINT handler. `reflows`: whether the terminal wraps lines again when its width
// changes.
void loam_editor_start(void *context, LoamIsIncomplete, LoamComplete, LoamPasted, LoamShown, int32_t *interrupts, int reflows);
// Reads a statement, which the caller frees; null at the end of input. Sets `interrupted` if it was cancelled with
// Ctrl-C.
char *loam_editor_read(const char *prompt, int *interrupted);
void loam_editor_remember(const char *statement);
