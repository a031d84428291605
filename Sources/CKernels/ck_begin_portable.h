// Vectors of one float, for the reference of a kernel whose arithmetic is written once for every instruction set.
#define CK_NAME(name) name##_portable
#define CK_WIDTH 1
#pragma clang attribute push
#include "ck_math.h"
