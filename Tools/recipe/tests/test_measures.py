"""The centroids and the judge: what they fit, and that the judge is asked about held-out pairs only."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from recipe.centroids import elbow, fit, label, write
from recipe.evaluate import pairs_of, psnr
from recipe.judge import Judge, accuracies, altered, verdicts
from recipe.scale import NAMED
from recipe.split import is_held_out
from recipe.sprite import Entry


def clusters(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = np.array([(0, 0), (10, 0), (0, 10)])
    return np.concatenate([centre + 0.1 * rng.standard_normal((count, 2)) for centre in centres])


def test_three_heaps_have_three_centres_and_an_elbow_at_three() -> None:
    points = clusters(20)
    fits = {k: fit(points, k) for k in range(2, 9)}
    assert elbow({k: each.mean_distance for k, each in fits.items()}) == 3
    assert sorted(fits[3].centres.round().astype(int).tolist()) == [[0, 0], [0, 10], [10, 0]]
    assert fits[3].inertia == pytest.approx(sum(
        ((points[fits[3].clusters == c] - fits[3].centres[c])**2).sum() for c in range(3)))


def test_a_written_set_says_what_it_is_of(tmp_path: Path) -> None:
    fitted = fit(clusters(4), 3)
    names = [f"style {k}" for k in range(12)]
    labels = [label(fitted, names, cluster) for cluster in range(3)]
    assert sorted(" / ".join(labels).split(" / ")) == sorted(names)
    write(tmp_path / "set.safetensors", fitted, "text", labels)
    with safe_open(tmp_path / "set.safetensors", "np") as file:
        assert file.get_tensor("centres").shape == (3, 2)
        metadata = file.metadata()
    assert {"embedder", "source", "k", "inertia", "mean_distance", "seed", "labels"} == metadata.keys()
    assert float(metadata["inertia"]) == fitted.inertia


def test_the_judge_is_asked_about_one_side_of_the_split() -> None:
    entries = [Entry(str(k), name, "", "", (), ("twemoji",)) for k, name in enumerate(NAMED)]
    for side in (True, False):
        pairs = pairs_of(entries, held_out=side)
        assert pairs == pairs_of(entries, held_out=side)
        assert all(is_held_out(entry.name, style) == side for entry, style in pairs)
    assert len(pairs_of(entries, held_out=True)) + len(pairs_of(entries, held_out=False)) == 12 * len(NAMED)


@pytest.mark.parametrize("size", [64, 128, 256])
def test_the_judge_sees_pictures_of_any_size(size: int) -> None:
    styles, concepts = verdicts(Judge(7), torch.zeros(2, 3, size, size))
    assert styles.shape == (2, 12)
    assert concepts.shape == (2, 7)


def test_accuracies_count_what_is_right() -> None:
    torch.manual_seed(0)
    judge, images = Judge(7).eval(), torch.rand(6, 3, 128, 128)
    with torch.no_grad():
        styles, concepts = judge(images)
    labels = torch.stack([styles.argmax(1), concepts.argmax(1)], 1)
    assert accuracies(judge, images, labels) == {"style": 1, "top1": 1, "top5": 1}
    labels[:3, 0] = (labels[:3, 0] + 1) % 12
    labels[:, 1] = concepts.argmin(1)
    assert accuracies(judge, images, labels) == {"style": 0.5, "top1": 0, "top5": 0}


def test_alterations_keep_shape_and_range() -> None:
    images = torch.rand(8, 3, 128, 128) * 2 - 1
    changed = altered(images, np.random.default_rng(0))
    assert changed.shape == images.shape
    assert changed.abs().max() <= 1
    assert (changed != images).any()


def test_psnr_is_in_decibels_of_the_full_range() -> None:
    images = torch.zeros(1, 3, 8, 8)
    assert psnr(images, images + 0.2) == pytest.approx(20, abs=1e-3)
