#include "ck_norms.h"

#include "ck_variants.h"

#include <math.h>

// The references.

static void softmax_rows_portable(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        float largest = -INFINITY;
        for (size_t i = 0; i < columns; i++) largest = x[i] > largest ? x[i] : largest;
        double sum = 0;
        for (size_t i = 0; i < columns; i++) sum += y[i] = expf(x[i] - largest);
        float factor = (float)(1 / sum);
        for (size_t i = 0; i < columns; i++) y[i] *= factor;
    }
}

static void normalize_rows_portable(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        double squares = 0;
        for (size_t i = 0; i < columns; i++) squares += (double)x[i] * x[i];
        double length = sqrt(squares);
        float factor = (float)(1 / (length < 1e-12 ? 1e-12 : length));
        for (size_t i = 0; i < columns; i++) y[i] = x[i] * factor;
    }
}

static void layer_norm_rows_portable(
    float *y, const float *x, const float *scale, const float *shift, float epsilon, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < columns; i++) sum += x[i];
        double mean = sum / (double)columns;
        for (size_t i = 0; i < columns; i++) squares += (x[i] - mean) * (x[i] - mean);
        double factor = 1 / sqrt(squares / (double)columns + epsilon);
        for (size_t i = 0; i < columns; i++) y[i] = (float)((x[i] - mean) * factor) * scale[i] + shift[i];
    }
}

static void group_sums_portable(double *sums, const float *x, size_t rows, size_t channels, size_t groups) {
    size_t width = channels / groups;
    for (size_t group = 0; group < groups; group++) {
        double sum = 0, squares = 0;
        for (size_t row = 0; row < rows; row++)
            for (size_t i = group * width; i < (group + 1) * width; i++) {
                double value = x[row * channels + i];
                sum += value;
                squares += value * value;
            }
        sums[2 * group] = sum;
        sums[2 * group + 1] = squares;
    }
}

static void affine_rows_portable(
    float *y, const float *x, const float *a, const float *b, bool silu, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns)
        for (size_t i = 0; i < columns; i++) {
            float value = x[i] * a[i] + b[i];
            y[i] = silu ? value / (1 + expf(-value)) : value;
        }
}

// The same on vectors; sums run in as many lanes of doubles as a vector has floats.
#if CK_X86
#include "ck_begin_avx2.h"
#include "ck_norms_simd.h"
#include "ck_end.h"

#include "ck_begin_avx512.h"
#include "ck_norms_simd.h"
#include "ck_end.h"
#endif

void ck_group_coefficients(
    float *a, float *b, const double *sums, const float *scale, const float *shift, float epsilon, size_t tiles,
    size_t rows, size_t channels, size_t groups) {
    size_t width = channels / groups;
    double count = (double)rows * (double)width;
    for (size_t group = 0; group < groups; group++) {
        double sum = 0, squares = 0;
        for (size_t tile = 0; tile < tiles; tile++) {
            sum += sums[2 * (tile * groups + group)];
            squares += sums[2 * (tile * groups + group) + 1];
        }
        double mean = sum / count, variance = squares / count - mean * mean;
        double factor = 1 / sqrt((variance < 0 ? 0 : variance) + epsilon);
        for (size_t i = group * width; i < (group + 1) * width; i++) {
            a[i] = (float)(factor * scale[i]);
            b[i] = (float)(shift[i] - mean * factor * scale[i]);
        }
    }
}

void ck_softmax_rows(ck_level level, float *y, const float *x, size_t rows, size_t columns) {
    static void (*const variants[])(float *, const float *, size_t, size_t) = CK_VARIANTS(softmax_rows);
    variants[level](y, x, rows, columns);
}

void ck_normalize_rows(ck_level level, float *y, const float *x, size_t rows, size_t columns) {
    static void (*const variants[])(float *, const float *, size_t, size_t) = CK_VARIANTS(normalize_rows);
    variants[level](y, x, rows, columns);
}

void ck_layer_norm_rows(
    ck_level level, float *y, const float *x, const float *scale, const float *shift, float epsilon, size_t rows,
    size_t columns) {
    static void (*const variants[])(float *, const float *, const float *, const float *, float, size_t, size_t) =
        CK_VARIANTS(layer_norm_rows);
    variants[level](y, x, scale, shift, epsilon, rows, columns);
}

void ck_group_sums(ck_level level, double *sums, const float *x, size_t rows, size_t channels, size_t groups) {
    static void (*const variants[])(double *, const float *, size_t, size_t, size_t) = CK_VARIANTS(group_sums);
    variants[level](sums, x, rows, channels, groups);
}

void ck_affine_rows(
    ck_level level, float *y, const float *x, const float *a, const float *b, bool silu, size_t rows, size_t columns) {
    static void (*const variants[])(float *, const float *, const float *, const float *, bool, size_t, size_t) =
        CK_VARIANTS(affine_rows);
    variants[level](y, x, a, b, silu, rows, columns);
}
