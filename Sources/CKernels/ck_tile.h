// A tile of a product in blocks of rows by one panel. A kernel includes it between its `block` of up to MOST_ROWS rows and
// its `multiply`; PANEL_SCALAR is what its panels are counted in.

/// The next rows; how many they were. The rest is shared out evenly, since few rows keep no multiplier busy.
CK_BF16_INLINE size_t rows_of(const ck_product *p, size_t row, const PANEL_SCALAR *panel, size_t column) {
#define ROWS(count)                          \
    case count:                              \
        block(p, row, count, panel, column); \
        return count;
    size_t rest = p->rows - row, blocks = (rest + MOST_ROWS - 1) / MOST_ROWS;
    switch ((rest + blocks - 1) / blocks) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) ROWS(13)
    default:
        block(p, row, MOST_ROWS, panel, column);
        return MOST_ROWS;
    }
#undef ROWS
}

CK_BF16 static void multiply_bf16(const ck_product *p) {
    for (size_t column = 0; column < p->columns; column += CK_PANEL_WIDTH) {
        const PANEL_SCALAR *panel = (const PANEL_SCALAR *)p->panels + column / CK_PANEL_WIDTH * p->panel_stride;
        size_t row = 0;
        while (row < p->rows) row += rows_of(p, row, panel, column);
    }
}
