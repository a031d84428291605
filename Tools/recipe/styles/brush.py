"""Styles of paint: watercolour, oil painting, pointillism."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from recipe.styles.fields import (
    Array,
    blur,
    contrasting,
    edges,
    grow,
    luma,
    noise,
    over,
    to_bytes,
    warp,
)

PAPER = np.array([0.985, 0.975, 0.95])


def watercolor(sprite: Array, rng: np.random.Generator) -> Array:
    """Thin washes with dark rims and pale blooms, bleeding into paper."""
    size = sprite.shape[0]
    sprite = np.clip(warp(sprite, size / 110, size / 24, rng), 0, 1)
    alpha = blur(sprite[..., 3], size / 200)[..., None]
    window = max(3, size // 40)
    wash = blur(ndimage.median_filter(over(sprite, 1.0), size=(window, window, 1)), size / 120)
    rim = edges(np.dstack([wash, alpha[..., 0]]), size / 160)
    pigment = (1 + 0.14 * noise(size, size / 18, rng, 3) + 0.9 * rim / (rim.max() + 1e-6))
    paint = 1 - (0.82 - wash * 0.82) * pigment[..., None] * 0.95
    bloom = blur(sprite, size / 14)
    halo = bloom[..., 3:] * 0.25
    tint = np.clip(bloom[..., :3] / np.maximum(bloom[..., 3:], 0.05), 0, 1)
    ground = PAPER * (1 - halo) + tint * halo
    grain = 1 + 0.012 * noise(size, 0.9, rng) + 0.012 * noise(size, size / 48, rng)
    return to_bytes((ground * (1 - alpha) + paint * alpha) * grain[..., None])


def kuwahara(picture: Array, radius: int) -> Array:
    """Kuwahara's filter: each pixel takes the mean of the least varied of four windows."""
    width, half = radius + 1, (radius + 1) // 2
    bright = luma(picture)
    mean = ndimage.uniform_filter(picture, (width, width, 1))
    variance = ndimage.uniform_filter(bright**2, width) - ndimage.uniform_filter(bright, width)**2
    rows, columns = np.arange(picture.shape[0]), np.arange(picture.shape[1])
    least, result = np.full(bright.shape, np.inf), np.empty_like(picture)
    for down in (-half, half):
        for right in (-half, half):
            window = np.ix_(np.clip(rows - down, 0, len(rows) - 1),
                            np.clip(columns - right, 0, len(columns) - 1))
            better = variance[window] < least
            least[better] = variance[window][better]
            result[better] = mean[window][better]
    return result


def strokes(bright: Array, rng: np.random.Generator) -> Array:
    """Brush relief (S, S): noise summed along the outlines' direction (line integral)."""
    size = bright.shape[0]
    down, right = np.gradient(blur(bright, size / 50))
    calm = np.hypot(down, right) < 0.002
    angle = np.arctan2(right, -down) + 0.6 * noise(size, size / 8, rng) * calm
    grain, relief = rng.standard_normal((size, size)), np.zeros((size, size))
    start = np.mgrid[:size, :size].astype(float)
    stride = size / 213  # 1.2 px at 256
    for sign in (-stride, stride):
        row, column = start.copy()
        for _ in range(10):
            relief += ndimage.map_coordinates(grain, [row, column], order=1, mode="wrap")
            here = angle[row.astype(int) % size, column.astype(int) % size]
            row, column = row + sign * np.sin(here), column + sign * np.cos(here)
    return blur(relief / relief.std(), size / 400)


def oil(sprite: Array, rng: np.random.Generator) -> Array:
    """Patches of paint with brush relief on a two-toned ground."""
    size = sprite.shape[0]
    sprite = grow(sprite, size / 150)
    share = np.linspace(0, 1, size)[:, None, None]
    ground = contrasting(sprite, rng) * (1 - share) + contrasting(sprite, rng) * share
    ground = np.broadcast_to(ground, (size, size, 3))
    ground = ground + 0.06 * noise(size, size / 16, rng, 2)[..., None]
    picture = over(warp(sprite, size / 120, size / 20, rng), ground)
    picture = np.clip(picture + 0.05 * noise(size, size / 40, rng)[..., None], 0, 1)
    picture = kuwahara(kuwahara(picture, max(2, size // 44)), max(2, size // 64))
    relief = strokes(luma(picture), rng)
    down, right = np.gradient(relief)
    return to_bytes(picture * (1 + 0.035 * relief[..., None]) + 0.05 * (down + right)[..., None])


def point(sprite: Array, rng: np.random.Generator) -> Array:
    """Round dabs of colour, each a little off the colour beneath, on pale ground."""
    size = sprite.shape[0]
    ground = contrasting(sprite, rng)
    picture = over(sprite, ground)
    count, scale = 2600, size / 256
    at = rng.random((count, 2)) * size
    radius = rng.uniform(2.8, 5.0, count) * scale
    row, column = at.astype(int).T
    colours = to_bytes(picture[row, column] + rng.normal(0, 0.07, (count, 3)))
    # Drawn at three times the size: discs of a pixel or two need their soft rims.
    canvas = Image.new("RGB", (size * 3, size * 3), tuple(to_bytes(0.35 + 0.65 * ground).tolist()))
    draw = ImageDraw.Draw(canvas)
    for (y, x), r, colour in zip(at * 3, radius * 3, colours, strict=True):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(colour.tolist()))
    return np.asarray(canvas.resize((size, size), Image.Resampling.BOX))
