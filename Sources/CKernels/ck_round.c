#include "ck_round.h"

#include "ck_bf16.h"
#include "ck_product.h"

static void round_row_portable(uint16_t *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = ck_rounded(x[i]);
}

#if CK_X86
CK_BF16 static void round_row_bf16(uint16_t *y, const float *x, size_t n) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) ck_store_rounded(y + i, _mm512_loadu_ps(x + i), 16);
    if (i < n) ck_store_rounded(y + i, _mm512_maskz_loadu_ps(ck_lanes(n - i), x + i), n - i);
}
#endif

typedef void (*round_row)(uint16_t *y, const float *x, size_t n);
static const round_row round_row_variants[] = CK_VARIANTS_BF16(round_row);

void ck_round_rows(
    ck_level level, uint16_t *y, size_t y_stride, const float *x, size_t x_stride, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++) {
        round_row_variants[level](y + row * y_stride, x + row * x_stride, columns);
        if (columns % 2) y[row * y_stride + columns] = 0;
    }
}

void ck_interleave_rows(uint16_t *panel, const uint16_t *x, size_t stride, size_t rows, size_t columns) {
    static const uint16_t zeros[CK_PANEL_WIDTH];
    for (size_t row = 0; row < rows; row += 2, panel += 2 * CK_PANEL_WIDTH) {
        const uint16_t *a = x + row * stride, *b = row + 1 < rows ? a + stride : zeros;
        if (columns == CK_PANEL_WIDTH) {
            for (size_t i = 0; i < CK_PANEL_WIDTH; i++) {
                panel[2 * i] = a[i];
                panel[2 * i + 1] = b[i];
            }
            continue;
        }
        for (size_t i = 0; i < CK_PANEL_WIDTH; i++) {
            panel[2 * i] = i < columns ? a[i] : 0;
            panel[2 * i + 1] = i < columns ? b[i] : 0;
        }
    }
}

void ck_transpose_pairs(uint16_t *panel, const uint16_t *x, size_t stride, size_t rows, size_t columns) {
    for (size_t i = 0; i < columns; i += 2, panel += 2 * CK_PANEL_WIDTH) {
        for (size_t row = 0; row < rows; row++) {
            if (i + 1 < columns) memcpy(panel + 2 * row, x + row * stride + i, 2 * sizeof *x);
            else panel[2 * row] = x[row * stride + i], panel[2 * row + 1] = 0;
        }
        memset(panel + 2 * rows, 0, (CK_PANEL_WIDTH - rows) * 2 * sizeof *panel);
    }
}
