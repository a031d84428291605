"""How the models start, and what they are asked to learn."""

from pathlib import Path

import numpy as np
import pytest
import torch

from recipe.decoder import Critic
from recipe.render import Row
from recipe.scale import NAMED
from recipe.split import STYLES, is_held_out
from recipe.tiny_decoder import new_tiny
from recipe.unet import (
    EVEN_NOISE,
    HIGH_NOISE,
    Examples,
    new_scheduler,
    new_unet,
    size_of,
    started_unet,
    times_of,
)
from recipe.vae import PatchPCA, draw_crops, new_autoencoder, reconstruction_loss


def test_the_unet_starts_as_a_constant_and_takes_any_size() -> None:
    unet = new_unet(16)
    for side in (8, 16):
        output = unet(torch.randn(1, 4, side, side), 10, torch.randn(1, 32, 192)).sample
        assert (output == unet.conv_out.bias.view(1, 4, 1, 1)).all()
        assert output.shape == (1, 4, side, side)


def test_every_norm_group_has_eight_channels() -> None:
    for model in (new_unet(16), new_autoencoder(128)):
        for norm in (each for each in model.modules() if isinstance(each, torch.nn.GroupNorm)):
            assert norm.num_channels // norm.num_groups >= 8


def test_the_last_step_is_pure_noise() -> None:
    assert new_scheduler().alphas_cumprod[-1] < 1e-6


def test_high_noise_comes_first_and_even_noise_last() -> None:
    early = times_of(np.random.default_rng(0), 4000, 0.1)
    late = times_of(np.random.default_rng(0), 4000, EVEN_NOISE)
    assert abs((late >= HIGH_NOISE).mean() - 0.65) < 0.03
    assert abs((early >= HIGH_NOISE).mean() - (0.55 + 0.45 * 0.65)) < 0.03
    assert early.max() < 1000 and early.min() >= 0


def test_larger_sizes_join_the_native_one_later() -> None:
    rng = np.random.default_rng(0)
    assert {size_of(rng, 128, [64, 128, 256], 0.1) for _ in range(100)} == {64, 128}
    assert {size_of(rng, 64, [64, 128, 256], 0.1) for _ in range(100)} == {64}
    assert {size_of(rng, 128, [64, 128, 256], 0.9) for _ in range(100)} == {64, 128, 256}


def test_held_out_pairs_have_no_weight() -> None:
    held = next((name, style) for name in NAMED for style in STYLES if is_held_out(name, style))
    assert Examples.weight(Row("0", held[0], "twemoji", held[1], 0)) == 0
    free = next(style for style in STYLES if not is_held_out(held[0], style))
    weights = [Examples.weight(Row("0", held[0], artist, free, 0)) for artist in ("twemoji", "noto")]
    assert weights[0] > weights[1] > 0


def test_the_pca_target_is_white() -> None:
    torch.manual_seed(0)
    images = torch.nn.functional.interpolate(torch.randn(40, 3, 8, 8), scale_factor=8, mode="bicubic")
    pca = PatchPCA()
    pca.fit(images)
    components = pca(images).permute(1, 0, 2, 3).flatten(1)
    torch.testing.assert_close(components.mean(1), torch.zeros(4), atol=1e-4, rtol=0)
    torch.testing.assert_close(torch.cov(components), torch.eye(4), atol=1e-3, rtol=0)


def test_the_loss_of_a_perfect_picture_is_zero() -> None:
    picture = torch.randn(2, 3, 16, 16)
    assert reconstruction_loss(picture, picture) == 0
    assert reconstruction_loss(picture + 0.1, picture) > reconstruction_loss(picture + 0.05, picture)


def test_the_fast_decoder_and_the_critic_have_their_shapes() -> None:
    assert new_tiny().decode(torch.zeros(1, 4, 2, 3)).sample.shape == (1, 3, 16, 24)
    assert Critic()(torch.zeros(1, 3, 32, 32)).shape == (1, 1, 8, 8)


@pytest.mark.parametrize("side", [64, 128])
def test_crops_come_from_pictures_that_are_large_enough(side: int) -> None:
    class Images:
        def __init__(self, size: int) -> None:
            self.images = np.full((3, size, size, 3), size // 4, np.uint8)

    sets = {size: (Images(size), np.arange(3)) for size in (64, 128)}
    seen = set()
    for seed in range(30):
        crops = draw_crops(sets, np.random.default_rng(seed), 2, side)
        assert crops.shape == (2, side, side, 3)
        seen |= set(np.unique(crops))
    assert seen == {size // 4 for size in (64, 128) if size >= side}


def test_an_adopted_unet_is_where_training_starts(tmp_path: Path) -> None:
    torch.manual_seed(1)
    adopted = new_unet(16)
    torch.nn.init.normal_(adopted.conv_out.weight)
    adopted.save_pretrained(tmp_path / "unet" / "model")
    torch.testing.assert_close(started_unet(tmp_path, 16).conv_out.weight, adopted.conv_out.weight)
    assert not started_unet(tmp_path / "empty", 16).conv_out.weight.any()
    (tmp_path / "unet" / "checkpoint.pt").touch()
    assert not started_unet(tmp_path, 16).conv_out.weight.any()
