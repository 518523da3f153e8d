// Optimisers: one streaming pass over flat buffers, with PyTorch's order of operations.

// Adam: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
// `decay` is the decoupled weight decay of AdamW (I. Loshchilov, F. Hutter, ICLR 2019).
static void adam(const LoamUpdate *o, int64_t begin, int64_t end) {
  const float one1 = 1.f - o->beta1, one2 = 1.f - o->beta2;
  const float step = o->rate / o->correction1, root = 1.f / sqrtf(o->correction2);
  int64_t i = begin;
#define UPDATE(T, SPLAT, SQRT)                                            \
    T g = *(const T *)(o->gradients + i) * SPLAT(o->scale), p = *(T *)(o->parameters + i); \
    T m = *(T *)(o->first + i), v = *(T *)(o->second + i);                 \
    p = p * SPLAT(1.f - o->rate * o->decay);                               \
    m = FUSED(SPLAT(o->beta1), m, SPLAT(one1) * g);                        \
    v = FUSED(SPLAT(o->beta2), v, SPLAT(one2) * g * g);                    \
    p = p - SPLAT(step) * m / FUSED(SQRT(v), SPLAT(root), SPLAT(o->epsilon)); \
    *(T *)(o->parameters + i) = p;                                         \
    *(T *)(o->first + i) = m;                                              \
    *(T *)(o->second + i) = v;
#define SAME(x) (x)
  for (; i + 16 <= end; i += 16) { UPDATE(F32, splat, __builtin_elementwise_sqrt) }
  for (; i < end; i++) { UPDATE(float, SAME, __builtin_elementwise_sqrt) }
#undef UPDATE
#undef SAME
}

// Gradient descent with momentum, as PyTorch's SGD: v = momentum v + g, p -= rate v.
static void descent(const LoamUpdate *o, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    float g = FUSED(o->decay, o->parameters[i], o->gradients[i] * o->scale);
    if (o->beta1 != 0.f) g = o->first[i] = FUSED(o->beta1, o->first[i], g);
    o->parameters[i] -= o->rate * g;
  }
}

// RMSprop as PyTorch computes it: v = decay v + (1 - decay) g², then g / (sqrt(v) + epsilon), with momentum.
static void rms(const LoamUpdate *o, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    float g = o->gradients[i] * o->scale;
    float v = o->second[i] = FUSED(o->beta2, o->second[i], (1.f - o->beta2) * g * g);
    float change = g / (sqrtf(v) + o->epsilon);
    if (o->beta1 != 0.f) change = o->first[i] = FUSED(o->beta1, o->first[i], change);
    o->parameters[i] -= o->rate * change;
  }
}

// The squared norm of a gradient, in double over 16 lanes: finite only if every element is.
static double square_sum(const float *x, int64_t n) {
  double lane[16] = {0};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int l = 0; l < 16; l++) lane[l] += (double)x[i + l] * x[i + l];
  for (int l = 0; i < n; i++, l++) lane[l] += (double)x[i] * x[i];
  double total = 0;
  for (int l = 0; l < 16; l++) total += lane[l];
  return total;
}
