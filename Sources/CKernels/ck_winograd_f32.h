// Winograd's transforms of floats, and of products back, for one instruction set (see ck_variants.h).

#define READ(x, n) ((n) >= CK_WIDTH ? load(x) : load_part(x, n, 0))
#define WRITE(y, v, n) ((n) >= CK_WIDTH ? store(y, v) : store_part(y, v, n))
#define VECTORS 1
#define WRITE_VECTORS(y, v, same) store(y, v)
#define TRANSFORM(name) NAMED(SIZED(name##_f32, OUT))
#define SCALAR float
#define OUT 2
#include "ck_winograd_output.h"
#include "ck_winograd_tile.h"
#undef OUT
#define OUT 4
#include "ck_winograd_output.h"
#include "ck_winograd_tile.h"
#undef OUT
#undef TRANSFORM
#undef SCALAR
#undef READ
#undef WRITE
#undef VECTORS
#undef WRITE_VECTORS
