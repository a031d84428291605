#include "peaks.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Enough sums that none waits for the one before it, few enough for the registers.
enum { WIDE_SUMS = 24, NARROW_SUMS = 12 };

// Rounds of one step for each sum. The empty assembly keeps the compiler from computing anything in advance.
#define ALL _Pragma("clang loop unroll(full)")
#define MEASURE(type, count, step)                                \
    type sums[count], x = {0};                                    \
    ALL for (int i = 0; i < (count); i++) sums[i] = x;            \
    for (long round = 0; round < rounds; round++) {               \
        __asm__ volatile("" : "+v"(x));                           \
        ALL for (int i = 0; i < (count); i++) sums[i] = (step);   \
    }                                                             \
    ALL for (int i = 0; i < (count); i++) __asm__ volatile("" : : "v"(sums[i]))

__attribute__((target("avx512f"))) static double f32_wide(long rounds) {
    MEASURE(__m512, WIDE_SUMS, _mm512_fmadd_ps(x, x, sums[i]));
    return (double)rounds * WIDE_SUMS * 32;
}

__attribute__((target("avx2,fma"))) static double f32_narrow(long rounds) {
    MEASURE(__m256, NARROW_SUMS, _mm256_fmadd_ps(x, x, sums[i]));
    return (double)rounds * NARROW_SUMS * 16;
}

__attribute__((target("avx512f,avx512bf16"))) static double bf16(long rounds) {
    MEASURE(__m512, WIDE_SUMS, _mm512_dpbf16_ps(sums[i], (__m512bh)x, (__m512bh)x));
    return (double)rounds * WIDE_SUMS * 64;
}

__attribute__((target("avx512f,avx512vnni"))) static double int8(long rounds) {
    MEASURE(__m512i, WIDE_SUMS, _mm512_dpbusd_epi32(sums[i], x, x));
    return (double)rounds * WIDE_SUMS * 128;
}

double peak_f32(long rounds) {
    if (__builtin_cpu_supports("avx512f")) return f32_wide(rounds);
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? f32_narrow(rounds) : 0;
}

double peak_bf16(long rounds) {
    return __builtin_cpu_supports("avx512bf16") ? bf16(rounds) : 0;
}

double peak_int8(long rounds) {
    return __builtin_cpu_supports("avx512vnni") ? int8(rounds) : 0;
}
#else
double peak_f32(long rounds) {
    (void)rounds;
    return 0;
}

double peak_bf16(long rounds) {
    return peak_f32(rounds);
}

double peak_int8(long rounds) {
    return peak_f32(rounds);
}
#endif

double peak_read(const float *memory, size_t count) {
    float sums[64] = {0};
    for (size_t at = 0; at + 64 <= count; at += 64)
        for (size_t i = 0; i < 64; i++) sums[i] += memory[at + i];
    __asm__ volatile("" : : "r"(sums) : "memory");
    return (double)(count / 64 * 64 * sizeof *memory);
}
