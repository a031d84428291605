"""The plan of the training pictures, blends and two-object sprites."""

import dataclasses
from collections import Counter

import numpy as np

from recipe.blends import Blends, mixed
from recipe.render import Row, Set, generator, plan, side_by_side
from recipe.scale import CPU, NAMED, SCALES, SIZES
from recipe.split import STYLES, is_held_out
from recipe.sprite import Entry

ENTRIES = [Entry(f"{k:x}", name, "", "", (), ("twemoji", "noto", "emojione"))
           for k, name in enumerate((*NAMED, "volcano", "kite"))]


def test_the_plan_is_the_same_for_everyone_and_covers_every_pair() -> None:
    rows = plan(CPU, ENTRIES, 128)
    assert rows == plan(CPU, ENTRIES, 128)
    renders = CPU.renders[128]
    pairs = Counter((row.name, row.style) for row in rows if row.is_pure and row.seed < 1000)
    assert len(pairs) == len(NAMED) * len(STYLES)
    assert set(pairs.values()) == {sum(renders.seeds.values())}
    assert sum(bool(row.other) for row in rows) == renders.pairs
    assert sum(bool(row.second) for row in rows) == renders.blends
    assert all(row.style != row.second for row in rows)


def test_a_row_is_held_out_with_any_of_its_pairs() -> None:
    held = next((name, style) for name in NAMED for style in STYLES if is_held_out(name, style))
    free = next((name, style) for name in NAMED for style in STYLES
                if not any(is_held_out(name, each) for each in (style, held[1])))
    row = Row("0", free[0], "twemoji", free[1], 0)
    assert not row.is_held_out
    assert Row("0", held[0], "twemoji", held[1], 0).is_held_out
    blend = dataclasses.replace(row, name=held[0], style=free[1], second=held[1])
    assert blend.is_held_out
    beside = dataclasses.replace(row, style=held[1], other="1", other_name=held[0])
    assert beside.is_held_out


def test_generators_depend_on_their_parts_alone() -> None:
    assert generator("fox", 1).integers(10**9) == 213894773
    assert generator("fox", 1).integers(10**9) != generator("fox", 2).integers(10**9)


def test_two_sprites_stand_side_by_side() -> None:
    red, blue = np.zeros((8, 8, 4)), np.zeros((8, 8, 4))
    red[2:6, 2:6], blue[2:6, 2:6] = (1, 0, 0, 1), (0, 0, 1, 1)
    both = side_by_side(red, blue)
    assert both[4, 1].tolist() == [1, 0, 0, 1]
    assert both[4, 6].tolist() == [0, 0, 1, 1]
    assert both[..., 3].sum() == 8


def test_a_blend_has_the_shares_of_its_two_styles_as_label() -> None:
    rows = [Row("0", "fox", "twemoji", style, 0) for style in ("flat", "oil")]
    images = np.stack([np.full((4, 4, 3), 0, np.uint8), np.full((4, 4, 3), 200, np.uint8)])
    blends = Blends(Set(images, rows), np.array([0, 1]))
    for number in range(50):
        image, label = blends.draw(np.random.default_rng(number))
        assert abs(label.sum() - 1) < 1e-6
        assert set(np.flatnonzero(label)) <= {STYLES.index("flat"), STYLES.index("oil")}
        assert abs(image.mean() - 200 * label[STYLES.index("oil")]) <= 0.5
    np.testing.assert_array_equal(mixed(images[0], images[1], 0.25), 50)


def test_every_scale_renders_its_native_size() -> None:
    for scale in SCALES.values():
        assert set(scale.renders) == set(SIZES)
        assert scale.renders[scale.native].seeds
