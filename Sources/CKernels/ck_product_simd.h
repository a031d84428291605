// The matrix product on vectors, for one instruction set (see ck_variants.h).

// As many rows as keep two vectors of sums each in registers: AVX-512 has 32, AVX2 16.
#undef MOST_ROWS
#define MOST_ROWS (CK_WIDTH == 16 ? 14 : 6)
#undef SPAN
#define SPAN (2 * CK_WIDTH)

/// Writes `n` <= CK_WIDTH sums of one row, with what they are added to.
CK_INLINE void CK_NAME(finish)(const ck_product *p, size_t row, size_t column, size_t n, floats sum) {
    size_t at = row * p->stride + column;
    if (n == CK_WIDTH) {
        if (p->bias) sum += load(p->bias + column);
        if (p->residual) sum += load(p->residual + at);
        store(p->result + at, sum);
    } else if (n > 0) {
        if (p->bias) sum += load_part(p->bias + column, n, 0);
        if (p->residual) sum += load_part(p->residual + at, n, 0);
        store_part(p->result + at, sum, n);
    }
}

/// `rows` rows by `vectors` vectors of columns (constants where this is inlined).
CK_INLINE void CK_NAME(block)(
    const ck_product *p, size_t row, int rows, int vectors, const float *panel, size_t column) {
    floats sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = splat(0);
    for (size_t tap = 0; tap < p->taps; tap++) {
        const float *left[MOST_ROWS];
        int seeing = 0;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            left[r] = p->left[tap * p->rows + row + r];
            seeing += left[r] != p->zeros;
        }
        if (seeing == 0) {
            panel += p->run * CK_PANEL_WIDTH;
            continue;
        }
        for (size_t i = 0; i < p->run; i++, panel += CK_PANEL_WIDTH) {
            floats w0 = load(panel), w1 = vectors > 1 ? load(panel + CK_WIDTH) : w0;
            for (int line = 0; line < vectors * CK_WIDTH; line += 16) __builtin_prefetch(panel + CK_PREFETCH + line);
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) {
                floats x = splat(left[r][i]);
                sums[r][0] = fused(x, w0, sums[r][0]);
                if (vectors > 1) sums[r][1] = fused(x, w1, sums[r][1]);
            }
        }
    }
    size_t rest = p->columns - column;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        CK_NAME(finish)(p, row + r, column, rest < CK_WIDTH ? rest : CK_WIDTH, sums[r][0]);
        if (vectors == 1) continue;
        size_t second = rest - CK_WIDTH;
        CK_NAME(finish)(p, row + r, column + CK_WIDTH, second < CK_WIDTH ? second : CK_WIDTH, sums[r][1]);
    }
}

/// The next rows of `vectors` vectors of columns; how many they were.
CK_INLINE size_t CK_NAME(rows)(
    const ck_product *p, size_t row, int vectors, const float *panel, size_t column) {
#define ROWS(count)                                                       \
    case count:                                                           \
        CK_NAME(block)(p, row, count, vectors, panel, column);            \
        return count;
    switch (p->rows - row) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5)
#if CK_WIDTH == 16
        ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) ROWS(13)
#endif
    default:
        CK_NAME(block)(p, row, MOST_ROWS, vectors, panel, column);
        return MOST_ROWS;
    }
#undef ROWS
}

static void CK_NAME(multiply)(const ck_product *p) {
    for (size_t column = 0; column < p->columns; column += SPAN) {
        const float *panel =
            (const float *)p->panels + column / CK_PANEL_WIDTH * p->panel_stride + column % CK_PANEL_WIDTH;
        size_t row = 0;
        if (p->columns - column > CK_WIDTH) {
            while (row < p->rows) row += CK_NAME(rows)(p, row, 2, panel, column);
        } else {
            while (row < p->rows) row += CK_NAME(rows)(p, row, 1, panel, column);
        }
    }
}
