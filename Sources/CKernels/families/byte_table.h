// Tables of 256 bytes, looked up for 32 bytes at a time by shuffles, which look up in 16 entries.

typedef uint8_t T32 __attribute__((vector_size(32), aligned(1)));
typedef int8_t Y32 __attribute__((vector_size(32), aligned(1)));

// The table in blocks of 16 entries. Within each half, every block is the difference (exclusive or) from the one before it.
typedef struct { uint8_t steps[16][16]; } ByteTable;

INLINE void prepare_table(const uint8_t table[256], ByteTable *t) {
  for (int i = 0; i < 256; i++) t->steps[i / 16][i % 16] = (uint8_t)(table[i] ^ (i % 128 < 16 ? 0 : table[i - 16]));
}

#if LOAM_AVX2
INLINE T32 shuffle_bytes(T32 table, Y32 index) { return (T32)__builtin_ia32_pshufb256((Y32)table, index); }
#else
// Zero where the index is negative; otherwise its lower four bits count within each half.
INLINE T32 shuffle_bytes(T32 table, Y32 index) {
  T32 out;
  for (int i = 0; i < 32; i++) out[i] = index[i] < 0 ? 0 : table[i / 16 * 16 + (index[i] & 15)];
  return out;
}
#endif

// Levels 0 to 127 are positive: the block of a level is the sum of the differences up to it, and what is counted down below
// zero adds nothing more. Levels from 128 on are positive after their highest bit is flipped.
INLINE T32 table_bytes(const ByteTable *t, T32 x) {
  T32 sum = (T32){};
  UNROLLED for (int half = 0; half < 2; half++) {
    Y32 rest = (Y32)(half ? x ^ 128 : x);
    UNROLLED for (int i = 0; i < 8; i++) {
      uint8_t both[32];
      memcpy(both, t->steps[8 * half + i], 16);
      memcpy(both + 16, t->steps[8 * half + i], 16);
      T32 block;
      memcpy(&block, both, 32);
      sum ^= shuffle_bytes(block, rest);
      if (i < 7) rest = __builtin_elementwise_sub_sat(rest, (Y32){} + 16);
    }
  }
  return sum;
}

// Tables of the first `changed` of `channels` channels, channel by channel.
typedef struct {
  const uint8_t *tables;
  int64_t channels, changed;
  int is_shared;                    // all changed channels have the same table
  int is_bitwise;                   // which keeps some bits and flips some, as those of a negative and of fewer levels
  int is_wide;                      // looked up by the kernels of byte_table_wide.h
  T32 bits, flipped;
  ByteTable shuffled;               // the shared one
  T32 kept;                         // the bytes of channels that are not changed
} LevelTables;

static void prepare_tables(LevelTables *t, const uint8_t *tables, int64_t channels, int64_t changed) {
  t->tables = tables;
  t->channels = channels;
  t->changed = changed;
  // The pattern of a pixel repeats within a vector.
  t->is_shared = 1;
  for (int64_t k = 1; k < changed; k++) t->is_shared &= memcmp(tables, tables + 256 * k, 256) == 0;
#if LOAM_WIDE_TABLES
  t->is_wide = has_wide_tables();
#else
  t->is_wide = 0;
#endif
  // The rest is for vectors of 32 bytes.
  if (t->is_wide) return;
  if (changed < channels && 32 % channels) t->is_shared = 0;
  for (int i = 0; i < 32; i++) t->kept[i] = changed < channels && i % channels >= changed ? 255 : 0;
  const uint8_t flipped = tables[0], bits = (uint8_t)(tables[255] ^ flipped);
  t->is_bitwise = t->is_shared;
  for (int i = 0; i < 256; i++) t->is_bitwise &= tables[i] == ((i & bits) ^ flipped);
  t->bits = (T32){} + bits;
  t->flipped = (T32){} + flipped;
  if (t->is_shared) prepare_table(tables, &t->shuffled);
}

INLINE void look_up_each(const LevelTables *t, const uint8_t *in, uint8_t *out, int64_t pixels, const int64_t channels, const int64_t changed) {
  const uint8_t *tables = t->tables;
  for (int64_t x = 0; x < pixels; x++, in += channels, out += channels) {
    for (int64_t k = 0; k < changed; k++) out[k] = tables[256 * k + in[k]];
    for (int64_t k = changed; k < channels; k++) out[k] = in[k];
  }
}

// `in` and `out` may be the same; `count` is a number of whole pixels.
static void look_up_bytes(const LevelTables *t, const uint8_t *in, uint8_t *out, int64_t count) {
#if LOAM_WIDE_TABLES
  if (t->is_wide) {
    if (t->is_shared && t->changed == t->channels) look_up_wide_shared(t->tables, in, out, count);
    else look_up_wide(t->tables, t->channels, t->changed, in, out, count);
    return;
  }
#endif
  if (t->is_shared) {
    const int64_t whole = count / 32 * 32;
    for (int64_t at = 0; at < whole; at += 32) {
      T32 x;
      memcpy(&x, in + at, 32);
      const T32 y = t->is_bitwise ? (x & t->bits) ^ t->flipped : table_bytes(&t->shuffled, x), z = (y & ~t->kept) | (x & t->kept);
      memcpy(out + at, &z, 32);
    }
    in += whole;
    out += whole;
    count -= whole;
  }
  switch (t->channels * 8 + t->changed) {
    case 8 + 1: look_up_each(t, in, out, count, 1, 1); break;
    case 16 + 1: look_up_each(t, in, out, count / 2, 2, 1); break;
    case 16 + 2: look_up_each(t, in, out, count / 2, 2, 2); break;
    case 24 + 3: {
      // A vector need not end with a pixel.
      if (t->is_shared) look_up_each(t, in, out, count, 1, 1); else look_up_each(t, in, out, count / 3, 3, 3);
      break;
    }
    case 32 + 3: look_up_each(t, in, out, count / 4, 4, 3); break;
    default: look_up_each(t, in, out, count / 4, 4, 4);
  }
}
