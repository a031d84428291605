#include "ck_winograd.h"

#include "ck_bf16.h"
#include "ck_product.h"

enum { KERNEL = 3 };
// Weights are asked for this many lines ahead: the taps are more streams than the CPU foresees.
enum { AHEAD = 8 };

// F(2x2), interpolated at 0, 1, -1 and infinity.
#define INPUT_2x2(y, x, step)                 \
    do {                                      \
        (y)[0] = (x)[0] - (x)[2 * (step)];    \
        (y)[1] = (x)[step] + (x)[2 * (step)]; \
        (y)[2] = (x)[2 * (step)] - (x)[step]; \
        (y)[3] = (x)[step] - (x)[3 * (step)]; \
    } while (0)
#define WEIGHTS_2x2(y, x, step)                                 \
    do {                                                        \
        (y)[0] = (x)[0];                                        \
        (y)[1] = 0.5f * ((x)[0] + (x)[step] + (x)[2 * (step)]); \
        (y)[2] = 0.5f * ((x)[0] - (x)[step] + (x)[2 * (step)]); \
        (y)[3] = (x)[2 * (step)];                               \
    } while (0)
#define OUTPUT_2x2(y, x, step)                                  \
    do {                                                        \
        (y)[0] = (x)[0] + (x)[step] + (x)[2 * (step)];          \
        (y)[1] = (x)[step] - (x)[2 * (step)] - (x)[3 * (step)]; \
    } while (0)

// F(4x4), interpolated at 0, A, -A, B, -B and infinity: of all points in eighths those with the least error in bfloat16
// (`Tools/winograd_error.py`). Even and odd powers of a pair of points are computed once for both.
#define A 0.625f
#define B 1.5f
#define INPUT_4x4(y, x, step)                                                                     \
    do {                                                                                          \
        __typeof__((x)[0]) even, odd;                                                             \
        (y)[0] = (x)[4 * (step)] - (A * A + B * B) * (x)[2 * (step)] + A * A * B * B * (x)[0];    \
        even = (x)[4 * (step)] - B * B * (x)[2 * (step)];                                         \
        odd = A * ((x)[3 * (step)] - B * B * (x)[step]);                                          \
        (y)[1] = even + odd;                                                                      \
        (y)[2] = even - odd;                                                                      \
        even = (x)[4 * (step)] - A * A * (x)[2 * (step)];                                         \
        odd = B * ((x)[3 * (step)] - A * A * (x)[step]);                                          \
        (y)[3] = even + odd;                                                                      \
        (y)[4] = even - odd;                                                                      \
        (y)[5] = (x)[5 * (step)] - (A * A + B * B) * (x)[3 * (step)] + A * A * B * B * (x)[step]; \
    } while (0)
#define WEIGHTS_4x4(y, x, step)                                                                    \
    do {                                                                                           \
        const float a = 1 / (2 * A * A * (A * A - B * B)), b = 1 / (2 * B * B * (B * B - A * A));  \
        (y)[0] = 1 / (A * A * B * B) * (x)[0];                                                     \
        __typeof__((x)[0]) even = a * ((x)[0] + A * A * (x)[2 * (step)]), odd = a * A * (x)[step]; \
        (y)[1] = even + odd;                                                                       \
        (y)[2] = even - odd;                                                                       \
        even = b * ((x)[0] + B * B * (x)[2 * (step)]);                                             \
        odd = b * B * (x)[step];                                                                   \
        (y)[3] = even + odd;                                                                       \
        (y)[4] = even - odd;                                                                       \
        (y)[5] = (x)[2 * (step)];                                                                  \
    } while (0)
#define OUTPUT_4x4(y, x, step)                                                                                 \
    do {                                                                                                       \
        __typeof__((x)[0]) a = (x)[step] + (x)[2 * (step)], b = (x)[3 * (step)] + (x)[4 * (step)];             \
        __typeof__((x)[0]) c = A * ((x)[step] - (x)[2 * (step)]), d = B * ((x)[3 * (step)] - (x)[4 * (step)]); \
        (y)[0] = (x)[0] + a + b;                                                                               \
        (y)[1] = c + d;                                                                                        \
        (y)[2] = A * A * a + B * B * b;                                                                        \
        (y)[3] = A * A * c + B * B * d + (x)[5 * (step)];                                                      \
    } while (0)

// What the headers call the transforms of a tile of OUT output pixels on a side, and its extents.
#define JOINED(name, out) name##_##out##x##out
#define SIZED(name, out) JOINED(name, out)
#define INPUT SIZED(INPUT, OUT)
#define WEIGHTS SIZED(WEIGHTS, OUT)
#define OUTPUT SIZED(OUTPUT, OUT)
#define NAMED(name) CK_NAME(name)
#define SIDE (OUT + 2)
#define POSITIONS (SIDE * SIDE)

#include "ck_begin_portable.h"
#include "ck_winograd_f32.h"
#include "ck_winograd_bf16.h"
#include "ck_end.h"

#if CK_X86
#include "ck_begin_avx2.h"
#include "ck_winograd_f32.h"
#include "ck_end.h"

#include "ck_begin_avx512.h"
#include "ck_winograd_f32.h"
#include "ck_end.h"

#include "ck_begin_bf16.h"
#include "ck_winograd_bf16.h"
#include "ck_end.h"
#endif

void ck_winograd_input_f32(
    ck_level level, size_t side, float *result, size_t stride, const void *const *pixels, size_t tiles,
    size_t channels) {
    static void (*const variants[][4])(float *, size_t, const void *const *, size_t, size_t) = {
        CK_VARIANTS(input_f32_2x2), CK_VARIANTS(input_f32_4x4)};
    variants[side == 4][level](result, stride, pixels, tiles, channels);
}

void ck_winograd_input_bf16(
    ck_level level, size_t side, uint16_t *result, size_t stride, const void *const *pixels, size_t tiles,
    size_t channels) {
    static void (*const variants[][4])(uint16_t *, size_t, const void *const *, size_t, size_t) = {
        CK_VARIANTS_BF16(input_bf16_2x2), CK_VARIANTS_BF16(input_bf16_4x4)};
    variants[side == 4][level](result, stride, pixels, tiles, channels);
}

void ck_winograd_weights_f32(
    ck_level level, size_t side, float *result, size_t stride, const float *panel, size_t inputs) {
    static void (*const variants[][4])(float *, size_t, const float *, size_t) = {
        CK_VARIANTS(weights_f32_2x2), CK_VARIANTS(weights_f32_4x4)};
    variants[side == 4][level](result, stride, panel, inputs);
}

void ck_winograd_weights_bf16(
    ck_level level, size_t side, uint16_t *result, size_t stride, const uint16_t *panel, size_t inputs) {
    static void (*const variants[][4])(uint16_t *, size_t, const uint16_t *, size_t) = {
        CK_VARIANTS_BF16(weights_bf16_2x2), CK_VARIANTS_BF16(weights_bf16_4x4)};
    variants[side == 4][level](result, stride, panel, inputs);
}

void ck_winograd_output(
    ck_level level, size_t side, float *result, const float *residual, const float *bias, const float *products,
    size_t stride, const ptrdiff_t *offsets, size_t tiles, size_t columns) {
    static void (*const variants[][4])(
        float *, const float *, const float *, const float *, size_t, const ptrdiff_t *, size_t, size_t) = {
        CK_VARIANTS(output_2x2), CK_VARIANTS(output_4x4)};
    variants[side == 4][level](result, residual, bias, products, stride, offsets, tiles, columns);
}
