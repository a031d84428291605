"""What the CLIP is asked to learn of styles, blends and things."""

import math

import numpy as np
import pytest
import torch

from recipe.blends import Blends
from recipe.clip import contrast, soft_targets
from recipe.clip_tune import MARGIN, draw_series, order_loss, soft_scale
from recipe.render import Row, Set
from recipe.split import STYLES

ROWS = [Row("0", "fox", "twemoji", style, 0) for style in ("flat", "oil")]


def test_targets_are_smoothed_shares() -> None:
    blend = np.zeros((1, len(STYLES)), np.float32)
    blend[0, :2] = 0.5
    targets = soft_targets(ROWS, blend)
    assert targets.shape == (3, len(STYLES))
    torch.testing.assert_close(targets.sum(1), torch.ones(3))
    assert targets[0].argmax() == STYLES.index("flat")
    assert targets[1].argmax() == STYLES.index("oil")
    assert targets[2, 0] == targets[2, 1] > targets[2, 2] > 0


def test_matching_rows_are_contrasted_and_duplicates_share() -> None:
    points = torch.eye(3)
    scale = torch.tensor(50.0)
    assert float(contrast(points, points, scale, ["a", "b", "c"])) < 1e-6
    assert float(contrast(points, points[[1, 0, 2]], scale, ["a", "b", "c"])) > 10
    same = torch.tensor([[1.0, 0], [1, 0], [0, 1]])
    assert float(contrast(same, same, scale, ["a", "a", "b"])) < float(contrast(same, same, scale, ["a", "b", "c"])) + 1
    assert float(contrast(same, same, scale, ["a", "a", "b"])) == pytest.approx(math.log(2) * 2 / 3, abs=1e-4)


def test_a_series_goes_from_one_style_to_half_of_another() -> None:
    images = np.stack([np.full((4, 4, 3), 0, np.uint8), np.full((4, 4, 3), 200, np.uint8)])
    pictures, labels, codes = draw_series(Blends(Set(images, ROWS), np.array([0, 1])), np.random.default_rng(0), 5)
    assert pictures.shape == (3, 5, 4, 4, 3)
    assert codes == ["0"] * 5
    np.testing.assert_allclose(labels.sum(2), 1)
    np.testing.assert_allclose(labels.max(2)[2], 0.5)
    oil = labels[..., STYLES.index("oil")]
    assert (abs(pictures.mean((2, 3, 4)) - 200 * oil) <= 0.5).all()
    assert ((labels.max(2)[1] >= 0.7) & (labels.max(2)[1] <= 0.85)).all()


def test_entropies_that_rise_enough_cost_nothing() -> None:
    sure, unsure, even = torch.eye(12)[:1] * 9, torch.eye(12)[:1] * 3, torch.zeros(1, 12)
    assert float(order_loss(torch.stack([sure, unsure, even]))) == 0
    flat = float(order_loss(torch.stack([even, even, even])))
    assert flat == pytest.approx(MARGIN)
    assert float(order_loss(torch.stack([even, unsure, sure]))) > flat


def test_the_fitted_scale_is_the_one_the_labels_were_drawn_at() -> None:
    torch.manual_seed(0)
    cosines = torch.rand(4000, 12) * 2 - 1
    assert soft_scale(cosines, (7 * cosines).softmax(1)) == pytest.approx(7, rel=0.02)
