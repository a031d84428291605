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
    if (i < n) ck_store_rounded(y + i, _mm512_maskz_loadu_ps((__mmask16)((1u << (n - i)) - 1), x + i), n - i);
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

void ck_pack_bf16(
    ck_level level, uint16_t *panel, size_t tap_stride, const float *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps) {
    enum { MOST = 1024, SPAN = 2 * CK_PANEL_WIDTH };
    uint16_t rounded[MOST];
    size_t band = MOST / taps / 2 * 2;
    for (size_t start = 0; start < inputs; start += band) {
        size_t count = inputs - start < band ? inputs - start : band;
        for (size_t column = 0; column < CK_PANEL_WIDTH; column++) {
            if (column < columns) round_row_variants[level](rounded, x + column * x_stride + start * taps, count * taps);
            else memset(rounded, 0, sizeof rounded);
            for (size_t tap = 0; tap < taps; tap++) {
                uint16_t *target = panel + tap * tap_stride + start / 2 * SPAN + 2 * column;
                const uint16_t *source = rounded + tap;
                size_t i = 0;
                for (; i + 2 <= count; i += 2, target += SPAN, source += 2 * taps) {
                    target[0] = source[0];
                    target[1] = source[taps];
                }
                if (i == count) continue;
                target[0] = source[0];
                target[1] = 0;
            }
        }
    }
}

void ck_pack_f32(
    float *panel, size_t tap_stride, const float *x, size_t x_stride, size_t columns, size_t inputs, size_t taps) {
    for (size_t column = 0; column < CK_PANEL_WIDTH; column++)
        for (size_t input = 0; input < inputs; input++)
            for (size_t tap = 0; tap < taps; tap++)
                panel[tap * tap_stride + input * CK_PANEL_WIDTH + column] =
                    column < columns ? x[column * x_stride + input * taps + tap] : 0;
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
