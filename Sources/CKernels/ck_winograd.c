#include "ck_winograd.h"

#include "ck_bf16.h"
#include "ck_product.h"

enum { SIDE = 4, KERNEL = 3, OUT = 2, SPAN = 2 * CK_PANEL_WIDTH };

// The transforms of one row or column, of floats or of vectors of them.
#define INPUT(y, x, step)                    \
    do {                                     \
        (y)[0] = (x)[0] - (x)[2 * (step)];   \
        (y)[1] = (x)[step] + (x)[2 * (step)]; \
        (y)[2] = (x)[2 * (step)] - (x)[step]; \
        (y)[3] = (x)[step] - (x)[3 * (step)]; \
    } while (0)
#define WEIGHTS(y, x, step)                                         \
    do {                                                            \
        (y)[0] = (x)[0];                                            \
        (y)[1] = 0.5f * ((x)[0] + (x)[step] + (x)[2 * (step)]);     \
        (y)[2] = 0.5f * ((x)[0] - (x)[step] + (x)[2 * (step)]);     \
        (y)[3] = (x)[2 * (step)];                                   \
    } while (0)
#define OUTPUT(y, x, step)                                  \
    do {                                                    \
        (y)[0] = (x)[0] + (x)[step] + (x)[2 * (step)];      \
        (y)[1] = (x)[step] - (x)[2 * (step)] - (x)[3 * (step)]; \
    } while (0)

// The references, one channel at a time.

static void input_portable(uint16_t *result, const void *const *pixels, size_t tiles, size_t channels) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t channel = 0; channel < channels; channel++) {
            float d[16], rows[16], v[4];
            for (int i = 0; i < 16; i++)
                d[i] = ck_widened(((const uint16_t *)pixels[(size_t)i * tiles + tile])[channel]);
            for (int column = 0; column < SIDE; column++) INPUT(rows + SIDE * column, d + column, SIDE);
            for (int row = 0; row < SIDE; row++) {
                INPUT(v, rows + row, SIDE);
                for (int i = 0; i < SIDE; i++)
                    result[((size_t)(SIDE * row + i) * tiles + tile) * channels + channel] = ck_rounded(v[i]);
            }
        }
}

static void kernels_portable(uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    for (size_t at = 0; at < inputs * CK_PANEL_WIDTH; at++) {
        float g[9], rows[12], u[4];
        for (size_t i = 0; i < 9; i++) g[i] = ck_widened(panel[i * inputs * CK_PANEL_WIDTH + at]);
        for (int column = 0; column < KERNEL; column++) WEIGHTS(rows + SIDE * column, g + column, KERNEL);
        for (size_t row = 0; row < SIDE; row++) {
            WEIGHTS(u, rows + row, SIDE);
            for (size_t i = 0; i < SIDE; i++) result[(SIDE * row + i) * stride + at] = ck_rounded(u[i]);
        }
    }
}

static void output_portable(
    float *result, const float *residual, const float *bias, const float *products, const ptrdiff_t *offsets,
    size_t tiles, size_t columns) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t column = 0; column < columns; column++) {
            float m[16], rows[8], y[2];
            for (size_t i = 0; i < 16; i++) m[i] = products[(i * tiles + tile) * CK_PANEL_WIDTH + column];
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

CK_BF16 static void input_bf16(uint16_t *result, const void *const *pixels, size_t tiles, size_t channels) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t channel = 0; channel < channels; channel += 16) {
            size_t n = channels - channel;
            __m512 d[16], rows[16], v[4];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 16; i++)
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

/// Transforms the even or the odd inputs of 16 columns.
CK_BF16_INLINE void transformed(__m512 u[16], const __m512i g[9], int odd) {
    __m512 wide[9], rows[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < 9; i++)
        wide[i] = _mm512_castsi512_ps(
            odd ? _mm512_and_si512(g[i], _mm512_set1_epi32(-65536)) : _mm512_slli_epi32(g[i], 16));
#pragma clang loop unroll(full)
    for (int column = 0; column < KERNEL; column++) WEIGHTS(rows + SIDE * column, wide + column, KERNEL);
#pragma clang loop unroll(full)
    for (int row = 0; row < SIDE; row++) WEIGHTS(u + SIDE * row, rows + row, SIDE);
}

CK_BF16 static void kernels_bf16(uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    __m512i interleaved = _mm512_add_epi32(
        _mm512_set1_epi32(16 << 16),
        _mm512_mullo_epi32(
            _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(0x10001)));
    for (size_t at = 0; at < inputs * CK_PANEL_WIDTH; at += 32) {
        __m512i g[9];
        __m512 even[16], odd[16];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 9; i++) g[i] = _mm512_loadu_si512(panel + i * inputs * CK_PANEL_WIDTH + at);
        transformed(even, g, 0);
        transformed(odd, g, 1);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) {
            __m512i halves = (__m512i)_mm512_cvtne2ps_pbh(odd[i], even[i]);  // 16 even ones, then 16 odd ones
            _mm512_storeu_si512(result + i * stride + at, _mm512_permutexvar_epi16(interleaved, halves));
        }
    }
}

CK_BF16 static void output_bf16(
    float *result, const float *residual, const float *bias, const float *products, const ptrdiff_t *offsets,
    size_t tiles, size_t columns) {
    for (size_t tile = 0; tile < tiles; tile++)
        for (size_t column = 0; column < columns; column += 16) {
            size_t n = columns - column;
            __mmask16 mask = n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1);
            __m512 b = bias ? _mm512_maskz_loadu_ps(mask, bias + column) : _mm512_setzero_ps();
            __m512 m[16], rows[8], y[2];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 16; i++)
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

void ck_winograd_input(
    ck_level level, uint16_t *result, const void *const *pixels, size_t tiles, size_t channels) {
    static void (*const variants[])(uint16_t *, const void *const *, size_t, size_t) = CK_VARIANTS_BF16(input);
    variants[level](result, pixels, tiles, channels);
}

void ck_winograd_weights(ck_level level, uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    static void (*const variants[])(uint16_t *, size_t, const uint16_t *, size_t) = CK_VARIANTS_BF16(kernels);
    variants[level](result, stride, panel, inputs);
}

void ck_winograd_output(
    ck_level level, float *result, const float *residual, const float *bias, const float *products,
    const ptrdiff_t *offsets, size_t tiles, size_t columns) {
    static void (*const variants[])(
        float *, const float *, const float *, const float *, const ptrdiff_t *, size_t, size_t) =
        CK_VARIANTS_BF16(output);
    variants[level](result, residual, bias, products, offsets, tiles, columns);
}
