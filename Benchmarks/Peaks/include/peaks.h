#ifndef PEAKS_H
#define PEAKS_H

#include <stddef.h>

// What one core can do at most: loops of nothing but the instruction in question, in registers. Each returns how many
// operations (a multiplication and an addition are two) or bytes it got through; 0 where the CPU has no such instruction.

/// Fused multiply-adds of floats, 512 or 256 bits wide.
double peak_f32(long rounds);

/// Products of pairs of bfloat16 (AVX-512 BF16).
double peak_bf16(long rounds);

/// Products of groups of four 8-bit integers (AVX-512 VNNI).
double peak_int8(long rounds);

/// Reads memory from its beginning to its end; `count` a multiple of 64 floats.
double peak_read(const float *memory, size_t count);

#endif
