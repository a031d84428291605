#ifndef CK_PRODUCT_H
#define CK_PRODUCT_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

/// How many columns of weights lie side by side.
enum { CK_PANEL_WIDTH = 32 };

/// Turns the sums of a row into weights of a softmax whose largest is nearly known: 2^(factor · sum + shift).
typedef struct ck_softmax {
    float factor;
    /// [rows].
    const float *shifts;
    /// [rows][16], to whose sum a row's weights are added.
    float *totals;
} ck_softmax;

/// One tile of the matrix product `result = left · panels + bias + residual`, of floats or of bfloat16.
///
/// The rows of `left` are reached through pointers, so that a convolution reads its feature map in place: tap by tap
/// (a tap is one position of its kernel), each output pixel points at the input pixel it sees, or at zeros.
typedef struct ck_product {
    /// [taps][rows] pointers to `run` scalars each; of bfloat16, `run` is even.
    const void *const *left;
    size_t rows, taps, run;
    /// What those rows point at that are all zeros, or NULL: a tap that sees nothing else is skipped.
    const void *zeros;
    /// [⌈columns / 32⌉][taps · run][32] floats or [⌈columns / 32⌉][taps · run / 2][32][2] bfloat16, zeros after the last
    /// column.
    const void *panels;
    /// How many scalars lie between the beginnings of two panels.
    size_t panel_stride;
    size_t columns;
    /// [columns], or NULL.
    const float *bias;
    /// [rows][stride], or NULL.
    const float *residual;
    /// [rows][stride], of which `columns` are written.
    float *result;
    size_t stride;
    /// [rows][stride] bfloat16 that are written instead, or NULL: only `ck_multiply_bf16` rounds what it computes.
    uint16_t *rounded;
    /// What is written to `rounded` in place of the sums, or NULL: `bias` and `residual` must be as well then.
    const ck_softmax *softmax;
} ck_product;

/// Computes a tile of floats; `level` must not be portable (there OpenBLAS multiplies).
///
/// A scalar is one chain of fused multiply-adds in the order of `taps` and `run`, whatever its tile and whatever the
/// level: the same row and column always give the same bits.
void ck_multiply(ck_level level, const ck_product *product);

/// Computes a tile of bfloat16, whose products are summed in floats.
///
/// A scalar is one chain of sums of two products in the order of `taps` and `run`, whatever its tile.
void ck_multiply_bf16(ck_level level, const ck_product *product);

#endif
