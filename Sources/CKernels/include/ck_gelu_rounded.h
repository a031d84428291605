#ifndef CK_GELU_ROUNDED_H
#define CK_GELU_ROUNDED_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

// The activations of ck_activations.h as bfloat16, which rounds to 8 bits: within 4e-4 of the exact value before that,
// and within 3e-7 |b| of it where the gate b is below -5. NaN in gives NaN out.
//
//     x [rows, columns], y [rows][stride], of which `columns` are written

/// y = x Φ(x).
void ck_gelu_exact_rounded(ck_level level, uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns);

/// y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
void ck_gelu_tanh_rounded(ck_level level, uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns);

/// y = x σ(1.702 x).
void ck_gelu_quick_rounded(ck_level level, uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns);

/// y = a b Φ(b), where a row of x is a and then b: [rows, 2 columns].
void ck_geglu_rounded(ck_level level, uint16_t *y, size_t stride, const float *x, size_t rows, size_t columns);

#endif
