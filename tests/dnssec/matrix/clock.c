// Preloaded into delv, which knows no option for the time: its wall clock stands at MATRIX_AT (Unix seconds), so that the matrix's signatures are
// judged at the matrix's moment. Monotonic clocks run on, and with them delv's timeouts (libfaketime, tried first, hangs them).
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t at(void) {
  const char *text = getenv("MATRIX_AT");
  return text ? (time_t)atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  int result = (int)syscall(SYS_clock_gettime, clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec = at();
  return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  out->tv_sec = at();
  out->tv_usec = 0;
  return 0;
}

time_t time(time_t *out) {
  if (out) *out = at();
  return at();
}
