#include "ck_bf16.h"
#include "ck_product.h"

#include <math.h>

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
            if (p->softmax) {
                sum = exp2f(p->softmax->factor * sum + p->softmax->shifts[row]);
                p->softmax->totals[16 * row] += sum;
            }
            if (p->rounded) p->rounded[at] = ck_rounded(sum);
            else p->result[at] = sum;
        }
}

#if CK_X86

// As many rows as keep two vectors of sums each in the 32 registers.
enum { MOST_ROWS = 14, PAIR = 2 * CK_PANEL_WIDTH };
// Weights stream once from far away: they are asked for this many scalars ahead.
enum { PREFETCH = 1536 };

/// The weight of each sum of a row, zero for those that are not there; adds them to the row's total.
CK_BF16_INLINE __m512 weights_of(const ck_softmax *softmax, size_t row, __m512 sums, __mmask16 there) {
    __m512 factor = _mm512_set1_ps(softmax->factor), shift = _mm512_set1_ps(softmax->shifts[row]);
    __m512 weights = _mm512_maskz_mov_ps(there, ck_power_of_two(_mm512_fmadd_ps(sums, factor, shift)));
    float *total = softmax->totals + 16 * row;
    _mm512_storeu_ps(total, _mm512_add_ps(_mm512_loadu_ps(total), weights));
    return weights;
}

/// The end of some rows of the last panel, of which only a part is there.
CK_BF16 static __attribute__((noinline)) void finish_part(
    const ck_product *p, size_t row, int rows, size_t column, __m512 sums[MOST_ROWS][2]) {
    for (int half = 0; half < 2; half++, column += 16) {
        if (p->columns <= column) return;
        size_t rest = p->columns - column;
        __mmask16 mask = ck_lanes(rest);
        for (int r = 0; r < rows; r++) {
            size_t at = (row + (size_t)r) * p->stride + column;
            __m512 sum = sums[r][half];
            if (p->bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, p->bias + column));
            if (p->residual) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, p->residual + at));
            if (p->softmax) sum = weights_of(p->softmax, row + (size_t)r, sum, mask);
            if (p->rounded) ck_store_rounded(p->rounded + at, sum, rest);
            else _mm512_mask_storeu_ps(p->result + at, mask, sum);
        }
    }
}

/// Adds what is to be added to whole panels' sums and writes them; `rows` is a constant where this is inlined.
CK_BF16_INLINE void finish(const ck_product *p, size_t row, int rows, size_t column, __m512 sums[MOST_ROWS][2]) {
    size_t stride = p->stride, at = row * stride + column;
    if (p->bias) {
        __m512 b0 = _mm512_loadu_ps(p->bias + column), b1 = _mm512_loadu_ps(p->bias + column + 16);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            sums[r][0] = _mm512_add_ps(sums[r][0], b0);
            sums[r][1] = _mm512_add_ps(sums[r][1], b1);
        }
    }
    if (p->residual) {
        const float *residual = p->residual + at;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++, residual += stride) {
            sums[r][0] = _mm512_add_ps(sums[r][0], _mm512_loadu_ps(residual));
            sums[r][1] = _mm512_add_ps(sums[r][1], _mm512_loadu_ps(residual + 16));
        }
    }
    if (p->softmax) {
        uint16_t *rounded = p->rounded + at;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++, rounded += stride) {
            __m512 w0 = weights_of(p->softmax, row + (size_t)r, sums[r][0], 0xffff);
            __m512 w1 = weights_of(p->softmax, row + (size_t)r, sums[r][1], 0xffff);
            _mm512_storeu_si512(rounded, (__m512i)_mm512_cvtne2ps_pbh(w1, w0));
        }
        return;
    }
    if (p->rounded) {
        uint16_t *rounded = p->rounded + at;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++, rounded += stride)
            _mm512_storeu_si512(rounded, (__m512i)_mm512_cvtne2ps_pbh(sums[r][1], sums[r][0]));
        return;
    }
    float *result = p->result + at;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, result += stride) {
        _mm512_storeu_ps(result, sums[r][0]);
        _mm512_storeu_ps(result + 16, sums[r][1]);
    }
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

/// Whether all rows of a tap are zeros; mostly the first says that they are not.
CK_BF16_INLINE int sees_nothing(const ck_product *p, const void *const *left, int rows) {
    if (!p->zeros) return 0;
    int r = 0;
#pragma clang loop unroll(disable) vectorize(disable)
    while (r < rows && left[r] == p->zeros) r++;
    return r == rows;
}

/// `rows` rows by 32 columns (a constant where this is inlined).
CK_BF16_INLINE void block(const ck_product *p, size_t row, int rows, const uint16_t *panel, size_t column) {
    __m512 sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
    for (size_t tap = 0; tap < p->taps; tap++) {
        const void *const *rows_of_tap = p->left + tap * p->rows + row;
        if (sees_nothing(p, rows_of_tap, rows)) {
            panel += p->run * CK_PANEL_WIDTH;
            continue;
        }
        const uint16_t *left[MOST_ROWS];
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) left[r] = rows_of_tap[r];
        size_t i = 0;
        for (; i + 8 <= p->run; i += 8, panel += 4 * PAIR) {
            add_pair(sums, left, rows, i, panel);
            add_pair(sums, left, rows, i + 2, panel + PAIR);
            add_pair(sums, left, rows, i + 4, panel + 2 * PAIR);
            add_pair(sums, left, rows, i + 6, panel + 3 * PAIR);
        }
        for (; i < p->run; i += 2, panel += PAIR) add_pair(sums, left, rows, i, panel);
    }
    if (p->columns - column >= CK_PANEL_WIDTH) {
        finish(p, row, rows, column, sums);
        return;
    }
    __m512 copies[MOST_ROWS][2];  // so that no address of the sums is taken: they stay in registers
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        copies[r][0] = sums[r][0];
        copies[r][1] = sums[r][1];
    }
    finish_part(p, row, rows, column, copies);
}

#define PANEL_SCALAR uint16_t
#include "ck_tile.h"

#endif

void ck_multiply_bf16(ck_level level, const ck_product *product) {
    static void (*const variants[])(const ck_product *) = CK_VARIANTS_BF16(multiply);
    variants[level](product);
}
