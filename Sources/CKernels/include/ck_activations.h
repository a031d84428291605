#ifndef CK_ACTIVATIONS_H
#define CK_ACTIVATIONS_H

#include "ck_level.h"

#include <stddef.h>

// y may be x in all of these, and NaN in gives NaN out.

/// y = x σ(x).
void ck_silu(ck_level level, float *y, const float *x, size_t n);

/// y = x Φ(x).
void ck_gelu_exact(ck_level level, float *y, const float *x, size_t n);

/// y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
void ck_gelu_tanh(ck_level level, float *y, const float *x, size_t n);

/// y = x σ(1.702 x).
void ck_gelu_quick(ck_level level, float *y, const float *x, size_t n);

/// y = max(x, 0).
void ck_relu(ck_level level, float *y, const float *x, size_t n);

/// y = tanh x.
void ck_tanh(ck_level level, float *y, const float *x, size_t n);

/// y = eˣ.
void ck_exp(ck_level level, float *y, const float *x, size_t n);

/// y = a b Φ(b), where a row of x is a and then b; y must not be x.
///
///     x [rows, 2 columns], y [rows, columns]
void ck_geglu(ck_level level, float *y, const float *x, size_t rows, size_t columns);

#endif
