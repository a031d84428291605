#include "ck_pack.h"

#include "ck_bf16.h"
#include "ck_convert.h"
#include "ck_product.h"
#include "ck_round.h"

enum { PAIRS = 2 * CK_PANEL_WIDTH };  // scalars of a panel's row of pairs

static size_t width(ck_scalar scalar) {
    return scalar == CK_SCALAR_F32 ? 4 : 2;
}

static void widen(ck_level level, ck_scalar scalar, float *y, const char *x, size_t n) {
    switch (scalar) {
    case CK_SCALAR_F32: memcpy(y, x, n * sizeof *y); break;
    case CK_SCALAR_F16: ck_widen_f16(level, y, x, n); break;
    case CK_SCALAR_BF16: ck_widen_bf16(level, y, x, n); break;
    }
}

void ck_pack_f32(
    ck_level level, ck_scalar scalar, float *panel, const void *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps) {
    enum { MOST = 128 };  // what is written of a band of inputs stays in the first cache
    float wide[MOST];
    size_t band = MOST / taps;
    for (size_t start = 0; start < inputs; start += band) {
        size_t count = inputs - start < band ? inputs - start : band;
        for (size_t column = 0; column < CK_PANEL_WIDTH; column++) {
            const char *source = (const char *)x + (column * x_stride + start * taps) * width(scalar);
            if (column < columns) widen(level, scalar, wide, source, count * taps);
            else memset(wide, 0, sizeof wide);
            for (size_t tap = 0; tap < taps; tap++)
                for (size_t i = 0; i < count; i++)
                    panel[(tap * inputs + start + i) * CK_PANEL_WIDTH + column] = wide[i * taps + tap];
        }
    }
}

static void pack_portable(
    ck_level level, ck_scalar scalar, uint16_t *panel, const char *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps) {
    enum { MOST = 256 };
    float wide[MOST];
    uint16_t rounded[MOST + 1];
    size_t band = MOST / taps / 2 * 2, tap_stride = (inputs + 1) / 2 * PAIRS;
    for (size_t start = 0; start < inputs; start += band) {
        size_t count = inputs - start < band ? inputs - start : band;
        for (size_t column = 0; column < CK_PANEL_WIDTH; column++) {
            memset(rounded, 0, sizeof rounded);
            if (column < columns) {
                widen(level, scalar, wide, x + (column * x_stride + start * taps) * width(scalar), count * taps);
                ck_round_rows(level, rounded, 0, wide, 0, 1, count * taps);
            }
            for (size_t tap = 0; tap < taps; tap++) {
                uint16_t *target = panel + tap * tap_stride + start / 2 * PAIRS + 2 * column;
                for (size_t i = 0; i < count; i += 2, target += PAIRS) {
                    target[0] = rounded[i * taps + tap];
                    target[1] = i + 1 < count ? rounded[(i + 1) * taps + tap] : 0;
                }
            }
        }
    }
}

#if CK_X86

/// Rounds a run of scalars, with zeros after it up to a multiple of 32.
CK_BF16_INLINE void round_run(ck_scalar scalar, uint16_t *y, const char *x, size_t n) {
    for (size_t i = 0; i < (n + 31) / 32 * 32; i += 16) {
        __mmask16 mask = i + 16 <= n ? 0xffff : i < n ? (__mmask16)((1u << (n - i)) - 1) : 0;
        const char *at = x + i * width(scalar);
        __m512 wide;
        if (scalar == CK_SCALAR_F32) wide = _mm512_maskz_loadu_ps(mask, at);
        else if (scalar == CK_SCALAR_F16) wide = _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, at));
        else wide = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, at)), 16));
        _mm256_storeu_si256((__m256i *)(y + i), (__m256i)_mm512_cvtneps_pbh(wide));
    }
}

/// Sixteen rows of pairs as sixteen columns: 32 bits by 32, 64 by 64, and then 128 by 128 twice.
CK_BF16_INLINE void transpose(__m512i r[16]) {
    __m512i t[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
        t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
        t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
        r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd);
        r[4 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88);
        r[12 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd);
    }
}

/// Columns of pairs as rows of pairs.
///
///     x [32][stride] → y [pairs][32][2]
CK_BF16_INLINE void transpose_columns(uint16_t *y, const uint16_t *x, size_t stride, size_t pairs) {
    for (size_t start = 0; start < pairs; start += 16) {
        size_t count = pairs - start < 16 ? pairs - start : 16;
        for (size_t half = 0; half < 2; half++) {
            __m512i r[16];
            for (size_t i = 0; i < 16; i++) r[i] = _mm512_loadu_si512(x + (16 * half + i) * stride + 2 * start);
            transpose(r);
            uint16_t *target = y + start * PAIRS + 32 * half;
            if (count == 16)
                for (size_t i = 0; i < 16; i++) _mm512_storeu_si512(target + i * PAIRS, r[i]);
            else
                for (size_t i = 0; i < count; i++) _mm512_storeu_si512(target + i * PAIRS, r[i]);
        }
    }
}

/// Pairs of inputs of one tap out of pairs of neighbours: of an odd number of taps, the one of a pair is the lower half
/// of its neighbours where the other is the upper.
///
///     neighbours [inputs · taps / 2][32][2] → y [inputs / 2][32][2]
CK_BF16_INLINE void pick(uint16_t *y, const uint16_t *neighbours, size_t inputs, size_t taps, size_t tap) {
    for (size_t i = 0; i < inputs; i += 2, y += PAIRS) {
        const uint16_t *a = neighbours + (i * taps + tap) / 2 * PAIRS;
        const uint16_t *b = neighbours + ((i + 1) * taps + tap) / 2 * PAIRS;
        for (size_t half = 0; half < PAIRS; half += 32) {
            __m512i first = _mm512_loadu_si512(a + half), second = _mm512_loadu_si512(b + half);
            __m512i pair = tap % 2 == 0
                ? _mm512_mask_blend_epi16(0xaaaaaaaa, first, second)
                : _mm512_or_si512(_mm512_srli_epi32(first, 16), _mm512_slli_epi32(second, 16));
            _mm512_storeu_si512(y + half, pair);
        }
    }
}

// Columns are rounded in runs, and transposed by pairs of neighbours, while they are in the first cache.
CK_BF16 static void pack_pairs(
    ck_scalar scalar, uint16_t *panel, const char *x, size_t x_stride, size_t columns, size_t inputs, size_t taps) {
    enum { MOST = 256, STRIDE = MOST + 32 };
    uint16_t rounded[CK_PANEL_WIDTH * STRIDE], neighbours[MOST / 2 * PAIRS];
    size_t band = MOST / taps / 2 * 2, tap_stride = inputs / 2 * PAIRS;
    if (columns < CK_PANEL_WIDTH) memset(rounded, 0, sizeof rounded);
    for (size_t start = 0; start < inputs; start += band) {
        size_t count = inputs - start < band ? inputs - start : band;
        for (size_t column = 0; column < columns; column++) {
            const char *source = x + (column * x_stride + start * taps) * width(scalar);
            round_run(scalar, rounded + column * STRIDE, source, count * taps);
        }
        uint16_t *target = panel + start / 2 * PAIRS;
        transpose_columns(taps == 1 ? target : neighbours, rounded, STRIDE, count * taps / 2);
        for (size_t tap = 0; taps > 1 && tap < taps; tap++)
            pick(target + tap * tap_stride, neighbours, count, taps, tap);
    }
}

#endif

void ck_pack_bf16(
    ck_level level, ck_scalar scalar, uint16_t *panel, const void *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps) {
#if CK_X86
    if (level == CK_LEVEL_AVX512_BF16 && taps % 2 == 1 && inputs % 2 == 0)
        return pack_pairs(scalar, panel, x, x_stride, columns, inputs, taps);
#endif
    pack_portable(level, scalar, panel, x, x_stride, columns, inputs, taps);
}
