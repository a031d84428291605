"""Styles of line: pencil sketch, woodcut print, neon sign, blueprint, chalk drawing."""

import numpy as np
from scipy import ndimage

from recipe.styles.fields import (
    Array,
    blur,
    edges,
    hsv,
    luma,
    noise,
    outlines,
    over,
    to_bytes,
    vivid,
)

INKS = np.array([[0.1, 0.09, 0.09], [0.45, 0.1, 0.08], [0.08, 0.14, 0.32]])


def pencil(sprite: Array, rng: np.random.Generator) -> Array:
    """Grey contours and crossed hatching where the drawing is dark."""
    size = sprite.shape[0]
    bright = luma(over(sprite, 1.0))
    around = blur(1 - bright, size / 60)
    dodged = np.clip(bright / np.maximum(1 - around, 0.05), 0, 1)
    contour = outlines(sprite, 1.0, size / 260, 99)
    rows, columns = np.mgrid[:size, :size]
    waver, turn = noise(size, size / 20, rng) * size / 85, 2 * np.pi / (size / 24)
    hatch = 0.5 + 0.5 * np.sin((columns + rows + waver) * turn)
    cross = 0.5 + 0.5 * np.sin((columns - rows + waver) * turn)
    tone = blur(bright, size / 150)
    shade = 1 - np.clip(0.95 - tone, 0, 1) * 0.75 * hatch - np.clip(0.5 - tone, 0, 1) * 0.9 * cross
    value = np.clip(np.minimum(dodged, 1 - 0.85 * contour), 0, 1) * shade
    grain = np.clip(1 + 0.13 * noise(size, max(0.6, size / 256), rng), 0.5, 1.5)
    value = 1 - (1 - value) * grain
    return to_bytes(value[..., None] * np.array([0.98, 0.975, 0.96]))


def woodcut(sprite: Array, rng: np.random.Generator) -> Array:
    """One ink on tinted paper: cut lines that follow the tones, thick outlines, rays around."""
    size = sprite.shape[0]
    paper = hsv(rng.uniform(0.06, 0.14), rng.uniform(0.12, 0.3), 0.94)
    ink = INKS[rng.integers(len(INKS))]
    bright, alpha = luma(over(sprite, 1.0)), sprite[..., 3]
    rows, columns = np.mgrid[:size, :size]
    waver = noise(size, size / 14, rng) * size / 100
    phase = (rows + blur(bright, size / 30) * size / 4.3 + waver) * 2 * np.pi / (size / 20)
    tone = np.clip((blur(bright, size / 130) - 0.12) / 0.62, 0, 1.02)
    inked = (np.sin(phase) * 0.5 + 0.5 > tone) & (alpha > 0.5)
    found = edges(np.dstack([over(sprite, 1.0), alpha]), size / 150)
    inked |= found > max(np.percentile(found, 91), 0.1)
    centre = size / 2
    around = np.hypot(rows - centre, columns - centre)
    spokes = np.sin(np.arctan2(rows - centre, columns - centre) * int(rng.integers(24, 40)))
    inked |= (spokes > 0.8) & (alpha < 0.03) & (around > size * 0.38)
    mask = np.clip((blur(inked.astype(float), size / 300) - 0.5) * 6 + 0.5, 0, 1)
    mask *= noise(size, max(0.6, size / 256), rng) > -2.2
    return to_bytes(paper * (1 - mask[..., None]) + ink * mask[..., None])


def neon(sprite: Array, rng: np.random.Generator) -> Array:
    """Glowing tubes along the outlines, in the night."""
    size = sprite.shape[0]
    picture = over(sprite, 0.0)
    tube = outlines(sprite, 0.0, size / 150, 98.5)**1.6
    colour = blur(picture * tube[..., None], size / 60)
    colour = 0.65 * colour / (colour.max(-1, keepdims=True) + 0.05) + 0.35 * vivid(rng)
    colour /= colour.max(-1, keepdims=True) + 1e-3
    glow = blur(tube, size / 90) + 1.3 * blur(tube, size / 30) + 1.2 * blur(tube, size / 10)
    night = np.array([0.03, 0.02, 0.07])
    return to_bytes(night + colour * glow[..., None] * 0.8 + tube[..., None]**2 * 0.75)


def blueprint(sprite: Array, rng: np.random.Generator) -> Array:
    """Pale lines on blue paper with a ruled grid."""
    size = sprite.shape[0]
    contour = outlines(sprite, 1.0, size / 240, 98.5)
    paper = np.array([0.07, 0.24, 0.52]) * (1 + 0.06 * noise(size, size / 5, rng)[..., None])
    step, width = size // 8, max(1, size // 128)
    grid = np.zeros((size, size))
    for offset in range(width):
        grid[step // 2 + offset::step] = 0.22
        grid[:, step // 2 + offset::step] = 0.22
    grain = np.clip(1 + 0.12 * noise(size, max(0.6, size / 256), rng), 0.5, 1.2)
    line = np.clip(contour * 1.1 + grid, 0, 1) * grain
    return to_bytes(paper + line[..., None] * np.array([0.83, 0.78, 0.49]))


def chalk(sprite: Array, rng: np.random.Generator) -> Array:
    """Dusty coloured lines and slanted strokes on a blackboard."""
    size = sprite.shape[0]
    picture = over(sprite, 0.0)
    contour = ndimage.maximum_filter(outlines(sprite, 0.0, size / 180, 98), max(2, size // 100))
    dust = np.clip(0.9 + 0.22 * noise(size, max(0.7, size / 180), rng), 0, 1)
    board = np.array([0.13, 0.2, 0.17]) * (1 + 0.1 * noise(size, size / 7, rng, 3)[..., None])
    colour = 0.6 * picture / np.maximum(picture.max(-1, keepdims=True), 0.25) + 0.4
    rows, columns = np.mgrid[:size, :size]
    stroke = np.sin((rows + columns + noise(size, size / 20, rng) * size / 64)
                    * 2 * np.pi / (size / 16)) > -0.3
    mask = np.clip(1.2 * contour + 0.75 * sprite[..., 3] * stroke, 0, 1) * dust
    return to_bytes(board * (1 - mask[..., None]) + colour * mask[..., None])
