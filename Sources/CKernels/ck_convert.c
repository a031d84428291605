#include "ck_convert.h"

#include "ck_variants.h"

#include <stdint.h>
#include <string.h>

typedef void (*widen)(float *y, const void *x, size_t n);

static uint16_t load16(const void *x, size_t i) {
    uint16_t bits;
    memcpy(&bits, (const char *)x + 2 * i, sizeof bits);
    return bits;
}

// Half precision: 1 sign bit, 5 of exponent (bias 15), 10 of fraction (IEEE 754-2019, 3.6).
static void widen_f16_portable(float *y, const void *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t half = load16(x, i);
        uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ff;
        if (exponent == 0) {  // zero or subnormal: fraction · 2⁻²⁴
            float magnitude = (float)fraction * 0x1p-24f;
            y[i] = sign ? -magnitude : magnitude;
            continue;
        }
        uint32_t bits = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
        memcpy(y + i, &bits, sizeof bits);
    }
}

static void widen_bf16_portable(float *y, const void *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)load16(x, i) << 16;
        memcpy(y + i, &bits, sizeof bits);
    }
}

#if CK_X86

// Eight at a time by the F16C instruction.
CK_AVX2 static void widen_f16_avx2(float *y, const void *x, size_t n) {
    const char *bytes = x;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(bytes + 2 * i))));
    widen_f16_portable(y + i, bytes + 2 * i, n - i);
}

CK_AVX2 static void widen_bf16_avx2(float *y, const void *x, size_t n) {
    const char *bytes = x;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(bytes + 2 * i)));
        _mm256_storeu_ps(y + i, _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16)));
    }
    widen_bf16_portable(y + i, bytes + 2 * i, n - i);
}

// Sixteen at a time.
CK_AVX512 static void widen_f16_avx512(float *y, const void *x, size_t n) {
    const char *bytes = x;
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        _mm512_storeu_ps(y + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(bytes + 2 * i))));
    widen_f16_portable(y + i, bytes + 2 * i, n - i);
}

CK_AVX512 static void widen_bf16_avx512(float *y, const void *x, size_t n) {
    const char *bytes = x;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(bytes + 2 * i)));
        _mm512_storeu_ps(y + i, _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)));
    }
    widen_bf16_portable(y + i, bytes + 2 * i, n - i);
}

#endif

void ck_widen_f16(ck_level level, float *y, const void *x, size_t n) {
    static const widen variants[] = CK_VARIANTS(widen_f16);
    variants[level](y, x, n);
}

void ck_widen_bf16(ck_level level, float *y, const void *x, size_t n) {
    static const widen variants[] = CK_VARIANTS(widen_bf16);
    variants[level](y, x, n);
}
