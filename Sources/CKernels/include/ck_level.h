#ifndef CK_LEVEL_H
#define CK_LEVEL_H

/// The instruction sets that kernels are written for, each containing the one before.
typedef enum __attribute__((enum_extensibility(closed))) ck_level {
    /// Plain C.
    CK_LEVEL_PORTABLE = 0,
    /// AVX2, FMA and F16C.
    CK_LEVEL_AVX2 = 1,
    /// AVX-512 F, BW, DQ and VL.
    CK_LEVEL_AVX512 = 2,
    /// AVX-512 BF16 and VNNI too: every CPU so far has both or neither.
    CK_LEVEL_AVX512_BF16 = 3,
} ck_level;

/// The fastest level that this CPU runs. A kernel called with a level above it is an illegal instruction.
ck_level ck_level_of_cpu(void);

#endif
