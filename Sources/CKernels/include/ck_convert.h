#ifndef CK_CONVERT_H
#define CK_CONVERT_H

#include "ck_level.h"

#include <stddef.h>

/// Widens `n` IEEE 754 half-precision numbers, at any alignment, to single precision; exact.
void ck_widen_f16(ck_level level, float *y, const void *x, size_t n);

/// Widens `n` bfloat16 numbers (the upper halves of floats), at any alignment, to single precision; exact.
void ck_widen_bf16(ck_level level, float *y, const void *x, size_t n);

#endif
