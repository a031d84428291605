// One row of a block of scores, for one instruction set (see ck_variants.h).

static float CK_NAME(largest)(const float *x, size_t n) {
    __m512 least = _mm512_set1_ps(-INFINITY), most = least, others = least;
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        most = _mm512_max_ps(most, _mm512_loadu_ps(x + i));
        others = _mm512_max_ps(others, _mm512_loadu_ps(x + i + 16));
    }
    for (; i < n; i += 16) most = _mm512_max_ps(most, _mm512_mask_loadu_ps(least, ck_lanes(n - i), x + i));
    return _mm512_reduce_max_ps(_mm512_max_ps(most, others));
}

static float CK_NAME(weights)(uint16_t *y, const float *x, size_t n, float factor, float shift) {
    __m512 sum = _mm512_setzero_ps(), others = sum, a = _mm512_set1_ps(factor), b = _mm512_set1_ps(-shift);
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        __m512 v = ck_power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(x + i), a, b));
        __m512 w = ck_power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(x + i + 16), a, b));
        sum = _mm512_add_ps(sum, v);
        others = _mm512_add_ps(others, w);
        _mm512_storeu_si512(y + i, (__m512i)_mm512_cvtne2ps_pbh(w, v));
    }
    for (; i < n; i += 16) {
        __mmask16 mask = ck_lanes(n - i);
        __m512 v = ck_power_of_two(_mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, x + i), a, b));
        sum = _mm512_mask_add_ps(sum, mask, sum, v);
        ck_store_rounded(y + i, v, n - i);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(sum, others));
}

static void CK_NAME(scale)(float *y, size_t n, float factor) {
    for (size_t i = 0; i < n; i++) y[i] *= factor;
}

static void CK_NAME(round)(uint16_t *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i += 16) {
        ck_store_rounded(y + i, _mm512_maskz_loadu_ps(ck_lanes(n - i), x + i), n - i);
    }
}
