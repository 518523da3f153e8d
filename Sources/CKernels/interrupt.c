// Process-wide state that C demands: a signal handler can reach nothing but a global.
#include <signal.h>
#include <stdint.h>
#include <unistd.h>
#include "include/CKernels.h"

static int32_t requests;

int32_t *loam_interrupt_flag(void) { return &requests; }

static void on_interrupt(int number) {
  (void)number;
  int32_t count = __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED);
  // Nobody listened to the first two: the program is stuck, and the person wants out.
  if (count > 3) _exit(130);
}

void loam_interrupt_install(void) {
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, 0);
}
