// Softmax and the norms on vectors, for one instruction set (see ck_variants.h).

#define largest_of CK_NAME(largest_of)
#define accumulate CK_NAME(accumulate)
#define silu_of CK_NAME(silu_of)
#define scale_row CK_NAME(scale_row)

CK_INLINE float largest_of(floats v) {
    float lanes[CK_WIDTH];
    store(lanes, v);
    for (int i = 1; i < CK_WIDTH; i++) lanes[0] = lanes[i] > lanes[0] ? lanes[i] : lanes[0];
    return lanes[0];
}

CK_INLINE floats silu_of(floats v) {
    return v / (1 + exp_of(-v));
}

CK_INLINE void scale_row(float *y, const float *x, float factor, size_t n) {
    size_t i = 0;
    for (; i + CK_WIDTH <= n; i += CK_WIDTH) store(y + i, load(x + i) * factor);
    if (i < n) store_part(y + i, load_part(x + i, n - i, 0) * factor, n - i);
}

static void CK_NAME(softmax_rows)(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        size_t i = 0;
        floats most = splat(-INFINITY);
        for (; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            floats v = load(x + i);
            most = where(v > most, v, most);
        }
        floats rest = i < columns ? load_part(x + i, columns - i, -INFINITY) : splat(-INFINITY);
        most = where(rest > most, rest, most);
        floats largest = splat(largest_of(most));
        doubles sum = {0};
        for (i = 0; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            floats v = exp_of(load(x + i) - largest);
            store(y + i, v);
            sum += wide(v);
        }
        if (i < columns) {
            float part[CK_WIDTH] = {0};
            store_part(y + i, exp_of(rest - largest), columns - i);
            memcpy(part, y + i, (columns - i) * sizeof(float));
            sum += wide(load(part));
        }
        scale_row(y, y, (float)(1 / sum_of(&sum)), columns);
    }
}

static void CK_NAME(normalize_rows)(float *y, const float *x, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        size_t i = 0;
        doubles squares = {0};
        for (; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            doubles v = wide(load(x + i));
            squares += v * v;
        }
        if (i < columns) {
            doubles v = wide(load_part(x + i, columns - i, 0));
            squares += v * v;
        }
        double length = sqrt(sum_of(&squares));
        scale_row(y, x, (float)(1 / (length < 1e-12 ? 1e-12 : length)), columns);
    }
}

// One pass for both sums: in doubles, the difference of E[x²] and E[x]² loses nothing that floats have.
static void CK_NAME(layer_norm_rows)(
    float *y, const float *x, const float *scale, const float *shift, float epsilon, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        size_t i = 0;
        doubles sums = {0}, squares = {0};
        for (; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            doubles v = wide(load(x + i));
            sums += v;
            squares += v * v;
        }
        if (i < columns) {
            doubles v = wide(load_part(x + i, columns - i, 0));
            sums += v;
            squares += v * v;
        }
        double mean = sum_of(&sums) / (double)columns;
        double variance = sum_of(&squares) / (double)columns - mean * mean;
        floats center = splat((float)mean);
        floats factor = splat((float)(1 / sqrt((variance < 0 ? 0 : variance) + epsilon)));
        for (i = 0; i + CK_WIDTH <= columns; i += CK_WIDTH)
            store(y + i, fused((load(x + i) - center) * factor, load(scale + i), load(shift + i)));
        if (i == columns) continue;
        size_t n = columns - i;
        floats v = (load_part(x + i, n, 0) - center) * factor;
        store_part(y + i, fused(v, load_part(scale + i, n, 0), load_part(shift + i, n, 0)), n);
    }
}

/// Adds `rows` vectors of `n` channels to their sums and sums of squares.
CK_INLINE void accumulate(double *sum, double *square, const float *x, size_t rows, size_t stride, size_t n) {
    doubles s, q;
    memcpy(&s, sum, sizeof s);
    memcpy(&q, square, sizeof q);
    for (size_t row = 0; row < rows; row++) {
        __builtin_prefetch(x + (row + 8) * stride);  // several rows at once defeat the hardware's own prefetch
        doubles v = wide(n == CK_WIDTH ? load(x + row * stride) : load_part(x + row * stride, n, 0));
        s += v;
        q += v * v;
    }
    memcpy(sum, &s, sizeof s);
    memcpy(square, &q, sizeof q);
}

// Rows are read whole, four at a time, into sums by channel, which then join their groups in order.
static void CK_NAME(group_sums)(double *sums, const float *x, size_t rows, size_t channels, size_t groups) {
    enum { BLOCK = 512 };
    size_t width = channels / groups;
    for (size_t i = 0; i < 2 * groups; i++) sums[i] = 0;
    for (size_t start = 0; start < channels; start += BLOCK) {
        size_t count = channels - start < BLOCK ? channels - start : BLOCK;
        size_t whole = count / CK_WIDTH * CK_WIDTH;
        double sum[BLOCK] = {0}, square[BLOCK] = {0};
        for (size_t row = 0; row < rows; row += 4) {
            const float *at = x + row * channels + start;
            size_t four = rows - row < 4 ? rows - row : 4;
            if (four == 4)
                for (size_t i = 0; i < whole; i += CK_WIDTH)
                    accumulate(sum + i, square + i, at + i, 4, channels, CK_WIDTH);
            else
                for (size_t i = 0; i < whole; i += CK_WIDTH)
                    accumulate(sum + i, square + i, at + i, four, channels, CK_WIDTH);
            if (whole < count) accumulate(sum + whole, square + whole, at + whole, four, channels, count - whole);
        }
        for (size_t i = 0; i < count; i++) {
            size_t group = (start + i) / width;
            sums[2 * group] += sum[i];
            sums[2 * group + 1] += square[i];
        }
    }
}

static void CK_NAME(affine_rows)(
    float *y, const float *x, const float *a, const float *b, bool silu, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        size_t i = 0;
        for (; i + CK_WIDTH <= columns; i += CK_WIDTH) {
            floats v = fused(load(x + i), load(a + i), load(b + i));
            store(y + i, silu ? silu_of(v) : v);
        }
        if (i == columns) continue;
        size_t n = columns - i;
        floats v = fused(load_part(x + i, n, 0), load_part(a + i, n, 0), load_part(b + i, n, 0));
        store_part(y + i, silu ? silu_of(v) : v, n);
    }
}

#undef largest_of
#undef accumulate
#undef silu_of
#undef scale_row
