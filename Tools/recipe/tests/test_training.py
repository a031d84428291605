"""A stopped stage goes on as if it had not been stopped."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from recipe.training import Average, Training, pictures, pixels, rate_at, sheet


def run(folder: Path, steps: int, stop: int | None = None) -> list[torch.Tensor]:
    torch.manual_seed(7)
    model = nn.Linear(3, 2)
    optimizer, average = torch.optim.AdamW(model.parameters(), 0.1), Average(model, 0.9)
    training = Training(folder, steps, {"m": model, "o": optimizer, "a": average})
    for step in training:
        loss = model(torch.randn(4, 3)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update(step)
        if stop == step + 1:
            training.save(step + 1)
            break
    return [*(p.detach().clone() for p in model.parameters()), *average.average]


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole", 8)
    run(tmp_path / "parts", 8, stop=3)
    for one, other in zip(whole, run(tmp_path / "parts", 8), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_finished_stage_does_nothing(tmp_path: Path) -> None:
    run(tmp_path, 4)
    assert list(Training(tmp_path, 4, {})) == []


def test_the_average_is_applied_and_taken_back() -> None:
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    average = Average(model, 0.5)
    nn.init.zeros_(model.weight)
    average.update(1000)
    with average.applied():
        assert model.weight.item() == 0.5
    assert model.weight.item() == 0


def test_rates_warm_up_stay_and_fall() -> None:
    rates = [rate_at(step, 1000, 2, flat=0.5) for step in range(1000)]
    assert rates[0] < 0.1
    assert rates[100] == rates[499] == 2
    assert rates[999] < 0.05
    assert all(one >= other for one, other in zip(rates[100:], rates[101:], strict=False))


def test_pixels_and_pictures_are_inverse() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    np.testing.assert_array_equal(pictures(pixels(images, "cpu")), images)
    assert sheet(images, 2).shape == (16, 16, 3)
    assert (sheet(images, 2)[8:, 8:] == 255).all()
