// Process-wide state: a signal handler can only reach a global.
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>
#include "include/CInterrupt.h"

static int32_t requests;

int32_t *loam_interrupt_flag(void) { return &requests; }

static void on_interrupt(int number) {
  (void)number;
  int32_t count = __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED);
  // The earlier requests were ignored, so the program hangs.
  if (count > 3) _exit(130);
}

void loam_interrupt_install(void) {
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  // A background process inherits an ignored SIGINT; leave it ignored.
  struct sigaction old;
  if (sigaction(SIGINT, 0, &old) == 0 && old.sa_handler == SIG_IGN) return;
  sigaction(SIGINT, &action, 0);
  // The parent may have blocked the signal.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &set, 0);
}
