#define CK_NAME(name) name##_bf16
#define CK_WIDTH 16
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni,avx2,fma,f16c"))), apply_to = function)
#include "ck_math.h"
