#ifndef CK_NORMS_H
#define CK_NORMS_H

#include "ck_level.h"

#include <stdbool.h>
#include <stddef.h>

// Sums are taken in double precision and in an order that depends on the extents alone.

/// Each row's softmax; y may be x.
///
///     x [rows, columns], y [rows, columns]
void ck_softmax_rows(ck_level level, float *y, const float *x, size_t rows, size_t columns);

/// Each row divided by its Euclidean length, or by 1e-12 if that is larger; y may be x.
///
///     x [rows, columns], y [rows, columns]
void ck_normalize_rows(ck_level level, float *y, const float *x, size_t rows, size_t columns);

/// Layer normalisation of each row; y may be x.
///
///     x [rows, columns], scale [columns], shift [columns], y [rows, columns]
void ck_layer_norm_rows(
    ck_level level, float *y, const float *x, const float *scale, const float *shift, float epsilon, size_t rows,
    size_t columns);

/// The sum and the sum of squares of each group of neighbouring channels.
///
///     x [rows, channels], sums [groups, 2]
void ck_group_sums(ck_level level, double *sums, const float *x, size_t rows, size_t channels, size_t groups);

/// From the sums of an image's tiles of rows, the a and b of its group normalisation y = a x + b.
///
///     sums [tiles, groups, 2], scale [channels], shift [channels], a [channels], b [channels]
void ck_group_coefficients(
    float *a, float *b, const double *sums, const float *scale, const float *shift, float epsilon, size_t tiles,
    size_t rows, size_t channels, size_t groups);

/// y = a x + b by columns, then SiLU if `silu`; y may be x.
///
///     x [rows, columns], a [columns], b [columns], y [rows, columns]
void ck_affine_rows(
    ck_level level, float *y, const float *x, const float *a, const float *b, bool silu, size_t rows, size_t columns);

#endif
