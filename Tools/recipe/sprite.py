"""A drawing of the pack, cut out and placed on a square canvas."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

VISIBLE = 8  # of 255: fainter pixels do not count as part of the drawing


@dataclass(frozen=True)
class Entry:
    """A concept as the pack lists it."""

    code: str
    name: str
    group: str
    subgroup: str
    keywords: tuple[str, ...]
    artists: tuple[str, ...]


def read_pack(pack: Path) -> list[Entry]:
    """The pack's concepts, in its order."""
    entries = json.loads((pack / "concepts.json").read_text(encoding="utf-8"))
    return [Entry(**{**entry, "keywords": tuple(entry["keywords"]),
                     "artists": tuple(entry["artists"])}) for entry in entries]


@lru_cache(maxsize=64)
def cutout(pack: Path, code: str, artist: str) -> Image.Image:
    """The drawing without the empty rows and columns around it."""
    with Image.open(pack / artist / f"{code}.webp") as file:
        image = file.convert("RGBA")
    visible = image.getchannel("A").point([255 * (value > VISIBLE) for value in range(256)])
    return image.crop(visible.getbbox())


def place(pack: Path, code: str, artist: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """The drawing (size, size, 4) in 0...1, near the middle and about 80 % of the side."""
    image = cutout(pack, code, artist)
    ratio = size * rng.uniform(0.76, 0.84) / max(image.size)
    side = [max(1, round(length * ratio)) for length in image.size]
    filter_ = Image.Resampling.LANCZOS if ratio < 1 else Image.Resampling.BICUBIC
    # Resampled with premultiplied alpha: transparent pixels have no colour to bleed.
    image = image.convert("RGBa").resize(side, filter_).convert("RGBA")
    canvas = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    shift = rng.uniform(-size / 64, size / 64, 2)
    canvas.paste(image, tuple(round((size - length) / 2 + move)
                              for length, move in zip(side, shift, strict=True)))
    return np.asarray(canvas) / 255
