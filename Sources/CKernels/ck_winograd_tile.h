// Winograd's transforms of inputs and weights of one tile size, OUT, and one type, SCALAR, of which READ and WRITE make
// vectors of floats and the other way round; WRITE_VECTORS writes as many as it does best, VECTORS, at once.

/// Transforms `n` <= CK_WIDTH channels of a tile (a constant where this is inlined, but for the last ones).
CK_INLINE void TRANSFORM(channels)(
    SCALAR *result, size_t stride, const void *const *pixels, size_t tiles, size_t channel, size_t n) {
    floats d[POSITIONS], rows[POSITIONS], v[SIDE];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < POSITIONS; i++) d[i] = READ((const SCALAR *)pixels[i * tiles] + channel, n);
#pragma clang loop unroll(full)
    for (int column = 0; column < SIDE; column++) INPUT(rows + SIDE * column, d + column, SIDE);
#pragma clang loop unroll(full)
    for (size_t row = 0; row < SIDE; row++) {
        INPUT(v, rows + row, SIDE);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < SIDE; i++) WRITE(result + (SIDE * row + i) * stride + channel, v[i], n);
    }
}

static void TRANSFORM(input)(
    SCALAR *result, size_t stride, const void *const *pixels, size_t tiles, size_t channels) {
    for (size_t tile = 0; tile < tiles; tile++, result += channels, pixels++) {
        size_t channel = 0;
        for (; channel + CK_WIDTH <= channels; channel += CK_WIDTH)
            TRANSFORM(channels)(result, stride, pixels, tiles, channel, CK_WIDTH);
        if (channel < channels) TRANSFORM(channels)(result, stride, pixels, tiles, channel, channels - channel);
    }
}

/// Transforms the vector of a panel at `panel`, whose taps lie `stride` scalars apart.
CK_INLINE void TRANSFORM(vector)(floats u[POSITIONS], const SCALAR *panel, size_t stride) {
    floats g[9], rows[KERNEL * SIDE];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 9; i++) g[i] = READ(panel + i * stride, CK_WIDTH);
#pragma clang loop unroll(full)
    for (int column = 0; column < KERNEL; column++) WEIGHTS(rows + SIDE * column, g + column, KERNEL);
#pragma clang loop unroll(full)
    for (int row = 0; row < SIDE; row++) WEIGHTS(u + SIDE * row, rows + row, SIDE);
}

static void TRANSFORM(weights)(SCALAR *result, size_t stride, const SCALAR *panel, size_t inputs) {
    enum { LINE = 64 / sizeof(SCALAR) };
    size_t count = inputs * CK_PANEL_WIDTH;
    for (size_t at = 0; at < count; at += VECTORS * CK_WIDTH) {
        floats u[VECTORS][POSITIONS];
        if (at % LINE == 0) {
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 9; i++) __builtin_prefetch(panel + i * count + at + AHEAD * LINE);
        }
#pragma clang loop unroll(full)
        for (size_t i = 0; i < VECTORS; i++) TRANSFORM(vector)(u[i], panel + at + i * CK_WIDTH, count);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < POSITIONS; i++) WRITE_VECTORS(result + i * stride + at, u[0][i], u[VECTORS - 1][i]);
    }
}
