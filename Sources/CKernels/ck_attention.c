#include "ck_attention.h"

#include "ck_bf16.h"
#include "ck_product.h"

#include <math.h>

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

// So many keys, unless there are fewer, tell how large scores become.
enum { FIRST_KEYS = 64 };

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
        float factor = a->scale * CK_LOG2_E;
        float shift = factor * largest_variants[level](scores, seen);
        if (start > 0 && state->shift > shift) shift = state->shift;
        float fading = start > 0 ? exp2f(state->shift - shift) : 0;
        if (start > 0 && fading != 1) scale_variants[level](values, a->features, fading);
        state->sum = fading * state->sum + weights_variants[level](weights, scores, seen, factor, shift);
        state->shift = shift;
    }
    memset(weights + seen, 0, ((count + 1) / 2 * 2 - seen) * sizeof *weights);
}

/// What a block of queries works on.
typedef struct places {
    float *scores;  // [rows][SCORES]
    uint16_t *weights;  // [rows][WEIGHTS]
    float *values;  // [rows][width]
    size_t width;
    row_state states[CK_QUERY_BLOCK];
} places;

/// The product of the queries and some keys, whose result is yet to be named.
static ck_product scores_of(const ck_attention *a, size_t start, size_t count) {
    return (ck_product){
        .left = a->queries, .rows = a->rows, .taps = 1, .run = a->depth, .panels = a->key_panels + start * a->depth,
        .panel_stride = a->depth * CK_PANEL_WIDTH, .columns = count};
}

/// Weighs keys by the largest score so far, in rows that are not yet weighed.
static void weigh_by_scores(
    ck_level level, const ck_attention *a, size_t start, size_t count, places *at, const bool *is_weighed) {
    ck_product product = scores_of(a, start, count);
    product.result = at->scores;
    product.stride = SCORES;
    ck_multiply_bf16(level, &product);
    for (size_t row = 0; row < a->rows; row++) {
        if (is_weighed && is_weighed[row]) continue;
        weigh(
            level, a, row, start, count, at->scores + row * SCORES, at->weights + row * WEIGHTS,
            at->values + row * at->width, at->states + row);
    }
}

/// Weighs keys by the largest score of those before them, as long as none of these is 2^60 times as heavy.
static void weigh_at_once(ck_level level, const ck_attention *a, size_t start, size_t count, places *at) {
    float shifts[CK_QUERY_BLOCK], totals[CK_QUERY_BLOCK][16] = {0};
    for (size_t row = 0; row < a->rows; row++) shifts[row] = -at->states[row].shift;
    ck_softmax softmax = {.factor = a->scale * CK_LOG2_E, .shifts = shifts, .totals = totals[0]};
    ck_product product = scores_of(a, start, count);
    product.rounded = at->weights;
    product.stride = WEIGHTS;
    product.softmax = &softmax;
    ck_multiply_bf16(level, &product);
    bool is_weighed[CK_QUERY_BLOCK], are_all = true;
    for (size_t row = 0; row < a->rows; row++) {
        float total = 0;
        for (int lane = 0; lane < 16; lane++) total += totals[row][lane];
        is_weighed[row] = total <= 0x1p60f;  // not where it is NaN
        if (is_weighed[row]) at->states[row].sum += total;
        else are_all = false;
        if (count % 2) at->weights[row * WEIGHTS + count] = 0;
    }
    if (!are_all) weigh_by_scores(level, a, start, count, at, is_weighed);
}

void ck_attend(ck_level level, const ck_attention *a, float *scratch) {
    size_t width = padded(a->features), depth = (a->keys + 1) / 2 * 2;
    float *values = scratch + CK_QUERY_BLOCK * SCORES;
    places at = {
        .scores = scratch, .values = values, .weights = (uint16_t *)(values + CK_QUERY_BLOCK * width), .width = width};
    const void *left[CK_QUERY_BLOCK];
    for (size_t row = 0; row < a->rows; row++) left[row] = at.weights + row * WEIGHTS;
    size_t last = a->causal ? a->seen + a->rows - 1 : a->keys;
    for (size_t start = 0, count = 0; start < a->keys && start < last; start += count) {
        size_t most = start > 0 || a->causal || a->keys < 2 * FIRST_KEYS ? CK_KEY_BLOCK : FIRST_KEYS;
        count = a->keys - start < most ? a->keys - start : most;
        if (start > 0 && !a->causal) weigh_at_once(level, a, start, count, &at);
        else weigh_by_scores(level, a, start, count, &at, NULL);
        ck_product sum = {
            .left = left, .rows = a->rows, .taps = 1, .run = (count + 1) / 2 * 2,
            .panels = a->value_panels + start * CK_PANEL_WIDTH, .panel_stride = depth * CK_PANEL_WIDTH,
            .columns = a->features, .residual = start > 0 ? values : NULL, .result = values, .stride = width};
        ck_multiply_bf16(level, &sum);
    }
    for (size_t row = 0; row < a->rows; row++) {
        float *value = values + row * width;
        scale_variants[level](value, a->features, 1 / at.states[row].sum);
        round_variants[level](a->result + row * a->stride, value, a->features);
    }
}
