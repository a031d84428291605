"""Styles of plain areas: flat illustration, pixel art, stained glass, pop art."""

import colorsys

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.spatial import cKDTree

from recipe.styles.fields import (
    Array,
    blur,
    edges,
    grow,
    hsv,
    luma,
    mean_colour,
    noise,
    outlines,
    over,
    to_bytes,
)

CELLS = 32  # pixel art's cells a side
DOTS = 16  # pop art's dots a side: one to a latent cell at 128 px


def flat(sprite: Array, rng: np.random.Generator, ground: Array) -> Array:
    """The drawing as it is, on a plain ground."""
    del rng
    return to_bytes(over(sprite, ground))


def pixel(sprite: Array, rng: np.random.Generator, ground: Array) -> Array:
    """Square cells of sixteen colours; a cell half covered is the drawing's."""
    del rng
    size = sprite.shape[0]
    side = size // CELLS
    cells = sprite[:CELLS * side, :CELLS * side].reshape(CELLS, side, CELLS, side, 4)
    coverage = cells[..., 3].mean((1, 3))
    weight = np.maximum(cells[..., 3].sum((1, 3)), 1e-6)[..., None]
    colours = (cells[..., :3] * cells[..., 3:]).sum((1, 3)) / weight
    picture = np.where((coverage > 0.5)[..., None], colours, ground)
    palette = Image.fromarray(to_bytes(picture)).quantize(16, dither=Image.Dither.NONE)
    return np.asarray(palette.convert("RGB").resize((size, size), Image.Resampling.NEAREST))


def stained(sprite: Array, rng: np.random.Generator) -> Array:
    """Voronoi panes between dark leads, a lead along every outline."""
    size = sprite.shape[0]
    sprite = grow(sprite, size / 90)
    panes, alpha = int(rng.integers(70, 110)), sprite[..., 3]
    points = np.stack(np.mgrid[:size, :size], -1).reshape(-1, 2)
    centres = rng.random((panes, 2)) * size
    # Two rounds of Lloyd's algorithm, pulled towards the drawing and its edges.
    weight = 0.3 + 2 * alpha.ravel() + 4 * np.clip(edges(sprite, size / 200).ravel(), 0, 1)
    for _ in range(2):
        pane = cKDTree(centres).query(points)[1]
        mass = np.maximum(np.bincount(pane, weight, panes), 1e-9)
        centres = np.stack([np.bincount(pane, weight * points[:, axis], panes) / mass
                            for axis in range(2)], -1)
    distance, nearest = cKDTree(centres).query(points, k=2)
    pane = nearest[:, 0]
    picture = over(sprite, stained_ground(sprite, rng)).reshape(-1, 3)
    covered = np.bincount(pane, alpha.ravel(), panes)
    count = np.maximum(np.bincount(pane, minlength=panes), 1)
    inside = (covered / count > 0.38)[:, None]
    weights = np.where(inside[pane, 0], alpha.ravel(), 1)
    total = np.maximum(np.bincount(pane, weights, panes), 1e-6)[:, None]
    source = np.where(inside[pane], sprite[..., :3].reshape(-1, 3), picture)
    glass = np.stack([np.bincount(pane, weights * source[:, channel], panes)
                      for channel in range(3)], -1) / total
    grey = glass.mean(1, keepdims=True)
    glass = np.clip(grey + (glass - grey) * 1.35, 0, 1) * rng.uniform(0.85, 1.12, (panes, 1))
    shine = 1 + 0.06 * noise(size, size / 20, rng)[..., None]
    gap = (distance[:, 1] - distance[:, 0]).reshape(size, size)
    lead = np.clip(gap / (size / 36), 0, 1)**1.3
    rim = np.clip(1.4 - 3 * np.abs(blur(alpha, size / 90) - 0.5), 0, 1)
    inner = np.clip(1.6 * outlines(sprite, 1.0, size / 110, 98) - 0.4, 0, 1)
    # A pane of the drawing keeps half of the drawing's own colours, so that eyes stay eyes.
    coloured = glass[pane].reshape(size, size, 3)
    own = inside[pane].reshape(size, size, 1) * 0.5
    coloured = coloured * (1 - own) + blur(over(sprite, coloured), size / 100) * own
    return to_bytes(coloured * shine * (lead * (1 - np.maximum(rim, inner)))[..., None] + 0.05)


def stained_ground(sprite: Array, rng: np.random.Generator) -> Array:
    """Three shades of a hue away from the drawing's, in broad patches (S, S, 3)."""
    size, mean = sprite.shape[0], mean_colour(sprite)
    hue = colorsys.rgb_to_hsv(*mean)[0] + rng.uniform(0.33, 0.67)
    value = 0.45 if luma(mean) > 0.5 else 0.95
    shades = np.array([hsv(hue, 0.7, value * share) for share in (0.8, 0.9, 1.0)])
    return shades[np.digitize(noise(size, size / 6, rng), [-0.5, 0.5])]


def pop(sprite: Array, rng: np.random.Generator, ground: Array) -> Array:
    """Few strong colours, halftone dots in the shadows and on the ground, a black outline."""
    size = sprite.shape[0]
    second = np.clip(ground * 0.55 + 0.45, 0, 1) if rng.random() < 0.5 else ground * 0.6
    picture = over(sprite, ground)
    few = Image.fromarray(to_bytes(picture)).quantize(7, dither=Image.Dither.NONE).convert("RGB")
    colours = np.asarray(few) / 255
    grey = colours.mean(-1, keepdims=True)
    colours = np.clip(grey + (colours - grey) * 1.5, 0, 1)
    rows, columns = np.mgrid[:size, :size] * (np.pi * DOTS / size)
    screen = (np.cos(rows + columns) * np.cos(rows - columns) + 1) / 2
    inside = sprite[..., 3] > 0.5
    shadow = inside & (screen > np.clip(blur(luma(picture), size / 90) * 1.1 + 0.1, 0, 0.97))
    colours = np.where(shadow[..., None], colours * 0.55, colours)
    colours = np.where((~inside & (screen > 0.66))[..., None], second, colours)
    found = edges(np.dstack([picture, sprite[..., 3]]), size / 260)
    line = ndimage.maximum_filter(found > max(np.percentile(found, 93), 0.1), max(2, size // 64))
    return to_bytes(np.where(line[..., None], 0.05, colours))
