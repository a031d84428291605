"""What the styles share: colours, noise, edges and coverage, on arrays of S x S in 0...1."""

import colorsys

import numpy as np
from scipy import ndimage

Array = np.ndarray
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def over(sprite: Array, ground: Array | float) -> Array:
    """A sprite (S, S, 4), straight alpha, on a ground: a colour or a picture; (S, S, 3)."""
    alpha = sprite[..., 3:]
    return sprite[..., :3] * alpha + ground * (1 - alpha)


def luma(picture: Array) -> Array:
    """Brightness (...,) of colours (..., 3)."""
    return picture @ LUMA


def to_bytes(picture: Array) -> Array:
    """A picture of 0...1 as uint8, clipped and rounded."""
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def hsv(hue: float, saturation: float, value: float) -> Array:
    """The RGB colour of a hue (any real, one turn per 1), saturation and value."""
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value))


def vivid(rng: np.random.Generator) -> Array:
    """A random saturated colour."""
    return hsv(rng.random(), rng.uniform(0.55, 0.95), rng.uniform(0.8, 1))


def noise(size: int, sigma: float, rng: np.random.Generator, octaves: int = 1) -> Array:
    """Smooth noise (S, S) of unit deviation that wraps around; octaves halve sigma and weight."""
    total = np.zeros((size, size))
    for octave in range(octaves):
        field = ndimage.gaussian_filter(rng.standard_normal((size, size)), sigma / 2**octave,
                                        mode="wrap")
        total += field / field.std() / 2**octave
    return total / total.std()


def blur(picture: Array, sigma: float) -> Array:
    """Gaussian blur over the two spatial axes."""
    return ndimage.gaussian_filter(picture, (sigma, sigma) + (0,) * (picture.ndim - 2))


def edges(picture: Array, sigma: float) -> Array:
    """Gradient magnitude (S, S) of a blurred picture, summed over its channels."""
    smooth = blur(picture, sigma)
    return np.sqrt((ndimage.sobel(smooth, 0)**2 + ndimage.sobel(smooth, 1)**2).sum(-1))


def outlines(sprite: Array, ground: Array | float, sigma: float, percentile: float) -> Array:
    """Edges of the sprite on a ground and of its coverage, 1 at the given percentile; clipped."""
    found = edges(np.dstack([over(sprite, ground), sprite[..., 3]]), sigma)
    return np.clip(found / max(np.percentile(found, percentile), 1e-6), 0, 1)


def warp(picture: Array, amount: float, sigma: float, rng: np.random.Generator) -> Array:
    """The picture pushed about by smooth noise of `amount` pixels."""
    size = picture.shape[0]
    rows, columns = np.mgrid[:size, :size]
    at = [rows + noise(size, sigma, rng) * amount, columns + noise(size, sigma, rng) * amount]
    return np.dstack([ndimage.map_coordinates(picture[..., channel], at, order=1, mode="nearest")
                      for channel in range(picture.shape[2])])


def grow(sprite: Array, radius: float) -> Array:
    """The sprite with its rim's colours carried `radius` pixels outwards."""
    alpha = sprite[..., 3]
    distance, nearest = ndimage.distance_transform_edt(alpha < 0.5, return_indices=True)
    colours = np.where((alpha > 0.5)[..., None], sprite[..., :3],
                       sprite[nearest[0], nearest[1], :3])
    return np.dstack([colours, np.maximum(alpha, np.clip(radius + 0.5 - distance, 0, 1))])


def mean_colour(sprite: Array) -> Array:
    """The sprite's average colour (3,), weighted by coverage."""
    return (sprite[..., :3] * sprite[..., 3:]).sum((0, 1)) / max(sprite[..., 3].sum(), 1)


def contrasting(sprite: Array, rng: np.random.Generator) -> Array:
    """A ground colour that the sprite stands out from: another hue, dark under a light sprite."""
    mean = mean_colour(sprite)
    value = rng.uniform(0.2, 0.42) if luma(mean) > 0.5 else rng.uniform(0.75, 0.95)
    return hsv(colorsys.rgb_to_hsv(*mean)[0] + rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6), value)
