// Winograd's transforms of one tile size. A source includes it for each after it has defined OUT, how many output pixels a
// tile has on a side, and INPUT, WEIGHTS and OUTPUT, which transform one row or column of floats or of vectors of them.

#define SIDE (OUT + 2)
#define POSITIONS (SIDE * SIDE)
#define JOINED(name, out, variant) name##_##out##x##out##_##variant
#define EXPANDED(name, out, variant) JOINED(name, out, variant)
#define NAME(name, variant) EXPANDED(name, OUT, variant)

// The references, one channel at a time.

static void NAME(input, portable)(uint16_t *result, const void *const *pixels, size_t tiles, size_t channels) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t channel = 0; channel < channels; channel++) {
            float d[POSITIONS], rows[POSITIONS], v[SIDE];
            for (int i = 0; i < POSITIONS; i++)
                d[i] = ck_widened(((const uint16_t *)pixels[(size_t)i * tiles + tile])[channel]);
            for (int column = 0; column < SIDE; column++) INPUT(rows + SIDE * column, d + column, SIDE);
            for (int row = 0; row < SIDE; row++) {
                INPUT(v, rows + row, SIDE);
                for (int i = 0; i < SIDE; i++)
                    result[((size_t)(SIDE * row + i) * tiles + tile) * channels + channel] = ck_rounded(v[i]);
            }
        }
}

static void NAME(kernels, portable)(uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    for (size_t at = 0; at < inputs * CK_PANEL_WIDTH; at++) {
        float g[9], rows[KERNEL * SIDE], u[SIDE];
        for (size_t i = 0; i < 9; i++) g[i] = ck_widened(panel[i * inputs * CK_PANEL_WIDTH + at]);
        for (int column = 0; column < KERNEL; column++) WEIGHTS(rows + SIDE * column, g + column, KERNEL);
        for (size_t row = 0; row < SIDE; row++) {
            WEIGHTS(u, rows + row, SIDE);
            for (size_t i = 0; i < SIDE; i++) result[(SIDE * row + i) * stride + at] = ck_rounded(u[i]);
        }
    }
}

static void NAME(output, portable)(
    float *result, const float *residual, const float *bias, const float *products, const ptrdiff_t *offsets,
    size_t tiles, size_t columns) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t column = 0; column < columns; column++) {
            float m[POSITIONS], rows[SIDE * OUT], y[OUT];
            for (size_t i = 0; i < POSITIONS; i++) m[i] = products[(i * tiles + tile) * CK_PANEL_WIDTH + column];
            for (int i = 0; i < SIDE; i++) OUTPUT(rows + OUT * i, m + i, SIDE);
            for (size_t row = 0; row < OUT; row++) {
                OUTPUT(y, rows + row, OUT);
                for (size_t i = 0; i < OUT; i++) {
                    ptrdiff_t at = offsets[(OUT * row + i) * tiles + tile];
                    if (at < 0) continue;
                    if (bias) y[i] += bias[column];
                    if (residual) y[i] += residual[at + (ptrdiff_t)column];
                    result[at + (ptrdiff_t)column] = y[i];
                }
            }
        }
}

#if CK_X86

CK_BF16 static void NAME(input, bf16)(uint16_t *result, const void *const *pixels, size_t tiles, size_t channels) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t channel = 0; channel < channels; channel += 16) {
            size_t n = channels - channel;
            __m512 d[POSITIONS], rows[POSITIONS], v[SIDE];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < POSITIONS; i++)
                d[i] = ck_load_widened((const uint16_t *)pixels[i * tiles + tile] + channel, n);
#pragma clang loop unroll(full)
            for (int column = 0; column < SIDE; column++) INPUT(rows + SIDE * column, d + column, SIDE);
#pragma clang loop unroll(full)
            for (size_t row = 0; row < SIDE; row++) {
                INPUT(v, rows + row, SIDE);
#pragma clang loop unroll(full)
                for (size_t i = 0; i < SIDE; i++)
                    ck_store_rounded(result + ((SIDE * row + i) * tiles + tile) * channels + channel, v[i], n);
            }
        }
}

/// Transforms 16 neighbours of a panel, whose taps lie `stride` scalars apart.
CK_BF16_INLINE void NAME(transformed, bf16)(__m512 u[POSITIONS], const uint16_t *panel, size_t stride) {
    __m512 g[9], rows[KERNEL * SIDE];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 9; i++) g[i] = ck_load_widened(panel + i * stride, 16);
#pragma clang loop unroll(full)
    for (int column = 0; column < KERNEL; column++) WEIGHTS(rows + SIDE * column, g + column, KERNEL);
#pragma clang loop unroll(full)
    for (int row = 0; row < SIDE; row++) WEIGHTS(u + SIDE * row, rows + row, SIDE);
}

CK_BF16 static void NAME(kernels, bf16)(uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    for (size_t at = 0; at < inputs * CK_PANEL_WIDTH; at += 32) {
        __m512 low[POSITIONS], high[POSITIONS];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 9; i++) __builtin_prefetch(panel + i * inputs * CK_PANEL_WIDTH + at + AHEAD);
        NAME(transformed, bf16)(low, panel + at, inputs * CK_PANEL_WIDTH);
        NAME(transformed, bf16)(high, panel + at + 16, inputs * CK_PANEL_WIDTH);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < POSITIONS; i++)
            _mm512_storeu_si512(result + i * stride + at, (__m512i)_mm512_cvtne2ps_pbh(high[i], low[i]));
    }
}

CK_BF16 static void NAME(output, bf16)(
    float *result, const float *residual, const float *bias, const float *products, const ptrdiff_t *offsets,
    size_t tiles, size_t columns) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t column = 0; column < columns; column += 16) {
            size_t n = columns - column;
            __mmask16 mask = n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1);
            __m512 b = bias ? _mm512_maskz_loadu_ps(mask, bias + column) : _mm512_setzero_ps();
            __m512 m[POSITIONS], rows[SIDE * OUT], y[OUT];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < POSITIONS; i++)
                m[i] = _mm512_loadu_ps(products + (i * tiles + tile) * CK_PANEL_WIDTH + column);
#pragma clang loop unroll(full)
            for (int i = 0; i < SIDE; i++) OUTPUT(rows + OUT * i, m + i, SIDE);
#pragma clang loop unroll(full)
            for (size_t row = 0; row < OUT; row++) {
                OUTPUT(y, rows + row, OUT);
#pragma clang loop unroll(full)
                for (size_t i = 0; i < OUT; i++) {
                    ptrdiff_t at = offsets[(OUT * row + i) * tiles + tile];
                    if (at < 0) continue;
                    at += (ptrdiff_t)column;
                    __m512 sum = y[i] + b;
                    if (residual) sum += _mm512_maskz_loadu_ps(mask, residual + at);
                    _mm512_mask_storeu_ps(result + at, mask, sum);
                }
            }
        }
}

#endif

#undef NAME
#undef EXPANDED
#undef JOINED
#undef POSITIONS
#undef SIDE
#undef OUT
#undef INPUT
#undef WEIGHTS
#undef OUTPUT
