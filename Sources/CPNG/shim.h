#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* The bytes still to be read, and libpng's reason once it gives up. */
typedef struct {
    const uint8_t *bytes;
    size_t count;
    char reason[96];
} cpng_source;

static inline void cpng_take(png_structp png, png_bytep into, size_t count) {
    cpng_source *source = (cpng_source *)png_get_io_ptr(png);
    if (count > source->count) png_error(png, "it ends too early");
    memcpy(into, source->bytes, count);
    source->bytes += count;
    source->count -= count;
}

static inline void cpng_fail(png_structp png, png_const_charp reason) {
    cpng_source *source = (cpng_source *)png_get_error_ptr(png);
    strncpy(source->reason, reason, sizeof source->reason - 1);
    longjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf)), 1);
}

static inline void cpng_ignore(png_structp png, png_const_charp warning) {
    (void)png;
    (void)warning;
}

/* Swift can't call setjmp, and the simplified API converts 16-bit samples otherwise than Pillow (gamma, rounding).
   Writes height rows of width pixels, RGB or (with 4 channels) RGBA: no gamma, the high byte of 16-bit samples, alpha
   dropped or 255 where there is none. 1 if it could. */
static inline int cpng_read(cpng_source *source, uint32_t width, uint32_t height, int channels, uint8_t *pixels) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, source, cpng_fail, cpng_ignore);
    if (png == NULL) return 0;
    png_infop info = png_create_info_struct(png); /* before setjmp: what changes after it is undefined at longjmp */
    if (setjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf))) != 0) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    if (info == NULL) png_error(png, "out of memory");
    png_set_read_fn(png, source, cpng_take);
    png_set_user_limits(png, width, height);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE); /* checked by the caller's chunk walk */
    png_read_info(png, info);
    png_set_strip_16(png);
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    if (channels == 4) {
        png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    } else {
        png_set_strip_alpha(png);
    }
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
        png_get_rowbytes(png, info) != (size_t)width * channels) {
        png_error(png, "its header contradicts itself");
    }
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + (size_t)y * width * channels, NULL);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}

/* Where a file is written to, and how many bytes of it are. */
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} cpng_target;

/* More than a file of RGB pixels can take: zlib adds some bytes to each 16 KB that it can't make smaller, and libpng some to
   each 8 KB that it writes. */
static inline size_t cpng_size_bound(size_t width, size_t height) {
    size_t size = height * (3 * width + 1);
    return size + size / 8 + 1024;
}

static inline void cpng_put(png_structp png, png_bytep bytes, size_t count) {
    cpng_target *target = (cpng_target *)png_get_io_ptr(png);
    if (count > target->capacity - target->count) png_error(png, "no room");
    memcpy(target->bytes + target->count, bytes, count);
    target->count += count;
}

static inline void cpng_flush(png_structp png) { (void)png; }

static inline void cpng_give_up(png_structp png, png_const_charp reason) {
    (void)reason;
    longjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf)), 1);
}

/* Writes RGB rows as sRGB, with runs as the only matches (Z_RLE) of rows whose filters are chosen one by one. A drawn picture
   or a photograph has no others: after the filters zlib's own search takes three times as long, for a hundredth of the file.
   Of a chart it would save up to a fifth. 1 if it could. */
static inline int cpng_write(cpng_target *target, uint32_t width, uint32_t height, const uint8_t *pixels) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, cpng_give_up, cpng_ignore);
    if (png == NULL) return 0;
    png_infop info = png_create_info_struct(png);
    if (setjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf))) != 0) {
        png_destroy_write_struct(&png, &info);
        return 0;
    }
    if (info == NULL) png_error(png, "out of memory");
    png_set_write_fn(png, target, cpng_put, cpng_flush);
    png_set_IHDR(
        png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
    png_set_compression_strategy(png, Z_RLE);
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return 1;
}

#endif
