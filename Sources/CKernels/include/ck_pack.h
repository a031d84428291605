#ifndef CK_PACK_H
#define CK_PACK_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

/// How scalars are stored.
typedef enum __attribute__((enum_extensibility(closed))) ck_scalar {
    CK_SCALAR_F32,
    CK_SCALAR_F16,
    CK_SCALAR_BF16,
} ck_scalar;

/// Lays out up to 32 columns of weights as a panel of bfloat16 holds them, rounded as by `ck_round_rows`.
///
///     x [columns][x_stride] of [inputs][taps], at any alignment → panel [taps][⌈inputs/2⌉][32][2], zeros where there is nothing
void ck_pack_bf16(
    ck_level level, ck_scalar scalar, uint16_t *panel, const void *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps);

/// The same of floats.
///
///     x [columns][x_stride] of [inputs][taps], at any alignment → panel [taps][inputs][32], zeros where there is nothing
void ck_pack_f32(
    ck_level level, ck_scalar scalar, float *panel, const void *x, size_t x_stride, size_t columns, size_t inputs,
    size_t taps);

#endif
