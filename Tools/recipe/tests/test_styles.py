"""The style renderers: pure functions of their seed, distinct, and the same picture at any size."""

import numpy as np
import pytest

from recipe.split import STYLES
from recipe.styles import BACKGROUNDS, GROUNDS, draw


def disc(size: int) -> np.ndarray:
    """A red disc with a blue square in it, on nothing: (size, size, 4)."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    sprite = np.zeros((size, size, 4))
    sprite[np.hypot(x, y) < 0.38] = (0.85, 0.2, 0.15, 1)
    sprite[(np.abs(x) < 0.15) & (np.abs(y) < 0.15)] = (0.2, 0.3, 0.9, 1)
    return sprite


def picture(style: str, size: int = 64, seed: int = 3) -> np.ndarray:
    ground = sorted(GROUNDS[style])[0] if style in GROUNDS else ""
    return draw(style, disc(size), np.random.default_rng(seed), ground)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_a_function_of_its_seed(style: str) -> None:
    first, again, other = picture(style), picture(style), picture(style, seed=4)
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("style", STYLES)
def test_the_object_is_seen_at_every_size(style: str) -> None:
    for size in (64, 256):
        image = picture(style, size).astype(float)
        edge, middle = image[: size // 16].std((0, 1)), image[size // 4 : -size // 4].std((0, 1))
        assert middle.mean() > edge.mean() * 0.5
        assert middle.mean() > 8


def test_styles_differ_from_each_other() -> None:
    images = {style: picture(style) for style in STYLES}
    for one in STYLES:
        for other in STYLES[: STYLES.index(one)]:
            assert (images[one] != images[other]).any(-1).mean() > 0.02, (one, other)


@pytest.mark.parametrize("style", sorted(GROUNDS))
def test_a_named_background_is_the_one_drawn(style: str) -> None:
    for name in GROUNDS[style]:
        image = draw(style, np.zeros((64, 64, 4)), np.random.default_rng(0), name)
        seen = np.median(image.reshape(-1, 3), 0) / 255
        distances = {each: np.abs(seen - value).max() for each, value in GROUNDS[style].items()}
        assert min(distances, key=distances.__getitem__) == name
        assert name in BACKGROUNDS
