#ifndef CK_BF16_H
#define CK_BF16_H

#include "ck_variants.h"

#include <stdint.h>
#include <string.h>

// bfloat16: the upper half of a float.

/// log₂ e, for powers of two in place of those of e.
#define CK_LOG2_E 0x1.715476p0f

static inline __attribute__((unused)) float ck_widened(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/// The nearest bfloat16, of two equally near ones the even one; NaN stays NaN.
static inline __attribute__((unused)) uint16_t ck_rounded(float wide) {
    uint32_t bits;
    memcpy(&bits, &wide, sizeof bits);
    if (wide != wide) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#if CK_X86
#define CK_BF16_INLINE CK_BF16 static inline __attribute__((always_inline, unused))

/// The first `n` lanes, if there are fewer than 16.
CK_BF16_INLINE __mmask16 ck_lanes(size_t n) {
    return n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1);
}

/// Rounds and stores the first `n` <= 16 lanes.
CK_BF16_INLINE void ck_store_rounded(uint16_t *y, __m512 v, size_t n) {
    __m256i halves = (__m256i)_mm512_cvtneps_pbh(v);
    if (n >= 16) _mm256_storeu_si256((__m256i *)y, halves);
    else _mm256_mask_storeu_epi16(y, ck_lanes(n), halves);
}

/// 2ˣ within 8e-5, for what is rounded to 8 bits: a minimax polynomial of what x exceeds an integer by.
CK_BF16_INLINE __m512 ck_power_of_two(__m512 x) {
    __m512 f = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    __m512 p = _mm512_set1_ps(0x1.3f96a2p-4f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.cefc4ep-3f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.64444cp-1f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.fff632p-1f));
    return _mm512_scalef_ps(p, x);  // by 2 to the integer below x
}

/// The first `n` <= 16 scalars as floats, zeros after them.
CK_BF16_INLINE __m512 ck_load_widened(const uint16_t *x, size_t n) {
    __m256i halves = n >= 16 ? _mm256_loadu_si256((const __m256i *)x)
                             : _mm256_maskz_loadu_epi16(ck_lanes(n), x);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}
#endif

#endif
