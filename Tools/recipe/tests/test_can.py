"""The CAN's networks against the paper's own counts, and what their training and calibration promise."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from recipe.calibration import expected_calibration_error, fit_scale
from recipe.can import discriminator_loss, generator_loss, settle
from recipe.can_generator import begin, held_loss, read_generator
from recipe.can_networks import (
    NARROW,
    Discriminator,
    Generator,
    Widths,
    configuration,
    noise,
    parameter_count,
)

# arXiv 2407.12009's networks: generator (convolutions and batch norms) and discriminator with 27 styles.
COUNTS = {64: (47_336_960, 13_691_612), 128: (47_855_360, 14_347_228),
          256: (47_983_488, 15_920_604), 512: (48_014_784, 20_115_932)}
MEGABYTES = 2.5


@pytest.mark.parametrize("size", COUNTS)
def test_the_papers_widths_have_the_papers_parameters(size: int) -> None:
    counts = parameter_count(Generator(size, Widths())), parameter_count(Discriminator(size, Widths(), 27))
    assert counts == COUNTS[size]


@pytest.mark.parametrize("size", COUNTS)
def test_the_narrow_networks_fit_and_have_their_shapes(size: int) -> None:
    generator, discriminator = Generator(size, NARROW), Discriminator(size, NARROW, 12)
    for network in (generator, discriminator):
        assert 2 * parameter_count(network) < MEGABYTES * 1e6
    images = generator(noise(2, 0))
    assert images.shape == (2, 3, size, size)
    assert images.abs().max() <= 1
    real, styles = discriminator(images)
    assert real.shape == (2,)
    assert styles.shape == (2, 12)


def test_noise_depends_on_its_seed_alone() -> None:
    torch.testing.assert_close(noise(2, 5), noise(2, 5), rtol=0, atol=0)
    assert (noise(2, 5) != noise(2, 6)).any()


class Fixed(nn.Module):
    """A discriminator whose answers are given."""

    def __init__(self, real: float, styles: torch.Tensor) -> None:
        super().__init__()
        self.answer = torch.tensor([real]), styles

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.answer


def test_the_generator_is_asked_to_leave_styles_undecided() -> None:
    undecided, decided = torch.zeros(1, 12), torch.eye(12)[:1] * 5
    fake = torch.zeros(1, 3, 64, 64)
    low, high = (float(generator_loss(Fixed(9.0, styles), fake)) for styles in (undecided, decided))
    assert low == pytest.approx(np.log(12), abs=1e-3)
    assert high > low + 1
    assert float(generator_loss(Fixed(-9.0, undecided), fake)) > low + 8


def test_the_discriminator_is_asked_for_the_style_and_for_what_is_real() -> None:
    styles, batch = torch.eye(12)[:1] * 20, torch.zeros(1, 3, 64, 64)
    right = discriminator_loss(Fixed(0.0, styles), batch, torch.tensor([0]), batch)
    wrong = discriminator_loss(Fixed(0.0, styles), batch, torch.tensor([1]), batch)
    assert float(right) == pytest.approx(2 * np.log(2), abs=1e-3)
    assert float(wrong) > float(right) + 10


def test_the_running_statistics_that_ship_are_of_real_pictures() -> None:
    torch.manual_seed(0)
    discriminator = Discriminator(64, NARROW, 12)
    real = [torch.randn(4, 3, 64, 64) for _ in range(5)]
    for _ in range(5):
        discriminator(torch.ones(4, 3, 64, 64))  # fakes, all the same
    settle(discriminator, real)
    first = torch.stack([discriminator.main[0](batch).mean((0, 2, 3)) for batch in real]).mean(0)
    torch.testing.assert_close(discriminator.main[1].running_mean, first, rtol=1e-4, atol=1e-5)
    assert not discriminator.training


def test_a_posterior_is_calibrated_by_its_scale() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(20_000, 4, generator=generator)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator).squeeze(1)
    assert fit_scale(3 * logits, labels) == pytest.approx(1 / 3, rel=0.05)
    assert expected_calibration_error(logits.softmax(1), labels) < 0.02
    assert expected_calibration_error((4 * logits).softmax(1), labels) > 0.1


def test_the_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    posterior = torch.tensor([[0.9, 0.1]] * 10)
    labels = torch.tensor([0] * 6 + [1] * 4)
    assert expected_calibration_error(posterior, labels) == pytest.approx(0.3, abs=1e-6)


class Foreign(nn.Module):
    """A discriminator whose layers have the names of someone else's."""

    def __init__(self, own: Discriminator) -> None:
        super().__init__()
        self.trunk = own.main
        self.binary = nn.Sequential(own.real, nn.Sigmoid())
        self.kinds = own.style


def test_networks_of_other_names_are_converted_by_their_order() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import convert_can

    widths, labels = Widths(64, 4, 12, (20, 10)), ["a", "b", "c"]
    generator, discriminator = Generator(128, widths), Discriminator(128, widths, 3)
    foreign = Foreign(discriminator).state_dict()
    config, drawing, judging = convert_can.convert(generator.state_dict(), foreign, labels)
    assert config == configuration(128, widths, labels)
    for own, tensors in ((generator, drawing), (discriminator, judging)):
        missing = own.load_state_dict(tensors, strict=False)
        assert not missing.unexpected_keys
        assert all(name.endswith("num_batches_tracked") for name in missing.missing_keys)
    torch.testing.assert_close(judging["real.weight"], foreign["binary.0.weight"])
    with pytest.raises(SystemExit, match="2 labels for a style head of 3"):
        convert_can.convert(generator.state_dict(), foreign, ["a", "b"])
    with pytest.raises(SystemExit, match="not those of a 64 px network"):
        convert_can.convert(Generator(64, widths).state_dict(), foreign, labels)


def test_a_larger_generator_begins_with_the_layers_of_a_smaller_one(tmp_path: Path) -> None:
    torch.manual_seed(0)
    small, large = Generator(64, NARROW), Generator(128, NARROW)
    path = tmp_path / "generator.safetensors"
    save_file({name: tensor.half() for name, tensor in small.state_dict().items()
               if not name.endswith("num_batches_tracked")}, path)
    before = {name: tensor.clone() for name, tensor in large.state_dict().items()}
    begin(large, read_generator(path, 64))
    after, known = large.state_dict(), small.state_dict()
    assert torch.equal(after["main.0.weight"], known["main.0.weight"].half().float())
    assert torch.equal(after["main.9.weight"], known["main.9.weight"].half().float())
    last = max((name for name in after if name.endswith("weight")), key=lambda name: int(name.split(".")[1]))
    assert torch.equal(after[last], before[last])


def test_a_larger_generator_is_held_to_the_smaller_ones_pictures() -> None:
    picture = torch.rand(2, 3, 32, 32)
    large = picture.repeat_interleave(2, -1).repeat_interleave(2, -2)
    assert held_loss(large, picture) < 1e-6
    assert held_loss(-large, picture) > 1
