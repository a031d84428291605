#include "ck_elementwise.h"

#include "ck_variants.h"

#include <stdint.h>
#include <string.h>

// Loops this plain need no second version by hand: each is compiled once for every instruction set.
#define CK_NAME(name) name##_portable
#include "ck_elementwise_loops.h"
#undef CK_NAME

#if CK_X86
#define CK_NAME(name) name##_avx2
#pragma clang attribute push(CK_AVX2, apply_to = function)
#include "ck_elementwise_loops.h"
#pragma clang attribute pop
#undef CK_NAME

#define CK_NAME(name) name##_avx512
#pragma clang attribute push(CK_AVX512, apply_to = function)
#include "ck_elementwise_loops.h"
#pragma clang attribute pop
#undef CK_NAME
#endif

void ck_add(ck_level level, float *y, const float *a, const float *b, size_t n) {
    static void (*const variants[])(float *, const float *, const float *, size_t) = CK_VARIANTS(add);
    variants[level](y, a, b, n);
}

void ck_subtract(ck_level level, float *y, const float *a, const float *b, size_t n) {
    static void (*const variants[])(float *, const float *, const float *, size_t) = CK_VARIANTS(subtract);
    variants[level](y, a, b, n);
}

void ck_scale(ck_level level, float *y, float factor, const float *x, size_t n) {
    static void (*const variants[])(float *, float, const float *, size_t) = CK_VARIANTS(scale);
    variants[level](y, factor, x, n);
}

void ck_divide(ck_level level, float *y, const float *x, float divisor, size_t n) {
    static void (*const variants[])(float *, const float *, float, size_t) = CK_VARIANTS(divide);
    variants[level](y, x, divisor, n);
}

void ck_weighted_sum(ck_level level, float *y, float alpha, const float *a, float beta, const float *b, size_t n) {
    static void (*const variants[])(float *, float, const float *, float, const float *, size_t) =
        CK_VARIANTS(weighted_sum);
    variants[level](y, alpha, a, beta, b, n);
}

void ck_add_to_rows(
    ck_level level, float *y, const float *x, const float *offsets, size_t rows, size_t columns) {
    static void (*const variants[])(float *, const float *, const float *, size_t) = CK_VARIANTS(add);
    for (size_t row = 0; row < rows; row++) variants[level](y + row * columns, x + row * columns, offsets, columns);
}

void ck_leaky_relu(ck_level level, float *y, float slope, const float *x, size_t n) {
    static void (*const variants[])(float *, float, const float *, size_t) = CK_VARIANTS(leaky_relu);
    variants[level](y, slope, x, n);
}

void ck_clamp(ck_level level, float *y, const float *x, float low, float high, size_t n) {
    static void (*const variants[])(float *, const float *, float, float, size_t) = CK_VARIANTS(clamp);
    variants[level](y, x, low, high, n);
}

bool ck_is_finite(ck_level level, const float *x, size_t n) {
    static bool (*const variants[])(const float *, size_t) = CK_VARIANTS(is_finite);
    return variants[level](x, n);
}
