#include "ck_product.h"

#include "ck_variants.h"

#include <stdlib.h>

// Weights stream once from far away: they are asked for this many scalars ahead.
#define CK_PREFETCH 512

#if CK_X86
#include "ck_begin_avx2.h"
#include "ck_product_simd.h"
#include "ck_end.h"

#include "ck_begin_avx512.h"
#include "ck_product_simd.h"
#include "ck_end.h"
#endif

void ck_multiply(ck_level level, const ck_product *product) {
#if CK_X86
    if (level >= CK_LEVEL_AVX512) return multiply_avx512(product);
    if (level == CK_LEVEL_AVX2) return multiply_avx2(product);
#endif
    (void)level, (void)product;
    abort();
}
