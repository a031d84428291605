#include "ck_int8.h"

#include "ck_bf16.h"

enum { SPAN = CK_INT8_STEP * CK_PANEL_WIDTH, ZERO = 128 };

/// How integers stand for scalars: each is the scalar times `inverse`.
typedef struct steps {
    float scale, inverse;
} steps;

/// From the bits of the largest magnitude.
static inline steps steps_of(uint32_t bits) {
    float largest;
    memcpy(&largest, &bits, sizeof largest);
    if (bits >= 0x7f800000) return (steps){__builtin_nanf(""), 0};
    // Smaller ones have no finite inverse.
    if (largest < 0x1p-100f) return (steps){0, 0};
    return (steps){largest / 127, 127 / largest};
}

/// The nearest integer, of two equally near ones the even one: in the last bits of a float whose unit is 1.
static inline int32_t nearest(float x) {
    const float shifted = x + 0x1.8p23f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return bits - 0x4b400000;
}

void ck_pack_int8(uint8_t *panel, size_t column, const float *x, size_t inputs) {
    enum { MOST = 1024 };
    uint32_t largest = 0;
    for (size_t i = 0; i < inputs; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bits &= 0x7fffffff;
        largest = bits > largest ? bits : largest;
    }
    const steps steps = steps_of(largest);
    int8_t rounded[MOST];
    int32_t sum = 0;
    uint8_t *target = panel + CK_INT8_HEADER + CK_INT8_STEP * column;
    for (size_t start = 0; start < inputs; start += MOST) {
        const size_t count = inputs - start < MOST ? inputs - start : MOST;
        if (steps.inverse > 0)
            for (size_t i = 0; i < count; i++) rounded[i] = (int8_t)nearest(x[start + i] * steps.inverse);
        else memset(rounded, 0, count);
        for (size_t i = count; i % CK_INT8_STEP; i++) rounded[i] = 0;
        for (size_t i = 0; i < count; i++) sum += rounded[i];
        for (size_t i = 0; i < count; i += CK_INT8_STEP, target += SPAN) memcpy(target, rounded + i, CK_INT8_STEP);
    }
    sum *= -ZERO;
    memcpy(panel + sizeof(float) * column, &steps.scale, sizeof steps.scale);
    memcpy(panel + sizeof(float) * (CK_PANEL_WIDTH + column), &sum, sizeof sum);
}

static uint16_t largest_portable(const uint16_t *x, size_t n) {
    uint16_t largest = 0;
    for (size_t i = 0; i < n; i++) {
        uint16_t bits = x[i] & 0x7fff;
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

static void round_portable(uint8_t *y, const uint16_t *x, float inverse, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = (uint8_t)(nearest(ck_widened(x[i]) * inverse) + ZERO);
}

/// The reference, one scalar at a time.
static void multiply_portable(const ck_product *p) {
    for (size_t column = 0; column < p->columns; column++) {
        const uint8_t *panel = (const uint8_t *)p->panels + column / CK_PANEL_WIDTH * p->panel_stride;
        const size_t lane = column % CK_PANEL_WIDTH;
        const int8_t *weights = (const int8_t *)panel + CK_INT8_HEADER + CK_INT8_STEP * lane;
        float column_scale, row_scale;
        memcpy(&column_scale, panel + sizeof(float) * lane, sizeof column_scale);
        for (size_t row = 0; row < p->rows; row++) {
            const uint8_t *left = p->left[row];
            int32_t sum;
            memcpy(&sum, panel + sizeof(float) * (CK_PANEL_WIDTH + lane), sizeof sum);
            for (size_t i = 0; i < p->run; i++)
                sum += left[i] * weights[i / CK_INT8_STEP * SPAN + i % CK_INT8_STEP];
            memcpy(&row_scale, left + p->run, sizeof row_scale);
            size_t at = row * p->stride + column;
            float result = (float)sum * column_scale;
            result *= row_scale;
            if (p->bias) result += p->bias[column];
            if (p->residual) result += p->residual[at];
            p->result[at] = result;
        }
    }
}

#if CK_X86

CK_BF16 static uint16_t largest_bf16(const uint16_t *x, size_t n) {
    const __m512i magnitude = _mm512_set1_epi16(0x7fff);
    __m512i largest = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 32 <= n; i += 32) largest = _mm512_max_epu16(largest, _mm512_and_si512(_mm512_loadu_si512(x + i), magnitude));
    if (i < n) {
        const __m512i rest = _mm512_maskz_loadu_epi16(((__mmask32)1 << (n - i)) - 1, x + i);
        largest = _mm512_max_epu16(largest, _mm512_and_si512(rest, magnitude));
    }
    const __m512i even = _mm512_and_si512(largest, _mm512_set1_epi32(0xffff)), odd = _mm512_srli_epi32(largest, 16);
    return (uint16_t)_mm512_reduce_max_epu32(_mm512_max_epu32(even, odd));
}

CK_BF16 static void round_bf16(uint8_t *y, const uint16_t *x, float inverse, size_t n) {
    const __m512 factor = _mm512_set1_ps(inverse);
    const __m512i zero = _mm512_set1_epi32(ZERO);
    for (size_t i = 0; i < n; i += 16) {
        const size_t count = n - i < 16 ? n - i : 16;
        const __m512i steps = _mm512_cvt_roundps_epi32(
            _mm512_mul_ps(ck_load_widened(x + i, count), factor), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        const __m512i moved = _mm512_add_epi32(steps, zero);
        _mm512_mask_cvtepi32_storeu_epi8(y + i, ck_lanes(count), moved);
    }
}

// As many rows as keep two vectors of sums each in the 32 registers.
enum { MOST_ROWS = 14 };
// Weights stream once from far away: they are asked for this many bytes ahead.
enum { PREFETCH = 3072 };

/// `panel` is where the scales of 16 columns lie.
CK_BF16_INLINE void finish(const ck_product *p, const uint8_t *panel, size_t row, size_t column, __m512i sum) {
    if (p->columns <= column) return;
    size_t at = row * p->stride + column, rest = p->columns - column;
    __mmask16 mask = ck_lanes(rest);
    float scale;
    memcpy(&scale, (const uint8_t *)p->left[row] + p->run, sizeof scale);
    __m512 result = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(panel));
    result = _mm512_mul_ps(result, _mm512_set1_ps(scale));
    if (p->bias) result = _mm512_add_ps(result, _mm512_maskz_loadu_ps(mask, p->bias + column));
    if (p->residual) result = _mm512_add_ps(result, _mm512_maskz_loadu_ps(mask, p->residual + at));
    _mm512_mask_storeu_ps(p->result + at, mask, result);
}

/// Adds the products of four bytes of each row; constants where this is inlined.
CK_BF16_INLINE void add_four(
    __m512i sums[MOST_ROWS][2], const uint8_t *const left[MOST_ROWS], int rows, size_t i, const uint8_t *weights) {
    __m512i w0 = _mm512_loadu_si512(weights), w1 = _mm512_loadu_si512(weights + 64);
    __builtin_prefetch(weights + PREFETCH);
    __builtin_prefetch(weights + PREFETCH + 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        int four;
        memcpy(&four, left[r] + i, sizeof four);
        __m512i x = _mm512_set1_epi32(four);
        sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], x, w0);
        sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], x, w1);
    }
}

/// `rows` rows by 32 columns (a constant where this is inlined).
CK_BF16_INLINE void block(const ck_product *p, size_t row, int rows, const uint8_t *panel, size_t column) {
    const size_t shifts = sizeof(float) * CK_PANEL_WIDTH;
    const uint8_t *weights = panel + CK_INT8_HEADER, *left[MOST_ROWS];
    __m512i sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        left[r] = p->left[row + (size_t)r];
        sums[r][0] = _mm512_loadu_si512(panel + shifts);
        sums[r][1] = _mm512_loadu_si512(panel + shifts + 64);
    }
    size_t i = 0;
    for (; i + 4 * CK_INT8_STEP <= p->run; i += 4 * CK_INT8_STEP, weights += 4 * SPAN) {
        add_four(sums, left, rows, i, weights);
        add_four(sums, left, rows, i + CK_INT8_STEP, weights + SPAN);
        add_four(sums, left, rows, i + 2 * CK_INT8_STEP, weights + 2 * SPAN);
        add_four(sums, left, rows, i + 3 * CK_INT8_STEP, weights + 3 * SPAN);
    }
    for (; i < p->run; i += CK_INT8_STEP, weights += SPAN) add_four(sums, left, rows, i, weights);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        finish(p, panel, row + (size_t)r, column, sums[r][0]);
        finish(p, panel + 64, row + (size_t)r, column + 16, sums[r][1]);
    }
}

#define PANEL_SCALAR uint8_t
#include "ck_tile.h"

#endif

void ck_quantize_rows(
    ck_level level, uint8_t *y, size_t y_stride, const uint16_t *x, size_t x_stride, size_t rows, size_t columns) {
    static uint16_t (*const largest_variants[])(const uint16_t *, size_t) = CK_VARIANTS_BF16(largest);
    static void (*const round_variants[])(uint8_t *, const uint16_t *, float, size_t) = CK_VARIANTS_BF16(round);
    const size_t run = (columns + CK_INT8_STEP - 1) / CK_INT8_STEP * CK_INT8_STEP;
    for (size_t row = 0; row < rows; row++, x += x_stride, y += y_stride) {
        const steps steps = steps_of((uint32_t)largest_variants[level](x, columns) << 16);
        if (steps.inverse > 0) round_variants[level](y, x, steps.inverse, columns);
        else memset(y, ZERO, columns);
        memset(y + columns, 0, run - columns);
        memcpy(y + run, &steps.scale, sizeof steps.scale);
    }
}

void ck_multiply_int8(ck_level level, const ck_product *product) {
    static void (*const variants[])(const ck_product *) = CK_VARIANTS_BF16(multiply);
    variants[level](product);
}
