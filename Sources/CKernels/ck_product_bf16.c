#include "ck_bf16.h"
#include "ck_product.h"

// The reference, one scalar at a time.
static void multiply_portable(const ck_product *p) {
    for (size_t row = 0; row < p->rows; row++)
        for (size_t column = 0; column < p->columns; column++) {
            const uint16_t *panel = (const uint16_t *)p->panels + column / CK_PANEL_WIDTH * p->panel_stride +
                                    2 * (column % CK_PANEL_WIDTH);
            float sum = 0;
            for (size_t tap = 0; tap < p->taps; tap++) {
                const uint16_t *left = p->left[tap * p->rows + row];
                for (size_t i = 0; i < p->run; i += 2, panel += 2 * CK_PANEL_WIDTH)
                    sum += ck_widened(left[i]) * ck_widened(panel[0]) + ck_widened(left[i + 1]) * ck_widened(panel[1]);
            }
            size_t at = row * p->stride + column;
            if (p->bias) sum += p->bias[column];
            if (p->residual) sum += p->residual[at];
            if (p->rounded) p->rounded[at] = ck_rounded(sum);
            else p->result[at] = sum;
        }
}

#if CK_X86

// As many rows as keep two vectors of sums each in the 32 registers.
enum { MOST_ROWS = 14, PAIR = 2 * CK_PANEL_WIDTH };
// Weights stream once from far away: they are asked for this many scalars ahead.
enum { PREFETCH = 1536 };

CK_BF16_INLINE void finish(const ck_product *p, size_t row, size_t column, __m512 sum) {
    size_t at = row * p->stride + column, rest = p->columns - column;
    if (p->columns <= column) return;
    __mmask16 mask = rest >= 16 ? 0xffff : (__mmask16)((1u << rest) - 1);
    if (p->bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, p->bias + column));
    if (p->residual) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, p->residual + at));
    if (p->rounded) ck_store_rounded(p->rounded + at, sum, rest);
    else _mm512_mask_storeu_ps(p->result + at, mask, sum);
}

/// Adds the products of one pair of scalars of each row; constants where this is inlined.
CK_BF16_INLINE void add_pair(
    __m512 sums[MOST_ROWS][2], const uint16_t *const left[MOST_ROWS], int rows, size_t i, const uint16_t *panel) {
    __m512bh w0 = (__m512bh)_mm512_loadu_si512(panel), w1 = (__m512bh)_mm512_loadu_si512(panel + 32);
    __builtin_prefetch(panel + PREFETCH);
    __builtin_prefetch(panel + PREFETCH + 32);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        int pair;
        memcpy(&pair, left[r] + i, sizeof pair);
        __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
        sums[r][0] = _mm512_dpbf16_ps(sums[r][0], x, w0);
        sums[r][1] = _mm512_dpbf16_ps(sums[r][1], x, w1);
    }
}

/// `rows` rows by 32 columns (a constant where this is inlined).
CK_BF16_INLINE void block(const ck_product *p, size_t row, int rows, const uint16_t *panel, size_t column) {
    __m512 sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
    for (size_t tap = 0; tap < p->taps; tap++) {
        const uint16_t *left[MOST_ROWS];
        int seeing = 0;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            left[r] = p->left[tap * p->rows + row + (size_t)r];
            seeing += left[r] != p->zeros;
        }
        if (seeing == 0) {
            panel += p->run * CK_PANEL_WIDTH;
            continue;
        }
        size_t i = 0;
        for (; i + 8 <= p->run; i += 8, panel += 4 * PAIR) {
            add_pair(sums, left, rows, i, panel);
            add_pair(sums, left, rows, i + 2, panel + PAIR);
            add_pair(sums, left, rows, i + 4, panel + 2 * PAIR);
            add_pair(sums, left, rows, i + 6, panel + 3 * PAIR);
        }
        for (; i < p->run; i += 2, panel += PAIR) add_pair(sums, left, rows, i, panel);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        finish(p, row + (size_t)r, column, sums[r][0]);
        finish(p, row + (size_t)r, column + 16, sums[r][1]);
    }
}

#define PANEL_SCALAR uint16_t
#include "ck_tile.h"

#endif

void ck_multiply_bf16(ck_level level, const ck_product *product) {
    static void (*const variants[])(const ck_product *) = CK_VARIANTS_BF16(multiply);
    variants[level](product);
}
