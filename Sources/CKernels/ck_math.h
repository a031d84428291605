// Vectors of CK_WIDTH floats and the transcendental functions on them, for one instruction set (see ck_variants.h).

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float CK_NAME(floats) __attribute__((vector_size(4 * CK_WIDTH)));
typedef int32_t CK_NAME(ints) __attribute__((vector_size(4 * CK_WIDTH)));
typedef double CK_NAME(doubles) __attribute__((vector_size(8 * CK_WIDTH)));

#ifndef CK_MATH_H
#define CK_MATH_H
#define CK_INLINE static inline __attribute__((always_inline, unused))
#define floats CK_NAME(floats)
#define ints CK_NAME(ints)
#define doubles CK_NAME(doubles)
#define load CK_NAME(load)
#define load_part CK_NAME(load_part)
#define store CK_NAME(store)
#define store_part CK_NAME(store_part)
#define splat CK_NAME(splat)
#define fused CK_NAME(fused)
#define where CK_NAME(where)
#define magnitude CK_NAME(magnitude)
#define wide(v) __builtin_convertvector(v, doubles)
#define sum_of CK_NAME(sum_of)
#define exp_of CK_NAME(exp_of)
#define normal_cdf_of CK_NAME(normal_cdf_of)
#define sigmoid_of CK_NAME(sigmoid_of)
#define tanh_of CK_NAME(tanh_of)
#endif

CK_INLINE floats splat(float a) {
    return a - (floats){0};
}

CK_INLINE floats load(const float *x) {
    floats v;
    memcpy(&v, x, sizeof v);
    return v;
}

CK_INLINE void store(float *y, floats v) {
    memcpy(y, &v, sizeof v);
}

/// The first `n` < CK_WIDTH lanes from memory, the others `rest`: tails go through the same arithmetic as bodies.
CK_INLINE floats load_part(const float *x, size_t n, float rest) {
    floats v = splat(rest);
    memcpy(&v, x, n * sizeof(float));
    return v;
}

CK_INLINE void store_part(float *y, floats v, size_t n) {
    memcpy(y, &v, n * sizeof(float));
}

CK_INLINE floats fused(floats a, floats b, floats c) {
    return __builtin_elementwise_fma(a, b, c);
}

/// Lane by lane: mask ? a : b.
CK_INLINE floats where(ints mask, floats a, floats b) {
    return (floats)((mask & (ints)a) | (~mask & (ints)b));
}

CK_INLINE floats magnitude(floats x) {
    return (floats)((ints)x & 0x7fffffff);
}

/// The sum of all lanes, by halves. (By address: such a vector is wider than the registers of AVX2.)
CK_INLINE double sum_of(const doubles *v) {
    double lanes[CK_WIDTH];
    memcpy(lanes, v, sizeof lanes);
    for (int half = CK_WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

/// eˣ within 1 ulp: x = n ln 2 + r with |r| <= ln 2 / 2, then a minimax polynomial of eʳ times 2ⁿ.
CK_INLINE floats exp_of(floats x) {
    // Beyond these bounds the result is 0 or infinite anyway. NaN compares false and stays.
    x = where(x < splat(-105), splat(-105), x);
    x = where(x > splat(90), splat(90), x);
    // Adding 1.5 · 2²³ rounds to an integer, which is then in the low bits.
    const floats magic = splat(0x1.8p23f);
    floats shifted = fused(x, splat(0x1.715476p0f), magic);  // log₂ e
    floats n = shifted - magic;
    floats r = fused(n, splat(-6.93145752e-1f), x);  // ln 2 in two parts, the first with zeros at its end
    r = fused(n, splat(-1.42860677e-6f), r);
    floats p = splat(1.37805939e-3f);
    p = fused(p, r, splat(8.37312452e-3f));
    p = fused(p, r, splat(4.16695364e-2f));
    p = fused(p, r, splat(1.66664720e-1f));
    p = fused(p, r, splat(4.99999851e-1f));
    p = fused(p, r, splat(1));
    p = fused(p, r, splat(1));
    // 2ⁿ in two factors, since n reaches from -151 to 130 and subnormal results are wanted.
    ints exponent = (ints)shifted - (ints)magic;
    ints half = exponent >> 1;
    return p * (floats)((half + 127) << 23) * (floats)((exponent - half + 127) << 23);
}

/// Φ(x) = erfc(-x/√2) / 2 within 2e-7, and relatively so for x down to -5.
CK_INLINE floats normal_cdf_of(floats x) {
    floats z = x * 0x1.6a09e6p-1f;  // 1/√2
    floats t = magnitude(z), s = z * z;
    // erf z = z + z P(z²) below 0.93, erfc |z| = e^(Q(|z|) - |z|) above; minimax coefficients by N. Juffa.
    floats p = splat(-5.96761703e-4f);
    p = fused(p, s, splat(4.99119423e-3f));
    p = fused(p, s, splat(-2.67681349e-2f));
    p = fused(p, s, splat(1.12819925e-1f));
    p = fused(p, s, splat(-3.76125336e-1f));
    p = fused(p, s, splat(1.28379166e-1f));
    floats inner = fused(fused(p, z, z), splat(0.5f), splat(0.5f));
    floats q = fused(splat(-1.72853470e-5f), t, splat(3.83197126e-4f));
    floats u = fused(splat(-3.88396438e-3f), t, splat(2.42546219e-2f));
    q = fused(q, s, u);
    q = fused(q, t, splat(-1.06777877e-1f));
    q = fused(q, t, splat(-6.34846687e-1f));
    q = fused(q, t, splat(-1.28717512e-1f));
    q = fused(q, t, -t);
    floats tail = exp_of(q) * 0.5f;
    floats outer = where(x < splat(0), tail, 1 - tail);
    return where(t > splat(0.927734375f), outer, inner);
}

/// σ(x) = 1 / (1 + e⁻ˣ).
CK_INLINE floats sigmoid_of(floats x) {
    return 1 / (1 + exp_of(-x));
}

/// tanh x: an odd polynomial near zero (Cephes tanhf), 1 - 2 / (e²ˣ + 1) beyond.
CK_INLINE floats tanh_of(floats x) {
    floats s = x * x, t = magnitude(x);
    floats p = splat(-5.70498872745e-3f);
    p = fused(p, s, splat(2.06390887954e-2f));
    p = fused(p, s, splat(-5.37397155531e-2f));
    p = fused(p, s, splat(1.33314422036e-1f));
    p = fused(p, s, splat(-3.33332819422e-1f));
    floats inner = fused(p * s, x, x);
    floats outer = 1 - 2 / (exp_of(2 * t) + 1);
    outer = where(x < splat(0), -outer, outer);
    return where(t > splat(0.625f), outer, inner);
}
