// Winograd's transform of products of one tile size, OUT, back.

/// Transforms `n` <= CK_WIDTH columns of a tile (a constant where this is inlined, but for the last ones).
CK_INLINE void NAMED(SIZED(columns, OUT))(
    float *result, const float *residual, const float *bias, const float *products, size_t stride,
    const ptrdiff_t *offsets, size_t tiles, size_t column, size_t n) {
    floats b = bias ? READ(bias + column, n) : splat(0);
    floats m[POSITIONS], rows[SIDE * OUT], y[OUT];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < POSITIONS; i++) m[i] = load(products + i * stride + column);
#pragma clang loop unroll(full)
    for (int i = 0; i < SIDE; i++) OUTPUT(rows + OUT * i, m + i, SIDE);
#pragma clang loop unroll(full)
    for (size_t row = 0; row < OUT; row++) {
        OUTPUT(y, rows + row, OUT);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < OUT; i++) {
            ptrdiff_t at = offsets[(OUT * row + i) * tiles];
            if (at < 0) continue;
            at += (ptrdiff_t)column;
            floats sum = y[i] + b;
            if (residual) sum += READ(residual + at, n);
            WRITE(result + at, sum, n);
        }
    }
}

static void NAMED(SIZED(output, OUT))(
    float *result, const float *residual, const float *bias, const float *products, size_t stride,
    const ptrdiff_t *offsets, size_t tiles, size_t columns) {
    for (size_t tile = 0; tile < tiles; tile++, products += CK_PANEL_WIDTH, offsets++) {
        size_t column = 0;
        for (; column + CK_WIDTH <= columns; column += CK_WIDTH)
            NAMED(SIZED(columns, OUT))(result, residual, bias, products, stride, offsets, tiles, column, CK_WIDTH);
        if (column == columns) continue;
        NAMED(SIZED(columns, OUT))(result, residual, bias, products, stride, offsets, tiles, column, columns - column);
    }
}
