#ifndef CK_ROUND_H
#define CK_ROUND_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

/// Rounds rows of floats to bfloat16, to the nearest, of two equally near ones to the even one; a zero follows a row of
/// an odd number of columns. Only the AVX-512 BF16 level flushes subnormal numbers to zero.
///
///     x [rows][x_stride], y [rows][y_stride]
void ck_round_rows(
    ck_level level, uint16_t *y, size_t y_stride, const float *x, size_t x_stride, size_t rows, size_t columns);

/// Lays out pairs of rows side by side: the values of attention, whose depth are the keys.
///
///     x [rows][stride] of up to 32 columns → panel [⌈rows/2⌉][32][2], zeros where there is nothing
void ck_interleave_rows(uint16_t *panel, const uint16_t *x, size_t stride, size_t rows, size_t columns);

/// Lays out rows as columns: the keys of attention.
///
///     x [up to 32 rows][stride] of `columns` scalars → panel [⌈columns/2⌉][32][2], zeros where there is nothing
void ck_transpose_pairs(uint16_t *panel, const uint16_t *x, size_t stride, size_t rows, size_t columns);

#endif
