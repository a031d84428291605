#ifndef CJPEG_SHIM_H
#define CJPEG_SHIM_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs it */
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/* libjpeg's reason once it gives up. */
typedef struct {
    char reason[JMSG_LENGTH_MAX];
} cjpeg_report;

/* An error manager that comes back instead of ending the process; libjpeg knows it by its first member. */
typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    cjpeg_report *report;
} cjpeg_guard;

static inline void cjpeg_give_up(j_common_ptr jpeg) {
    cjpeg_guard *guard = (cjpeg_guard *)jpeg->err;
    jpeg->err->format_message(jpeg, guard->report->reason);
    longjmp(guard->escape, 1);
}

/* libjpeg paints what is missing grey and warns: only warnings that leave the pixels whole are passed over. */
static inline void cjpeg_hear(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA: /* cameras pad before markers */
    case JWRN_JFIF_MAJOR: return;
    default: cjpeg_give_up(jpeg);
    }
}

static inline struct jpeg_error_mgr *cjpeg_guarding(cjpeg_guard *guard, cjpeg_report *report) {
    jpeg_std_error(&guard->manager);
    guard->manager.error_exit = cjpeg_give_up;
    guard->manager.emit_message = cjpeg_hear;
    guard->report = report;
    return &guard->manager;
}

/* The coefficients that a progressive file needs at once: 3 x 4096 x 4096 of 2 bytes, with some room. */
static const long cjpeg_maximum_memory = 1L << 27;

/* Swift can't call setjmp. Writes height rows of width RGB pixels. 1 if it could. */
static inline int cjpeg_read_rgb(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, cjpeg_report *report) {
    struct jpeg_decompress_struct jpeg;
    cjpeg_guard guard;
    memset(&jpeg, 0, sizeof jpeg); /* so that it can be destroyed before it is made */
    jpeg.err = cjpeg_guarding(&guard, report);
    if (setjmp(guard.escape) != 0) {
        jpeg_destroy_decompress(&jpeg);
        return 0;
    }
    jpeg_create_decompress(&jpeg);
    jpeg.mem->max_memory_to_use = cjpeg_maximum_memory;
    jpeg_mem_src(&jpeg, bytes, count);
    jpeg_read_header(&jpeg, TRUE);
    if (jpeg.image_width != width || jpeg.image_height != height) ERREXIT(&jpeg, JERR_SOF_DUPLICATE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < height) {
        JSAMPROW row = pixels + (size_t)jpeg.output_scanline * width * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg); /* reads on to the end, and warns where there is none */
    jpeg_destroy_decompress(&jpeg);
    return 1;
}

/* Writes a file whose bytes the caller frees, with an EXIF segment if there is one. 1 if it could. */
static inline int cjpeg_write_rgb(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, const uint8_t *exif, size_t exif_count,
    uint8_t **bytes, unsigned long *count, cjpeg_report *report) {
    struct jpeg_compress_struct jpeg;
    cjpeg_guard guard;
    memset(&jpeg, 0, sizeof jpeg);
    jpeg.err = cjpeg_guarding(&guard, report);
    if (setjmp(guard.escape) != 0) {
        jpeg_destroy_compress(&jpeg);
        return 0;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, bytes, count);
    jpeg.image_width = width;
    jpeg.image_height = height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    if (exif_count > 0) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, (unsigned int)exif_count);
    while (jpeg.next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(uintptr_t)pixels + (size_t)jpeg.next_scanline * width * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return 1;
}

#endif
