// The activations on vectors, for one instruction set (see ck_variants.h).

#undef MAP
#define MAP(name, expression)                                              \
    static void CK_NAME(name)(float *y, const float *x, size_t n) {        \
        size_t i = 0;                                                      \
        for (; i + CK_WIDTH <= n; i += CK_WIDTH) {                         \
            floats v = load(x + i);                                        \
            store(y + i, expression);                                      \
        }                                                                  \
        if (i == n) return;                                                \
        floats v = load_part(x + i, n - i, 0);                             \
        store_part(y + i, expression, n - i);                              \
    }

MAP(silu, v / (1 + exp_of(-v)))
MAP(gelu_exact, v * normal_cdf_of(v))
// (1 + tanh u) / 2 = σ(2 u), with 2 √(2/π) = 1.5957691.
MAP(gelu_tanh, v * sigmoid_of(1.5957691216f * fused(0.044715f * v * v, v, v)))
MAP(gelu_quick, v * sigmoid_of(1.702f * v))
MAP(relu, where(v < splat(0), splat(0), v))
MAP(tanh, tanh_of(v))
MAP(exp, exp_of(v))

static void CK_NAME(geglu)(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, y += columns, x += 2 * columns) {
        size_t i = 0;
        for (; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            floats gate = load(x + columns + i);
            store(y + i, load(x + i) * gate * normal_cdf_of(gate));
        }
        if (i == columns) continue;
        floats gate = load_part(x + columns + i, columns - i, 0);
        store_part(y + i, load_part(x + i, columns - i, 0) * gate * normal_cdf_of(gate), columns - i);
    }
}
