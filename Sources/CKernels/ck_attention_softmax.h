// One row of a block of scores, for one instruction set (see ck_variants.h).

/// 2ˣ within 3e-6, for weights that are rounded to 8 bits: a minimax polynomial of the fraction (fitted on -1/2...1/2).
CK_INLINE __m512 CK_NAME(power_of_two)(__m512 x) {
    __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), f = _mm512_sub_ps(x, n);
    __m512 p = _mm512_set1_ps(0x1.3a02cap-7f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.c9fc46p-5f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.ec0378p-3f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0x1.62e12cp-1f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(1));
    return _mm512_scalef_ps(p, n);
}

static float CK_NAME(largest)(const float *x, size_t n) {
    __m512 most = _mm512_set1_ps(-INFINITY);
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 mask = n - i >= 16 ? 0xffff : (__mmask16)((1u << (n - i)) - 1);
        most = _mm512_max_ps(most, _mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), mask, x + i));
    }
    return _mm512_reduce_max_ps(most);
}

static float CK_NAME(weights)(uint16_t *y, const float *x, size_t n, float factor, float shift) {
    __m512 sum = _mm512_setzero_ps(), a = _mm512_set1_ps(factor), b = _mm512_set1_ps(-shift);
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 mask = n - i >= 16 ? 0xffff : (__mmask16)((1u << (n - i)) - 1);
        __m512 v = CK_NAME(power_of_two)(_mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, x + i), a, b));
        sum = _mm512_mask_add_ps(sum, mask, sum, v);
        ck_store_rounded(y + i, v, n - i);
    }
    return _mm512_reduce_add_ps(sum);
}

static void CK_NAME(scale)(float *y, size_t n, float factor) {
    for (size_t i = 0; i < n; i++) y[i] *= factor;
}

static void CK_NAME(round)(uint16_t *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 mask = n - i >= 16 ? 0xffff : (__mmask16)((1u << (n - i)) - 1);
        ck_store_rounded(y + i, _mm512_maskz_loadu_ps(mask, x + i), n - i);
    }
}
