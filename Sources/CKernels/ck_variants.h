#ifndef CK_VARIANTS_H
#define CK_VARIANTS_H

#include "ck_level.h"

// A kernel of one source for every instruction set lies in a header `…_simd.h`, which is included between
// `ck_begin_….h` and `ck_end.h`: they define CK_NAME and CK_WIDTH and the target that functions are compiled for.

#if defined(__x86_64__)
#define CK_X86 1
#include <immintrin.h>
#define CK_AVX2 __attribute__((target("avx2,fma,f16c")))
#define CK_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")))
#define CK_BF16 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni,avx2,fma,f16c")))
/// The versions of a kernel in the order of `ck_level`; one of floats gains nothing from the last.
#define CK_VARIANTS(name) {name##_portable, name##_avx2, name##_avx512, name##_avx512}
/// The versions of a kernel of bfloat16, which is written for the instructions that multiply them and in plain C.
#define CK_VARIANTS_BF16(name) {name##_portable, name##_portable, name##_portable, name##_bf16}
#else
#define CK_X86 0
#define CK_VARIANTS(name) {name##_portable, name##_portable, name##_portable, name##_portable}
#define CK_VARIANTS_BF16(name) CK_VARIANTS(name)
#endif

#endif
