"""Golden files of the module Images: JPEGs as Pillow reads and writes them, the texts of both formats, planes of masks.

Usage: python Tools/golden_jpeg.py
Writes Tests/Golden/images/{jpeg,comments,texts,planes}; every run writes the same bytes.

    jpeg/NAME.jpg        a JPEG of one kind, written by Pillow; NAME.expected.png is Pillow's convert("RGB") of it
    jpeg/written.Q.jpg   Pillow's JPEG in quality Q of jpeg/written.png
    comments/NAME.jpg    a JPEG whose EXIF is put together here, with the UserComment of comments.json
    texts/NAME.png       a PNG into which Pillow wrote the texts of texts.json, which it reads as those
    planes/NAME.png      a picture with transparency; NAME.alpha.png and NAME.luminance.png are its two planes, in grey
"""

import io
import struct

import numpy as np
from PIL import Image, PngImagePlugin

from golden_images import GREY_ALPHA, PALETTE, RGB, RGBA, GREY, CHANNELS, chunk, png, write, write_rgb
from golden_support import GOLDEN, write_json

ROOT = GOLDEN / "images"
ORIENTATION = 0x0112


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def picture(rng, width, height):
    """Smooth, with edges and some noise: what a JPEG is for, and what it is not for."""
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x * y) % 256], -1)
    edges = ((x // 5 + y // 3) % 4 == 0)[..., None] * np.array([90, -120, 60])
    return np.clip(smooth + edges + rng.integers(-12, 13, (height, width, 3)), 0, 255).astype("u1")


def jpeg_cases(rng):
    image = Image.fromarray(picture(rng, 61, 47))
    for name, subsampling in {"444": 0, "422": 1, "420": 2}.items():
        yield f"sequential-{name}", jpeg(image, quality=80, subsampling=subsampling)
        yield f"progressive-{name}", jpeg(image, quality=80, subsampling=subsampling, progressive=True)
    # Chroma of half the height alone: the file on its side is one of half the width alone, with other sampling factors.
    yield "sequential-440", with_sampling(jpeg(image, quality=80, subsampling=1))
    yield "grey", jpeg(image.convert("L"), quality=90)
    yield "grey-progressive", jpeg(image.convert("L"), quality=90, progressive=True)
    yield "rgb", jpeg(image, quality=90, keep_rgb=True)
    yield "restarts", jpeg(image, quality=70, restart_marker_blocks=3)
    yield "optimized", jpeg(image, quality=30, optimize=True)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    yield "turned-by-exif", jpeg(image, quality=75, exif=exif)
    yield "commented", jpeg(image, quality=75, comment=b"a comment")
    for width, height in ((1, 1), (2, 3), (1, 17), (17, 1), (8, 8), (16, 16)):
        yield f"tiny-{width}x{height}", jpeg(Image.fromarray(picture(rng, width, height)), quality=85)


def with_sampling(data):
    """The same coded data read as 4:4:0: luma sampled 1 x 2 where it was 2 x 1 (the picture is another one then)."""
    at = data.index(b"\xff\xc0") + 2 + 2 + 6
    assert data[at : at + 2] == b"\x01\x21"
    height, width = struct.unpack(">HH", data[at - 5 : at - 1])
    return data[: at - 5] + struct.pack(">HH", width, height) + data[at - 1 : at + 1] + b"\x12" + data[at + 2 :]


def comments():
    """EXIF structures by hand, so that byte orders and encodings vary: name, text or None, EXIF payload."""
    def exif(order, comment, kind=7):
        begin = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
        first = struct.pack(order + "HHHIIHHII", 2, 0x0112, 3, 1, 1 if order == "<" else 1 << 16, 0x8769, 4, 1, 38)
        second = struct.pack(order + "HHHII", 1, 0x9286, kind, len(comment), 56)
        return b"Exif\0\0" + begin + first + bytes(4) + second + bytes(4) + comment

    text = "a fox, 狐 🦊\nSteps: 20"
    yield "big-endian", text, exif(">", b"UNICODE\0" + text.encode("utf-16-be"))
    yield "big-endian-in-little", text, exif("<", b"UNICODE\0" + text.encode("utf-16-be"))
    yield "little-endian-marked", text, exif("<", b"UNICODE\0" + b"\xff\xfe" + text.encode("utf-16-le"))
    yield "ascii-padded", "a fox", exif(">", b"ASCII\0\0\0a fox\0\0\0")
    yield "undefined", "a fox", exif("<", b"\0\0\0\0\0\0\0\0a fox")
    yield "japanese", None, exif("<", b"JIS\0\0\0\0\0a fox")
    yield "odd-length", None, exif(">", b"UNICODE\0abc")
    yield "of-another-type", None, exif(">", b"UNICODE\0" + text.encode("utf-16-be"), kind=2)
    yield "lone-surrogate", None, exif(">", b"UNICODE\0\xd8\x00")


TEXTS = {
    "plain": [("parameters", "a fox\nSteps: 20, Seed: 7"), ("Comment", "crème brûlée"), ("empty", "")],
    "international": [("parameters", "狐 🦊\nSteps: 20"), ("liminal", '{"prompt":"狐"}'), ("parameters", "again")],
}


def text_cases():
    """Each set of texts as they are and compressed: name, texts, file."""
    for name, texts in TEXTS.items():
        for compressed in (False, True):
            info = PngImagePlugin.PngInfo()
            for keyword, text in texts:
                info.add_text(keyword, text, zip=compressed)
            buffer = io.BytesIO()
            Image.fromarray(np.full((2, 3, 3), 7, "u1")).save(buffer, "PNG", pnginfo=info)
            read = Image.open(io.BytesIO(buffer.getvalue())).text
            assert read == dict(texts), read
            yield name + ("-compressed" if compressed else ""), texts, buffer.getvalue()


def plane_cases(rng):
    kinds = {"rgba-8": (RGBA, 8), "rgba-16": (RGBA, 16), "grey-alpha-8": (GREY_ALPHA, 8), "rgb-8": (RGB, 8)}
    for name, (colour, depth) in kinds.items():
        yield name, png(rng.integers(0, 1 << depth, (13, 19, CHANNELS[colour])), colour, depth)
    samples = rng.integers(0, 16, (13, 19, 1))
    colours = rng.integers(0, 256, 48).astype("u1").tobytes()
    # tRNS stands after PLTE, which `png` writes last before the pixels: it comes with the palette's chunk here.
    data = png(samples, PALETTE, 4, palette=colours)
    end = data.index(b"IDAT") - 4
    yield "palette-4", data[:end] + chunk(b"tRNS", bytes([0, 128, 255, 7])) + data[end:]
    samples = rng.integers(0, 256, (13, 19, 3))
    yield "transparent-colour", png(samples, RGB, 8, before=chunk(b"tRNS", struct.pack(">3H", *samples[4, 5])))
    samples = rng.integers(0, 256, (13, 19, 1))
    yield "transparent-grey", png(samples, GREY, 8, before=chunk(b"tRNS", struct.pack(">H", *samples[4, 5])))


def planes(data):
    image = Image.open(io.BytesIO(data))
    alpha = np.asarray(image.convert("RGBA"))[..., 3]
    # By way of RGB: Pillow has roundings of its own for palettes, and none for grey.
    return alpha, np.asarray(image.convert("RGB").convert("L"))


def main():
    rng = np.random.default_rng(2027)
    for name, data in jpeg_cases(rng):
        write(ROOT / "jpeg" / f"{name}.jpg", data)
        write_rgb(ROOT / "jpeg" / f"{name}.expected.png", np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    pixels = picture(rng, 45, 38)
    write_rgb(ROOT / "jpeg" / "written.png", pixels)
    for quality in (1, 40, 75, 95, 100):
        write(ROOT / "jpeg" / f"written.{quality}.jpg", jpeg(Image.fromarray(pixels), quality=quality))
    known = {}
    bare = jpeg(Image.fromarray(picture(rng, 8, 8)))
    for name, text, exif in comments():
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        write(ROOT / "comments" / f"{name}.jpg", bare[:2] + segment + bare[2:])
        known[name] = text
    write_json(ROOT / "comments" / "comments.json", known)
    for name, texts, data in text_cases():
        write(ROOT / "texts" / f"{name}.png", data)
    write_json(ROOT / "texts" / "texts.json", TEXTS)
    for name, data in plane_cases(rng):
        write(ROOT / "planes" / f"{name}.png", data)
        for kind, plane in zip(("alpha", "luminance"), planes(data)):
            write_rgb(ROOT / "planes" / f"{name}.{kind}.png", np.repeat(plane[..., None], 3, axis=2))


if __name__ == "__main__":
    main()
