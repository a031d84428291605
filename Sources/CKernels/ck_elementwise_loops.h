// The element-wise loops, included once for each instruction set (see ck_elementwise.c).

static void CK_NAME(add)(float *y, const float *a, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

static void CK_NAME(subtract)(float *y, const float *a, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] - b[i];
}

static void CK_NAME(scale)(float *y, float factor, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = factor * x[i];
}

static void CK_NAME(divide)(float *y, const float *x, float divisor, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] / divisor;
}

static void CK_NAME(weighted_sum)(float *y, float alpha, const float *a, float beta, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = alpha * a[i] + beta * b[i];
}

static void CK_NAME(leaky_relu)(float *y, float slope, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] < 0 ? slope * x[i] : x[i];
}

static void CK_NAME(clamp)(float *y, const float *x, float low, float high, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] < low ? low : x[i] > high ? high : x[i];
}

static bool CK_NAME(is_finite)(const float *x, size_t n) {
    uint32_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        found |= (bits & 0x7f800000) == 0x7f800000;  // the exponent of infinities and NaN
    }
    return !found;
}
