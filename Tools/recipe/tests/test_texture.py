"""The decoder's last stage, and what it learns from."""

import numpy as np
import torch

from recipe.render import Row, Set
from recipe.split import STYLES
from recipe.texture import Crops, StyleCritic, matching_loss


def crops_of(size: int, count: int) -> Crops:
    """Pictures whose pixels say where they are, and latents that say the same of their cells."""
    places = np.arange(size, dtype=np.uint8)
    picture = np.stack([*np.meshgrid(places, places, indexing="ij"), np.zeros((size, size), np.uint8)], -1)
    rows = [Row("code", "fox", "twemoji", STYLES[index % len(STYLES)], index) for index in range(count)]
    crops = Crops.__new__(Crops)
    crops.native = size
    crops.sets = {size: (Set(np.stack([picture] * count), rows), np.arange(count))}
    cells = np.arange(size // 8, dtype=np.float16)
    latent = np.stack([*np.meshgrid(cells, cells, indexing="ij"), *np.zeros((2, size // 8, size // 8))])
    crops.soft_rows, crops.soft_latents = np.arange(count), np.stack([latent] * count)
    return crops


def test_latents_and_pictures_are_cut_at_the_same_place() -> None:
    crops = crops_of(128, 24)
    for seed in range(6):
        pictures, styles, latents = crops.draw_soft(np.random.default_rng(seed), 8)
        assert latents.shape[-1] == pictures.shape[1] // 8
        assert len(styles) == len(pictures) == len(latents)
        assert torch.equal(torch.from_numpy(pictures[:, ::8, ::8, 0] // 8).float(), latents[:, 0])
        assert torch.equal(torch.from_numpy(pictures[:, ::8, ::8, 1] // 8).float(), latents[:, 1])


def test_crops_carry_the_style_of_their_picture() -> None:
    crops = crops_of(128, 24)
    pictures, styles = crops.draw(np.random.default_rng(3), 8)
    assert len(pictures) == len(styles)
    assert set(styles.tolist()) <= set(range(len(STYLES)))


def test_the_critic_asks_whether_a_crop_is_real_in_its_style() -> None:
    torch.manual_seed(0)
    critic, images = StyleCritic(8), torch.randn(2, 3, 64, 64)
    patches, named, features = critic(images, torch.tensor([0, 1]))
    assert patches.shape == (2, 1, 8, 8)
    assert named.shape == (2, len(STYLES))
    torch.nn.init.normal_(critic.real_of_style.weight)
    other, same, _ = critic(images, torch.tensor([1, 1]))
    assert not torch.equal(other, patches)
    assert torch.equal(same, named)
    assert matching_loss(features, features) == 0
