"""The twelve art styles: each draws a sprite, deterministically from its generator.

A renderer takes a sprite (S, S, 4), straight alpha in 0...1, and returns uint8 (S, S, 3). Every
length is a share of S, so that a picture is the same picture at any size. All are our own code.
"""

import numpy as np

from recipe.split import STYLES
from recipe.styles import block, brush, line

# Background colours that captions name; the styles not listed have their own grounds.
PALE = {"white": (1, 1, 1), "blue": (0.72, 0.86, 1), "pink": (1, 0.8, 0.88),
        "yellow": (1, 0.95, 0.68), "green": (0.78, 0.95, 0.76), "purple": (0.86, 0.8, 1),
        "gray": (0.85, 0.86, 0.88), "orange": (1, 0.86, 0.68)}
VIVID = {"red": (0.93, 0.2, 0.2), "yellow": (1, 0.85, 0.1), "blue": (0.15, 0.4, 0.95),
         "green": (0.2, 0.8, 0.3), "pink": (1, 0.4, 0.7), "orange": (1, 0.55, 0.1),
         "purple": (0.55, 0.25, 0.85), "turquoise": (0.15, 0.8, 0.8)}
GROUNDS = {"flat": PALE, "pixel": PALE, "pop": VIVID}
BACKGROUNDS = tuple(sorted(PALE.keys() | VIVID.keys()))

_RENDERERS = {
    "flat": block.flat, "pixel": block.pixel, "watercolor": brush.watercolor, "oil": brush.oil,
    "pencil": line.pencil, "stained": block.stained, "pop": block.pop, "woodcut": line.woodcut,
    "neon": line.neon, "blueprint": line.blueprint, "point": brush.point, "chalk": line.chalk,
}
assert tuple(_RENDERERS) == STYLES


def draw(style: str, sprite: np.ndarray, rng: np.random.Generator,
         background: str = "") -> np.ndarray:
    """The sprite in a style, on the named background where the style has one to choose."""
    renderer = _RENDERERS[style]
    if style not in GROUNDS:
        return np.ascontiguousarray(renderer(sprite, rng))
    ground = np.clip(np.array(GROUNDS[style][background]) + rng.normal(0, 0.015, 3), 0, 1)
    return np.ascontiguousarray(renderer(sprite, rng, ground))
