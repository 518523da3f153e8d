// The interrupt flag: process-wide, since a signal handler can only reach a global.
#pragma once
#include <stdint.h>

int32_t *loam_interrupt_flag(void);
// Installs a SIGINT handler that increments the flag. The fourth signal terminates the process.
void loam_interrupt_install(void);
