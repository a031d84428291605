#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* PNG_IMAGE_PNG_SIZE_MAX is a function-like macro. */
static inline size_t cpng_size_bound(png_image image) { return PNG_IMAGE_PNG_SIZE_MAX(image); }

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

#endif
