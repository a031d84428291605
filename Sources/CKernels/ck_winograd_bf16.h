// Winograd's transforms of bfloat16, computed in floats, for the instruction set that has it, or a scalar at a time.

#if CK_WIDTH == 16
#define READ(x, n) ck_load_widened(x, n)
#define WRITE(y, v, n) ck_store_rounded(y, v, n)
#define VECTORS 2
#define WRITE_VECTORS(y, v, next) _mm512_storeu_si512(y, (__m512i)_mm512_cvtne2ps_pbh(next, v))
#else
#define READ(x, n) ((void)(n), splat(ck_widened(*(x))))
#define WRITE(y, v, n) ((void)(n), *(y) = ck_rounded((v)[0]))
#define VECTORS 1
#define WRITE_VECTORS(y, v, same) WRITE(y, v, 1)
#endif
#define TRANSFORM(name) NAMED(SIZED(name##_bf16, OUT))
#define SCALAR uint16_t
#define OUT 2
#include "ck_winograd_tile.h"
#undef OUT
#define OUT 4
#include "ck_winograd_tile.h"
#undef OUT
#undef TRANSFORM
#undef SCALAR
#undef READ
#undef WRITE
#undef VECTORS
#undef WRITE_VECTORS
