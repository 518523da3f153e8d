// GNU readline with whole statements: its callbacks carry no context, so what they need is kept in
// lineeditor.c, the one place of the prompt's process-wide state.
#pragma once
#include <stdint.h>

// Whether `text` is the beginning of a statement that more lines may end.
typedef int (*LoamIsIncomplete)(void *context, const char *text);
// What may stand from byte `start` to `cursor`, ended by null; the array and each text allocated with malloc.
// Sets `closing` to the character behind a single candidate, if there is one.
typedef char **(*LoamComplete)(void *context, const char *line, int start, int cursor, int *closing);
// The code in a pasted text, allocated with malloc; null where the text is code as it is.
typedef char *(*LoamPasted)(void *context, const char *text);
// Called once, when the first prompt can be seen: for what need not be done before.
typedef void (*LoamShown)(void *context);

// `interrupts` is counted up by the handler of SIGINT; `reflows`: whether the terminal breaks lines anew where its width changes.
void loam_editor_start(void *context, LoamIsIncomplete, LoamComplete, LoamPasted, LoamShown, int32_t *interrupts, int reflows);
// A statement, to be freed; null at the end of input. Sets `interrupted` where Ctrl-C gave it up.
char *loam_editor_read(const char *prompt, int *interrupted);
void loam_editor_remember(const char *statement);
