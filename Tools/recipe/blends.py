"""Blends of two styles of one drawing, with the share of each as a soft label."""

from collections import defaultdict

import numpy as np

from recipe.render import Row, Set
from recipe.split import STYLES


class Blends:
    """Pairs of pictures that differ in style alone: the same drawing, in the same place."""

    def __init__(self, images: Set, rows: np.ndarray) -> None:
        """`rows` are the indices that may be used; drawings in one style only drop out."""
        self.images = images
        styles: defaultdict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
        for index in rows:
            row: Row = images.rows[index]
            styles[row.code, row.artist, row.seed][row.style] = int(index)
        self.drawings = [each for each in styles.values() if len(each) > 1]

    def pair(self, rng: np.random.Generator) -> tuple[int, int]:
        """The indices of two pictures of a drawing, in two styles."""
        drawing = self.drawings[rng.integers(len(self.drawings))]
        first, second = rng.choice(sorted(drawing), 2, replace=False)
        return drawing[str(first)], drawing[str(second)]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A blend (size, size, 3), uint8, and its label (12): mixed, or joined along the middle."""
        first, second = self.pair(rng)
        share = rng.uniform(0, 1) if rng.random() < 0.8 else 0.5
        one, other = self.images.images[first], self.images.images[second]
        if share == 0.5 and rng.random() < 0.8:
            middle, image = len(one) // 2, one.copy()
            half = np.s_[middle:] if rng.random() < 0.5 else np.s_[:, middle:]
            image[half] = other[half]
        else:
            image = mixed(one, other, share)
        label = np.zeros(len(STYLES), np.float32)
        label[STYLES.index(self.images.rows[first].style)] = 1 - share
        label[STYLES.index(self.images.rows[second].style)] = share
        return image, label


def mixed(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """(1 - share) of one picture and `share` of the other, uint8."""
    return np.round(one * np.float32(1 - share) + other * np.float32(share)).astype(np.uint8)
