#include "ck_gelu_rounded.h"

#include "ck_activations.h"
#include "ck_bf16.h"

// The references: those of ck_activations.h, rounded one scalar at a time.

#define ROWS_PORTABLE(name, width, compute)                                                                       \
    static void name##_portable(uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns) {        \
        for (size_t row = 0; row < rows; row++, y += stride, x += width)                                          \
            for (size_t i = 0; i < columns; i++) {                                                                \
                float value;                                                                                      \
                compute;                                                                                          \
                y[i] = ck_rounded(value);                                                                         \
            }                                                                                                     \
    }

ROWS_PORTABLE(gelu_exact, columns, ck_gelu_exact(CK_LEVEL_PORTABLE, &value, x + i, 1))
ROWS_PORTABLE(gelu_tanh, columns, ck_gelu_tanh(CK_LEVEL_PORTABLE, &value, x + i, 1))
ROWS_PORTABLE(gelu_quick, columns, ck_gelu_quick(CK_LEVEL_PORTABLE, &value, x + i, 1))
ROWS_PORTABLE(geglu, 2 * columns, ck_geglu(CK_LEVEL_PORTABLE, &value, (float[]){x[i], x[columns + i]}, 1, 1))

#if CK_X86

/// Φ(-|x|) is 2 to the power of a minimax polynomial, within 1.6e-4 down to -5, and then falls faster.
CK_BF16_INLINE __m512 gelu_exact_of(__m512 x) {
    __m512 t = _mm512_abs_ps(x), q = _mm512_set1_ps(-2.69918849e-4f);
    q = _mm512_fmadd_ps(q, t, _mm512_set1_ps(5.29736150e-3f));
    q = _mm512_fmadd_ps(q, t, _mm512_set1_ps(-4.63193929e-2f));
    q = _mm512_fmadd_ps(q, t, _mm512_set1_ps(-4.66907368e-1f));
    q = _mm512_fmadd_ps(q, t, _mm512_set1_ps(-1.14778894f));
    q = _mm512_fmadd_ps(q, t, _mm512_set1_ps(-1.00022834f));
    __m512 tail = ck_power_of_two(q);
    __mmask16 isPositive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GE_OQ);
    return _mm512_mul_ps(x, _mm512_mask_sub_ps(tail, isPositive, _mm512_set1_ps(1), tail));
}

/// x σ(u) = x / (1 + 2^power), where the reciprocal is within 2⁻¹⁴.
CK_BF16_INLINE __m512 gated_by_power(__m512 x, __m512 power) {
    return _mm512_mul_ps(x, _mm512_rcp14_ps(_mm512_add_ps(_mm512_set1_ps(1), ck_power_of_two(power))));
}

CK_BF16_INLINE __m512 gelu_tanh_of(__m512 x) {
    __m512 cube = _mm512_mul_ps(_mm512_mul_ps(x, x), _mm512_mul_ps(x, _mm512_set1_ps(0.044715f)));
    return gated_by_power(x, _mm512_mul_ps(_mm512_add_ps(x, cube), _mm512_set1_ps(-1.5957691216f * CK_LOG2_E)));
}

CK_BF16_INLINE __m512 gelu_quick_of(__m512 x) {
    return gated_by_power(x, _mm512_mul_ps(x, _mm512_set1_ps(-1.702f * CK_LOG2_E)));
}

/// Rows of an expression of the scalars at `x`, which READ reads: the first lanes of `mask`, zeros in the others.
#define ROWS_BF16(name, width, expression)                                                                        \
    CK_BF16_INLINE __m512 name##_at(const float *x, size_t columns, __mmask16 mask) {                             \
        (void)columns;                                                                                            \
        return expression;                                                                                        \
    }                                                                                                             \
    CK_BF16 static void name##_bf16(uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns) {    \
        for (size_t row = 0; row < rows; row++, y += stride, x += width) {                                        \
            size_t i = 0;                                                                                         \
            for (; i + 32 <= columns; i += 32) {                                                                  \
                __m512 low = name##_at(x + i, columns, 0xffff), high = name##_at(x + i + 16, columns, 0xffff);    \
                _mm512_storeu_si512(y + i, (__m512i)_mm512_cvtne2ps_pbh(high, low));                              \
            }                                                                                                     \
            for (; i < columns; i += 16)                                                                          \
                ck_store_rounded(y + i, name##_at(x + i, columns, ck_lanes(columns - i)), columns - i);           \
        }                                                                                                         \
    }
#define READ(place) _mm512_maskz_loadu_ps(mask, place)

ROWS_BF16(gelu_exact, columns, gelu_exact_of(READ(x)))
ROWS_BF16(gelu_tanh, columns, gelu_tanh_of(READ(x)))
ROWS_BF16(gelu_quick, columns, gelu_quick_of(READ(x)))
ROWS_BF16(geglu, 2 * columns, _mm512_mul_ps(READ(x), gelu_exact_of(READ(x + columns))))

#endif

#define ROUNDED(name)                                                                                             \
    void ck_##name##_rounded(                                                                                     \
        ck_level level, uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns) {                \
        static void (*const variants[])(uint16_t *, size_t, const float *, size_t, size_t) = CK_VARIANTS_BF16(name); \
        variants[level](y, stride, x, rows, columns);                                                             \
    }

ROUNDED(gelu_exact)
ROUNDED(gelu_tanh)
ROUNDED(gelu_quick)
ROUNDED(geglu)
