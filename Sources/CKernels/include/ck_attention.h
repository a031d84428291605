#ifndef CK_ATTENTION_H
#define CK_ATTENTION_H

#include "ck_level.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The most queries of a block, and the most keys that are seen at a time.
enum { CK_QUERY_BLOCK = 28, CK_KEY_BLOCK = 1024 };

/// One block of queries of one head, over all of its keys, in bfloat16.
typedef struct ck_attention {
    /// [rows] pointers to `depth` scalars each, an even number.
    const void *const *queries;
    size_t rows, depth;
    /// [⌈keys/32⌉][depth/2][32][2], zeros after the last key.
    const uint16_t *key_panels;
    /// [⌈features/32⌉][⌈keys/2⌉][32][2], zeros after the last key and the last feature.
    const uint16_t *value_panels;
    size_t keys, features;
    /// What scores are multiplied by.
    float scale;
    /// How many keys the first query sees, each further query one more: causal attention. Else `keys` for all.
    size_t seen;
    bool causal;
    /// [rows][stride], of which `features` are written.
    uint16_t *result;
    size_t stride;
} ck_attention;

/// How many floats of scratch memory a block takes.
size_t ck_attention_scratch(size_t features);

/// Streams through the keys with a running largest score and sum (Milakov and Gimelshein 2018, algorithm 3; Dao et al.
/// 2022, algorithm 1). Scores, sums and weighted values are floats; weights are rounded to bfloat16.
///
/// A softmax is the same whatever is subtracted from its scores, as long as nothing overflows. So the largest score of
/// the first keys does for the others, whose scores become weights before they are ever written, unless it was left
/// far behind.
void ck_attend(ck_level level, const ck_attention *attention, float *scratch);

#endif
