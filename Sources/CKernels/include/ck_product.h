#ifndef CK_PRODUCT_H
#define CK_PRODUCT_H

#include "ck_level.h"

#include <stddef.h>

/// How many columns of weights lie side by side.
enum { CK_PANEL_WIDTH = 32 };

/// One tile of the matrix product `result = left · panels + bias + residual`.
///
/// The rows of `left` are reached through pointers, so that a convolution reads its feature map in place: tap by tap
/// (a tap is one position of its kernel), each output pixel points at the input pixel it sees, or at zeros.
typedef struct ck_product {
    /// [taps][rows] pointers to `run` scalars each.
    const float *const *left;
    size_t rows, taps, run;
    /// What those rows point at that are all zeros, or NULL: a tap that sees nothing else is skipped.
    const float *zeros;
    /// [⌈columns / 32⌉][taps · run][32], zeros after the last column.
    const float *panels;
    size_t columns;
    /// [columns], or NULL.
    const float *bias;
    /// [rows][stride], or NULL.
    const float *residual;
    /// [rows][stride], of which `columns` are written.
    float *result;
    size_t stride;
} ck_product;

/// Computes a tile; `level` must not be portable (there OpenBLAS multiplies).
///
/// A scalar is one chain of fused multiply-adds in the order of `taps` and `run`, whatever its tile and whatever the
/// level: the same row and column always give the same bits.
void ck_multiply(ck_level level, const ck_product *product);

#endif
