#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

// F(2x2, 3x3) of Winograd's minimal filtering (Lavin and Gray 2016, arXiv 1509.09308, section 4.1): a tile of 2x2 output
// pixels of a 3x3 convolution from 4x4 input pixels by 16 products for 36. Transforms are computed in floats; what is
// multiplied is rounded to bfloat16.

/// How many positions a transformed tile has.
enum { CK_WINOGRAD_POSITIONS = 16 };

/// Transforms the input tiles, Bᵀ d B.
///
///     pixels [16][tiles] pointers to `channels` scalars (even) each → result [16][tiles][channels]
void ck_winograd_input(
    ck_level level, uint16_t *result, const void *const *pixels, size_t tiles, size_t channels);

/// Transforms one panel of weights, G g Gᵀ.
///
///     panel [9][inputs/2][32][2] → result [16][inputs/2][32][2], its positions `stride` scalars apart
void ck_winograd_weights(ck_level level, uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs);

/// Transforms the products of up to 32 columns back, Aᵀ m A, adds bias and residual, and writes output pixels.
///
///     products [16][tiles][32], bias [columns] or NULL
///     offsets [4][tiles] of a pixel's first column in residual (or NULL) and result; negative outside the map
void ck_winograd_output(
    ck_level level, float *result, const float *residual, const float *bias, const float *products,
    const ptrdiff_t *offsets, size_t tiles, size_t columns);

#endif
