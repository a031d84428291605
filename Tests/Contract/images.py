"""PNGs and JPEGs, right and wrong, without an imaging library."""

import base64
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int, depth: int = 8, color: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def png(width: int = 64, height: int = 64, seed: int = 1) -> bytes:
    """A colourful picture that depends on the seed alone."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(((x * 3 + seed * 40) % 256, (y * 5 + seed * 7) % 256, (x * y + seed) % 256))
    return SIGNATURE + header(width, height) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def black(width: int, height: int) -> bytes:
    """A picture of few bytes, however large it is."""
    rows = zlib.compress(bytes(height * (1 + 3 * width)), 1)
    return SIGNATURE + header(width, height) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pixel_data(data: bytes) -> bytes:
    """What a PNG says of its pixels, whatever texts it carries."""
    pixels, place = b"", len(SIGNATURE)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        if kind == b"IDAT":
            pixels += data[place + 8:place + 8 + length]
        place += 12 + length
    return pixels


def jpeg() -> bytes:
    """64 x 64 colourful pixels, written by Pillow in quality 60."""
    return base64.b64decode(JPEG)


JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV"
    "pQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCABA"
    "AEADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAwUH/8QAFhAAAwAAAAAAAAAAAAAAAAAAAAID/8QAGAEBAQEBAQAAAAAAAAAAAAAABA"
    "MGAAL/xAAXEQEBAQEAAAAAAAAAAAAAAAAAAwEC/9oADAMBAAIRAxEAPwDN1mKsxVmKsz1jp0GsxlmIsxVmVwydBrMZZiLMVZlMM4oNZjLMRZir"
    "MrhnFENZirMRZjLMDjHcUGsxVmIsxlmVwzig1mKsxFmMsymGcUGsxVmKsxVmVwziiEsxlmIsxVmBxjuKDWYyzEWYyzK4ZOglmMsxFmMsymGToJ"
    "ZjLMRZjLMrhnFEJZirMRZjLMDjHcUGsxVmKsxVmVwzig1mKsxVmKsymGcUGsxVmKsxVmVwzij/2Q=="
)


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def frame(width: int, height: int, marker: int = 0xC2, precision: int = 8, components: int = 3) -> bytes:
    parts = b"".join(bytes([i + 1, 0x11, 0]) for i in range(components))
    return segment(marker, struct.pack(">BHHB", precision, height, width, components) + parts)


def broken_jpegs() -> dict[str, bytes]:
    """Files that begin as JPEGs and are none that is read, each small."""
    good = jpeg()
    start, end = b"\xff\xd8", b"\xff\xd9"
    # Tables of one code each, so that zeros are pixels: the means of three components, then no more frequencies.
    code = b"\0\1" + b"\0" * 15
    tables = segment(0xDB, b"\0" + b"\1" * 64) + segment(0xC4, b"\0" + code + b"\x10" + code)
    means = segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 0, 0])) + b"\0"
    band = segment(0xDA, bytes([1, 1, 0, 1, 1, 0])) + b"\0"
    return {
        "JPEG's first bytes alone": good[:3],
        "JPEG cut in the header": good[:40],
        "JPEG cut in the pixels": good[:-40],
        "JPEG cut before the end": good[:-2],
        "JPEG without segments": start + b"\xff" * 64,
        "JPEG without a size": start + tables + means + end,
        "JPEG without width": start + tables + frame(0, 64) + means + end,
        "JPEG without height": start + tables + frame(64, 0) + means + end,
        "JPEG 4097 wide": start + tables + frame(4097, 1) + means + end,
        "JPEG of 19000 x 19000": start + tables + frame(19000, 19000) + means + b"\0" * 44_000 + end,
        "JPEG of more rows than pixels": start + tables + frame(4096, 4096) + means + end,
        "JPEG in CMYK": start + tables + frame(64, 64, components=4) + means + end,
        "JPEG of 12 bits": start + tables + frame(64, 64, precision=12) + means + end,
        "JPEG with arithmetic coding": start + tables + frame(64, 64, marker=0xC9) + means + end,
        "JPEG of 100000 scans": start + tables + frame(8, 8) + means + band * 100_000 + end,
        "JPEG with a segment longer than the file": start + tables + frame(64, 64) + b"\xff\xe1\xff\xff",
        "JPEG without tables": start + frame(8, 8) + means + end,
    }


def transparent(width: int = 64, height: int = 64, part: float = 0.5) -> bytes:
    """A mask of the OpenAI API: the upper part of it is to be edited."""
    rows = b"".join(
        b"\0" + bytes((9, 9, 9, 0 if y < height * part else 255)) * width for y in range(height))
    return SIGNATURE + header(width, height, color=6) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def broken_pngs() -> dict[str, bytes]:
    """Files that begin as PNGs and are none, each small."""
    good = png()
    body = chunk(b"IDAT", zlib.compress(b"\0" * (64 * 3 + 1) * 64)) + chunk(b"IEND", b"")
    flipped = bytearray(good)
    flipped[60] ^= 0xFF
    return {
        "signature alone": SIGNATURE,
        "cut in the header": good[:20],
        "cut in the pixels": good[: len(good) // 2],
        "cut before the end": good[:-6],
        "a flipped bit": bytes(flipped),
        "header of the wrong length": SIGNATURE + chunk(b"IHDR", b"\0" * 12) + body,
        "no header": SIGNATURE + body,
        "no pixels": SIGNATURE + header(64, 64) + chunk(b"IEND", b""),
        "no width": SIGNATURE + header(0, 64) + body,
        "no height": SIGNATURE + header(64, 0) + body,
        "4097 wide": SIGNATURE + header(4097, 1) + body,
        "4097 high": SIGNATURE + header(1, 4097) + body,
        "19000 x 19000 from 44 KB": SIGNATURE + header(19000, 19000) + chunk(b"IDAT", zlib.compress(b"\0" * (1 << 25))),
        "2147483647 wide": SIGNATURE + header(0x7FFFFFFF, 1) + body,
        "negative width": SIGNATURE + header(0x80000000, 64) + body,
        "depth 3": SIGNATURE + header(64, 64, depth=3) + body,
        "colour type 5": SIGNATURE + header(64, 64, color=5) + body,
        "palette without one": SIGNATURE + header(64, 64, color=3) + body,
        "interlace 7": SIGNATURE + header(64, 64, interlace=7) + body,
        "more rows than pixels": SIGNATURE + header(64, 4096) + body,
        "chunk longer than the file": SIGNATURE + header(64, 64) + b"\x7f\xff\xff\xffIDAT",
        "pixels that do not inflate": SIGNATURE + header(64, 64) + chunk(b"IDAT", b"\0" * 64) + chunk(b"IEND", b""),
    }
