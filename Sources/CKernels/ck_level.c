#include "ck_variants.h"

ck_level ck_level_of_cpu(void) {
#if CK_X86
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c"))
        return CK_LEVEL_PORTABLE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return CK_LEVEL_AVX2;
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni") ? CK_LEVEL_AVX512_BF16
                                                                                        : CK_LEVEL_AVX512;
#else
    return CK_LEVEL_PORTABLE;
#endif
}
