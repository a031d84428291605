#ifndef CK_INT8_H
#define CK_INT8_H

#include "ck_level.h"
#include "ck_product.h"

#include <stddef.h>
#include <stdint.h>

// Products of 8-bit integers. A row of activations is x ≈ s (u - 128) with u unsigned and its own s = max |x| / 127, a
// column of weights is w ≈ t v with v signed and its own t = max |w| / 127, so that Σ x w ≈ s t (Σ u v - 128 Σ v).
// What is summed are integers: the result has the same bits on every level.

enum {
    /// How many inputs lie side by side.
    CK_INT8_STEP = 4,
    /// The most inputs: each of a column's products is at most 255 · 127 and its share of the shift 128 · 127, so that
    /// no sum leaves 32 bits.
    CK_INT8_INPUTS = 1 << 15,
    /// How many bytes lie before the weights of a panel: the 32 scales t and the 32 shifts -128 Σ v.
    CK_INT8_HEADER = 2 * 4 * CK_PANEL_WIDTH,
};

/// Rounds rows of bfloat16 to bytes with zeros up to a multiple of 4 after them, and then the scale, a float: NaN for a
/// row that is not finite, whose products are NaN; 0 for one of scalars below 2⁻¹⁰⁰, whose products are 0.
///
///     x [rows][x_stride], y [rows][y_stride], of which 4 ⌈columns / 4⌉ + 4 bytes are written
void ck_quantize_rows(
    ck_level level, uint8_t *y, size_t y_stride, const uint16_t *x, size_t x_stride, size_t rows, size_t columns);

/// Lays out one column of weights, rounded as rows are.
///
///     x [inputs] → panel: scale [32] floats, shift [32] integers, [⌈inputs / 4⌉][32][4] bytes
void ck_pack_int8(uint8_t *panel, size_t column, const float *x, size_t inputs);

/// Computes a tile of one tap, whose `run` is a multiple of 4 and at most `CK_INT8_INPUTS`; a row's scale lies behind
/// its `run` bytes. `panel_stride` counts bytes.
void ck_multiply_int8(ck_level level, const ck_product *product);

#endif
