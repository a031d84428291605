#ifndef CK_ELEMENTWISE_H
#define CK_ELEMENTWISE_H

#include "ck_level.h"

#include <stdbool.h>
#include <stddef.h>

// y may be any of the operands in all of these.

/// y = a + b.
void ck_add(ck_level level, float *y, const float *a, const float *b, size_t n);

/// y = a - b.
void ck_subtract(ck_level level, float *y, const float *a, const float *b, size_t n);

/// y = factor x.
void ck_scale(ck_level level, float *y, float factor, const float *x, size_t n);

/// y = x / divisor.
void ck_divide(ck_level level, float *y, const float *x, float divisor, size_t n);

/// y = α a + β b.
void ck_weighted_sum(ck_level level, float *y, float alpha, const float *a, float beta, const float *b, size_t n);

/// y = x + offsets, one offset a column.
///
///     x [rows, columns], offsets [columns], y [rows, columns]
void ck_add_to_rows(
    ck_level level, float *y, const float *x, const float *offsets, size_t rows, size_t columns);

/// y = x where it is not negative, slope x elsewhere.
void ck_leaky_relu(ck_level level, float *y, float slope, const float *x, size_t n);

/// y = x moved into [low, high]; NaN stays.
void ck_clamp(ck_level level, float *y, const float *x, float low, float high, size_t n);

/// Whether no scalar is infinite or NaN.
bool ck_is_finite(ck_level level, const float *x, size_t n);

#endif
