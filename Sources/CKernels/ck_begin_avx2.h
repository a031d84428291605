#define CK_NAME(name) name##_avx2
#define CK_WIDTH 8
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "ck_math.h"
