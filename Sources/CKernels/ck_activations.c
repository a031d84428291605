#include "ck_activations.h"

#include "ck_variants.h"

#include <math.h>

typedef void (*map)(float *y, const float *x, size_t n);
typedef void (*map_rows)(float *y, const float *x, size_t rows, size_t columns);

// The references: the C library's functions, one scalar at a time.

static float normal_cdf(float x) {
    return 0.5f * erfcf(-x * 0x1.6a09e6p-1f);  // 1/√2
}

static void silu_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] / (1 + expf(-x[i]));
}

static void gelu_exact_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] * normal_cdf(x[i]);
}

// (1 + tanh u) / 2 = σ(2 u), which loses nothing where tanh is nearly -1; 2 √(2/π) = 1.5957691.
static void gelu_tanh_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] / (1 + expf(-1.5957691216f * (x[i] + 0.044715f * x[i] * x[i] * x[i])));
}

static void gelu_quick_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] / (1 + expf(-1.702f * x[i]));
}

static void relu_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] < 0 ? 0 : x[i];
}

static void tanh_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = tanhf(x[i]);
}

static void exp_portable(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = expf(x[i]);
}

static void geglu_portable(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, y += columns, x += 2 * columns)
        for (size_t i = 0; i < columns; i++) y[i] = x[i] * x[columns + i] * normal_cdf(x[columns + i]);
}

// The same on vectors, with the functions of ck_math.h.
#if CK_X86
#include "ck_begin_avx2.h"
#include "ck_activations_simd.h"
#include "ck_end.h"

#include "ck_begin_avx512.h"
#include "ck_activations_simd.h"
#include "ck_end.h"
#endif

void ck_silu(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(silu);
    variants[level](y, x, n);
}

void ck_gelu_exact(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(gelu_exact);
    variants[level](y, x, n);
}

void ck_gelu_tanh(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(gelu_tanh);
    variants[level](y, x, n);
}

void ck_gelu_quick(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(gelu_quick);
    variants[level](y, x, n);
}

void ck_relu(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(relu);
    variants[level](y, x, n);
}

void ck_tanh(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(tanh);
    variants[level](y, x, n);
}

void ck_exp(ck_level level, float *y, const float *x, size_t n) {
    static const map variants[] = CK_VARIANTS(exp);
    variants[level](y, x, n);
}

void ck_geglu(ck_level level, float *y, const float *x, size_t rows, size_t columns) {
    static const map_rows variants[] = CK_VARIANTS(geglu);
    variants[level](y, x, rows, columns);
}
