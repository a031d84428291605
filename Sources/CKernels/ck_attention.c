#include "ck_attention.h"

#include "ck_bf16.h"
#include "ck_product.h"

#include <math.h>

// Powers of two rather than of e: log₂ e joins the scale of the scores.
static const float log2_e = 0x1.715476p0f;

// The references.

static float largest_portable(const float *x, size_t n) {
    float most = -INFINITY;
    for (size_t i = 0; i < n; i++) most = x[i] > most ? x[i] : most;
    return most;
}

/// y = 2^(factor x - shift), rounded; their sum before that.
static float weights_portable(uint16_t *y, const float *x, size_t n, float factor, float shift) {
    float sum = 0;
    for (size_t i = 0; i < n; i++) {
        float weight = exp2f(factor * x[i] - shift);
        sum += weight;
        y[i] = ck_rounded(weight);
    }
    return sum;
}

static void round_portable(uint16_t *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = ck_rounded(x[i]);
}

static void scale_portable(float *y, size_t n, float factor) {
    for (size_t i = 0; i < n; i++) y[i] *= factor;
}

#if CK_X86
#include "ck_begin_bf16.h"
#include "ck_attention_softmax.h"
#include "ck_end.h"
#endif

static float (*const largest_variants[])(const float *, size_t) = CK_VARIANTS_BF16(largest);
static float (*const weights_variants[])(uint16_t *, const float *, size_t, float, float) = CK_VARIANTS_BF16(weights);
static void (*const scale_variants[])(float *, size_t, float) = CK_VARIANTS_BF16(scale);

static void (*const round_variants[])(uint16_t *, const float *, size_t) = CK_VARIANTS_BF16(round);

static size_t padded(size_t features) {
    return (features + 15) / 16 * 16;
}

// From a query's scores or weights to the next one's: lines 4 KiB apart have one place in the first cache, so rows are an
// odd number of lines apart.
enum { SCORES = CK_KEY_BLOCK + 16, WEIGHTS = CK_KEY_BLOCK + 32 };

size_t ck_attention_scratch(size_t features) {
    return CK_QUERY_BLOCK * (SCORES + WEIGHTS / 2 + padded(features));
}

/// What has been seen of a row's keys so far.
typedef struct row_state {
    float shift, sum;
} row_state;

/// Turns a row of scores into weights of the values, and what has been summed before to their scale.
static void weigh(
    ck_level level, const ck_attention *a, size_t row, size_t start, size_t count, const float *scores,
    uint16_t *weights, float *values, row_state *state) {
    size_t seen = a->causal ? a->seen + row : a->keys;
    seen = seen < start ? 0 : seen - start < count ? seen - start : count;
    if (seen > 0) {
        float factor = a->scale * log2_e;
        float shift = factor * largest_variants[level](scores, seen);
        if (start > 0 && state->shift > shift) shift = state->shift;
        float fading = start > 0 ? exp2f(state->shift - shift) : 0;
        if (start > 0 && fading != 1) scale_variants[level](values, a->features, fading);
        state->sum = fading * state->sum + weights_variants[level](weights, scores, seen, factor, shift);
        state->shift = shift;
    }
    memset(weights + seen, 0, ((count + 1) / 2 * 2 - seen) * sizeof *weights);
}

void ck_attend(ck_level level, const ck_attention *a, float *scratch) {
    size_t width = padded(a->features), depth = (a->keys + 1) / 2 * 2;
    float *scores = scratch, *values = scores + CK_QUERY_BLOCK * SCORES;
    uint16_t *weights = (uint16_t *)(values + CK_QUERY_BLOCK * width);
    const void *left[CK_QUERY_BLOCK];
    row_state states[CK_QUERY_BLOCK] = {0};
    for (size_t row = 0; row < a->rows; row++) left[row] = weights + row * WEIGHTS;
    size_t last = a->causal ? a->seen + a->rows - 1 : a->keys;
    for (size_t start = 0; start < a->keys && start < last; start += CK_KEY_BLOCK) {
        size_t count = a->keys - start < CK_KEY_BLOCK ? a->keys - start : CK_KEY_BLOCK;
        ck_product product = {
            .left = a->queries, .rows = a->rows, .taps = 1, .run = a->depth, .panels = a->key_panels + start * a->depth,
            .panel_stride = a->depth * CK_PANEL_WIDTH, .columns = count, .result = scores, .stride = SCORES};
        ck_multiply_bf16(level, &product);
        for (size_t row = 0; row < a->rows; row++)
            weigh(
                level, a, row, start, count, scores + row * SCORES, weights + row * WEIGHTS, values + row * width,
                states + row);
        ck_product sum = {
            .left = left, .rows = a->rows, .taps = 1, .run = (count + 1) / 2 * 2,
            .panels = a->value_panels + start * CK_PANEL_WIDTH, .panel_stride = depth * CK_PANEL_WIDTH,
            .columns = a->features, .residual = start > 0 ? values : NULL, .result = values, .stride = width};
        ck_multiply_bf16(level, &sum);
    }
    for (size_t row = 0; row < a->rows; row++) {
        float *value = values + row * width;
        scale_variants[level](value, a->features, 1 / states[row].sum);
        round_variants[level](a->result + row * a->stride, value, a->features);
    }
}
