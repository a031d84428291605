"""PNGs, right and wrong, without an imaging library."""

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
