"""Golden files of the module Images: PNG decoding, bicubic, bilinear and Lanczos resizing, centre cropping.

Usage: python Tools/golden_images.py
Writes Tests/Golden/images/{decode,resize,bilinear,lanczos,crop}; every run writes the same bytes.

    decode/NAME.png      a PNG of one kind, written here byte by byte; NAME.expected.png is Pillow's convert("RGB") of it
    resize/NAME.png      a source; NAME.to.WxH.png is Pillow 13's resize((W, H), BICUBIC) of it: earlier versions
                         resampled rows first always, 13.0 columns first where the height shrinks most
    bilinear/NAME.png    a source; NAME.to.WxH.png is Pillow 13's resize((W, H), BILINEAR) of it
    lanczos/NAME.png     a source; NAME.to.WxH.png is Pillow 13's resize((W, H), LANCZOS) of it
    crop/NAME.png        a source; NAME.to.WxH.png is transformers' center_crop of it
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image
from transformers.image_transforms import center_crop

ROOT = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Golden" / "images"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack_row(row, depth):
    """Samples of one row, depth bits each, most significant first."""
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype("u1").tobytes()
    bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype("u1").ravel()
    return np.packbits(bits).tobytes()


def filtered(rows, pixel_bytes):
    """Rows with PNG's five filters in turn."""
    previous, out = bytes(len(rows[0])), []
    for index, row in enumerate(rows):
        kind = index % 5
        line = bytearray([kind])
        for i, value in enumerate(row):
            a = row[i - pixel_bytes] if i >= pixel_bytes else 0
            b = previous[i]
            c = previous[i - pixel_bytes] if i >= pixel_bytes else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((value - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        out.append(bytes(line))
        previous = row
    return b"".join(out)


def png(samples, colour, depth, interlaced=False, before=b"", palette=b"", pieces=1):
    """samples [H, W, channels] -> a PNG of that colour type and depth."""
    height, width, channels = samples.shape
    pixel_bytes = max(1, channels * depth // 8)
    data = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered([pack_row(row.ravel(), depth) for row in part], pixel_bytes)
    data = zlib.compress(data, 9)
    size = -(-len(data) // pieces)
    body = b"".join(chunk(b"IDAT", data[i : i + size]) for i in range(0, len(data), size))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    colours = chunk(b"PLTE", palette) if palette else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + colours + body + chunk(b"IEND", b"")


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_rgb(path, array):
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(array), "RGB").save(buffer, "PNG", optimize=True)
    write(path, buffer.getvalue())


def expected_rgb(data, colour, depth, samples):
    if colour == GREY and depth == 16:  # Pillow clips these to 255: the high byte is the picture
        return np.repeat((samples >> 8).astype("u1"), 3, axis=2)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def decode_cases(rng):
    kinds = [(GREY, d) for d in (1, 2, 4, 8, 16)] + [(PALETTE, d) for d in (1, 2, 4, 8)]
    kinds += [(c, d) for c in (RGB, GREY_ALPHA, RGBA) for d in (8, 16)]
    names = {GREY: "grey", RGB: "rgb", PALETTE: "palette", GREY_ALPHA: "grey-alpha", RGBA: "rgba"}
    for colour, depth in kinds:
        samples = rng.integers(0, 1 << depth, (13, 19, CHANNELS[colour]))
        palette = rng.integers(0, 256, 3 << depth).astype("u1").tobytes() if colour == PALETTE else b""
        for interlaced in (False, True):
            data = png(samples, colour, depth, interlaced, palette=palette)
            name = f"{names[colour]}-{depth}" + ("-interlaced" if interlaced else "")
            yield name, data, expected_rgb(data, colour, depth, samples)
    samples = rng.integers(0, 256, (5, 7, 3))
    gamma = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"cHRM", struct.pack(">8I", *range(30000, 38000, 1000)))
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(128)))
    text = chunk(b"tEXt", b"parameters\0seed 7") + chunk(b"zTXt", b"z\0\0" + zlib.compress(bytes(1 << 20), 9))
    variants = {
        "gamma": dict(before=gamma), "profile": dict(before=profile), "text": dict(before=text),
        "transparent-colour": dict(before=chunk(b"tRNS", struct.pack(">3H", *samples[0, 0]))), "many-idat": dict(pieces=9),
    }
    for name, options in variants.items():
        data = png(samples, RGB, 8, **options)
        yield name, data, expected_rgb(data, RGB, 8, samples)
    for size in ((1, 1), (1, 9), (9, 1), (2, 3)):
        samples = rng.integers(0, 256, (*size, 3))
        data = png(samples, RGB, 8, interlaced=True)
        yield f"tiny-{size[1]}x{size[0]}-interlaced", data, expected_rgb(data, RGB, 8, samples)


def sources(rng):
    yield "noise", rng.integers(0, 256, (47, 61, 3)).astype("u1")
    yield "extremes", (rng.integers(0, 2, (33, 32, 3)) * 255).astype("u1")
    y, x = np.mgrid[0:200, 0:300]
    yield "plaid", np.stack([x * 255 // 299, (x // 7 + y // 5) % 2 * 255, y * 255 // 199], -1).astype("u1")
    yield "pixel", np.array([[[255, 0, 127]]], "u1")
    yield "column", rng.integers(0, 256, (9, 1, 3)).astype("u1")


SIZES = {
    "noise": [(1, 1), (2, 3), (7, 5), (30, 23), (60, 46), (62, 48), (61, 10), (20, 47), (64, 64), (122, 94), (100, 33),
              (13, 120), (200, 1), (1, 200), (60, 45), (60, 44), (55, 34), (55, 35)],
    "extremes": [(31, 34), (64, 66), (96, 11), (5, 99)],
    "plaid": [(224, 224), (64, 64), (3, 2), (299, 201), (336, 224), (17, 211)],
    "pixel": [(1, 1), (5, 3), (1, 64)],
    "column": [(1, 3), (4, 9), (7, 20)],
}
OTHER_FILTERS = [(1, 1), (30, 23), (60, 46), (62, 48), (20, 47), (61, 10), (122, 94), (13, 120), (60, 44), (55, 34)]
CROPS = [(61, 47), (60, 46), (20, 20), (21, 22), (1, 1), (80, 80), (81, 83), (62, 48), (100, 10), (11, 64)]


def main():
    rng = np.random.default_rng(2026)
    for name, data, expected in decode_cases(rng):
        write(ROOT / "decode" / f"{name}.png", data)
        write_rgb(ROOT / "decode" / f"{name}.expected.png", expected)
    for name, pixels in sources(rng):
        write_rgb(ROOT / "resize" / f"{name}.png", pixels)
        for width, height in SIZES[name]:
            resized = Image.fromarray(pixels, "RGB").resize((width, height), Image.BICUBIC)
            write_rgb(ROOT / "resize" / f"{name}.to.{width}x{height}.png", np.asarray(resized))
        if name == "noise":
            for part, method in [("bilinear", Image.BILINEAR), ("lanczos", Image.LANCZOS)]:
                write_rgb(ROOT / part / f"{name}.png", pixels)
                for width, height in OTHER_FILTERS:
                    resized = Image.fromarray(pixels, "RGB").resize((width, height), method)
                    write_rgb(ROOT / part / f"{name}.to.{width}x{height}.png", np.asarray(resized))
            write_rgb(ROOT / "crop" / f"{name}.png", pixels)
            for width, height in CROPS:
                cropped = center_crop(pixels, (height, width), input_data_format="channels_last")
                write_rgb(ROOT / "crop" / f"{name}.to.{width}x{height}.png", cropped)


if __name__ == "__main__":
    main()
