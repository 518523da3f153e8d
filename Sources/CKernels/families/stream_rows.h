// Rows that are written past the caches: without it, each line of the output is read before it is overwritten, and what will be used again
// is driven out.
#if LOAM_STREAMS
// Short rows share too many of their lines with others.
INLINE int streams_bytes(int64_t bytes) { return bytes >= 2048 || bytes % 64 == 0; }
INLINE void end_streams(void) { __builtin_ia32_sfence(); }

// Whole lines are streamed; a line that is shared with another row goes through the caches. Meanwhile the row `next_from` bytes after this
// one is asked for.
static void stream_row(const uint8_t *from, uint8_t *to, int64_t size, int64_t next_from) {
  typedef uint8_t Line __attribute__((vector_size(64)));
  int64_t at = (int64_t)(-(uintptr_t)to & 63);
  if (at > size) at = size;
  memcpy(to, from, (size_t)at);
  for (; at + 64 <= size; at += 64) {
    Line line;
    memcpy(&line, from + at, 64);
    __builtin_prefetch((const void *)((uintptr_t)from + (uintptr_t)(next_from + at)));
    __builtin_nontemporal_store(line, (Line *)(to + at));
  }
  memcpy(to + at, from + at, (size_t)(size - at));
}
#else
INLINE int streams_bytes(int64_t bytes) { (void)bytes; return 0; }
INLINE void end_streams(void) {}
INLINE void stream_row(const uint8_t *from, uint8_t *to, int64_t size, int64_t next_from) { (void)next_from; memcpy(to, from, (size_t)size); }
#endif
