#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "ck_level.h"

#include <stddef.h>
#include <stdint.h>

// Winograd's minimal filtering F(m x m, 3x3) (Lavin and Gray 2016, arXiv 1509.09308, section 4): a tile of m x m output
// pixels of a 3x3 convolution from n x n input pixels, n = m + 2, by n² products for 9 m². Transforms are computed in
// floats; what is multiplied are floats, or is rounded to bfloat16. `side` is m: 2 or 4.

/// Transforms the input tiles, Bᵀ d B.
///
///     pixels [n²][tiles] pointers to `channels` scalars each
///     → result [n²][tiles][channels], its positions `stride` scalars apart
void ck_winograd_input_f32(
    ck_level level, size_t side, float *result, size_t stride, const void *const *pixels, size_t tiles,
    size_t channels);
void ck_winograd_input_bf16(
    ck_level level, size_t side, uint16_t *result, size_t stride, const void *const *pixels, size_t tiles,
    size_t channels);

/// Transforms one panel of weights, G g Gᵀ.
///
///     panel [9][inputs][32] → result [n²][inputs][32], its positions `stride` scalars apart
///     of bfloat16, [9][inputs/2][32][2] → [n²][inputs/2][32][2]
void ck_winograd_weights_f32(
    ck_level level, size_t side, float *result, size_t stride, const float *panel, size_t inputs);
void ck_winograd_weights_bf16(
    ck_level level, size_t side, uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs);

/// Transforms the products of up to 32 columns back, Aᵀ m A, adds bias and residual, and writes output pixels.
///
///     products [n²][tiles][32], their positions `stride` floats apart, bias [columns] or NULL
///     offsets [m²][tiles] of a pixel's first column in residual (or NULL) and result; negative outside the map
void ck_winograd_output(
    ck_level level, size_t side, float *result, const float *residual, const float *bias, const float *products,
    size_t stride, const ptrdiff_t *offsets, size_t tiles, size_t columns);

#endif
