"""Trains the diffusion model: UNet2DConditionModel in Stable Diffusion 2's layout.

v-prediction (arXiv 2202.00512) under a schedule rescaled to zero terminal SNR (arXiv 2305.08891),
losses weighted by min(SNR + 1, 5) / (SNR + 1) (arXiv 2303.09556, the form for v), averaged weights.
High noise, where shapes are decided, gets most of the samples until the shapes are there.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.resnet import ResnetBlock2D
from torch import Tensor, nn
from transformers import CLIPTextModel

from recipe.captions import caption
from recipe.encode import encode
from recipe.names import names_of
from recipe.render import Row, named_entries, read_set
from recipe.samples import save_samples
from recipe.scale import FIRST, SCALES, Scale
from recipe.sprite import read_pack
from recipe.text import WIDTH, token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import Average, Training, arguments_of, autocast, rate_at, set_rate

CHANNELS = (64, 128, 256)
# How the model draws best. A little noise on the way (DDIM's eta, arXiv 2010.02502, eq. 16) keeps fine structure: without it
# the judge takes pointillism for oil.
GENERATION = {"num_inference_steps": 30, "guidance_scale": 2.0, "eta": 0.5}
NO_CAPTION, NO_STYLE = 0.1, 0.04
HIGH_NOISE, HIGH_SHARE = 350, 0.55  # so many samples more are drawn from t >= 350, at first
SNR_LIMIT = 5
ARTISTS = {"twemoji": 1, "noto": 0.25, "emojione": 0.25}
ALONE, OTHER_SIZES, EVEN_NOISE = 0.1, 0.45, 0.42  # when the curriculum's parts begin or end
HALF_SHARE = 0.4  # of the first part's steps, at half the native size: nouns and colours, cheaply
SIZE_SHARES = {64: 0.12, 128: 0.48, 256: 0.3, 512: 0.1}  # of the steps, once all sizes are in
HARD = {"point": 3, "flat": 2, "pixel": 2}  # weights of styles told by the finest detail, once all sizes are in
LOG_EVERY = 100


def new_unet(sample_size: int) -> UNet2DConditionModel:
    """An untrained model of 16.7 M parameters whose residual blocks start as the identity."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=sample_size, layers_per_block=1, block_out_channels=CHANNELS,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH, attention_head_dim=[channels // 64 for channels in CHANNELS],
        use_linear_projection=True, norm_num_groups=8)
    for block in unet.modules():
        if isinstance(block, ResnetBlock2D):
            nn.init.zeros_(block.conv2.weight)
    nn.init.zeros_(unet.conv_out.weight)
    return unet.to(memory_format=torch.channels_last)


def started_unet(work: Path, sample_size: int) -> UNet2DConditionModel:
    """The adopted model where there is one and no checkpoint, else an untrained one."""
    folder = work / "unet"
    if (folder / "model").exists() and not (folder / "checkpoint.pt").exists():
        return UNet2DConditionModel.from_pretrained(folder / "model").to(memory_format=torch.channels_last)
    return new_unet(sample_size)


def new_scheduler() -> DDIMScheduler:
    """The noise schedule, in training and in the shipped pipeline."""
    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        prediction_type="v_prediction", set_alpha_to_one=False, steps_offset=1,
        timestep_spacing="trailing", rescale_betas_zero_snr=True)


class Examples:
    """The latents of one size that may be trained on, with their sampling weights."""

    def __init__(self, work: Path, scale: Scale, size: int, device: str) -> None:
        self.latents = np.load(encode(work, size, device), mmap_mode="r")
        self.rows = read_set(work, size).rows
        order = {entry.name: place for place, entry
                 in enumerate(named_entries(scale, read_pack(work / "pack")))}
        self.weights = np.array([self.weight(row) if row.name in order else 0
                                 for row in self.rows])
        self.places = np.array([order.get(row.name, len(order)) for row in self.rows])
        self.hard = np.array([HARD.get(row.style, 1) for row in self.rows])

    @staticmethod
    def weight(row: Row) -> float:
        return 0 if row.is_held_out else ARTISTS[row.artist]

    def draw(self, rng: np.random.Generator, count: int, done: float, *, first: int | None) -> np.ndarray:
        """Indices of `count` examples; only of the `first` concepts while these are alone."""
        weights = self.weights * (self.places < first) if first and done < ALONE else self.weights
        weights = weights * self.hard if done >= OTHER_SIZES else weights
        return rng.choice(len(weights), count, p=weights / weights.sum())


class Diffusion:
    """The training loss and the figures that are watched, for one model and its conditions."""

    def __init__(self, work: Path, scale: Scale, device: str) -> None:
        self.device, self.names = device, names_of(read_pack(work / "pack"))
        self.tokenizer = read_tokenizer(work)
        self.encoder = CLIPTextModel.from_pretrained(work / "text" / "model").to(device).eval()
        self.unet = started_unet(work, scale.native // 8).to(device)
        self.signal = new_scheduler().alphas_cumprod.to(device)

    @torch.no_grad()
    def conditions(self, captions: list[str]) -> Tensor:
        """The frozen encoder's hidden states (n, positions, width)."""
        return self.encoder(token_ids(self.tokenizer, captions, self.device)).last_hidden_state

    def caption(self, row: Row, rng: np.random.Generator) -> str:
        """A training caption, empty now and then for classifier-free guidance."""
        chance = rng.random()
        if chance < NO_CAPTION:
            return ""
        style = None if chance < NO_CAPTION + NO_STYLE else row.style
        return caption(rng, style, self.names[row.code], row.background,
                       other=self.names[row.other] if row.other else (), second=row.second)

    def loss(self, latents: Tensor, captions: list[str], times: Tensor) -> Tensor:
        """The weighted squared error of the predicted velocity."""
        signal = self.signal[times].view(-1, 1, 1, 1)
        noise = torch.randn_like(latents)
        noisy = signal.sqrt() * latents + (1 - signal).sqrt() * noise
        velocity = signal.sqrt() * noise - (1 - signal).sqrt() * latents
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        with autocast(self.device):
            predicted = self.unet(noisy, times, self.conditions(captions)).sample.float()
        # SNR + 1 = 1 / (1 - signal).
        weight = (SNR_LIMIT * (1 - signal)).clamp(max=1)
        return (weight * (predicted - velocity).pow(2)).mean()

    @torch.no_grad()
    def noun_effect(self, latents: Tensor) -> float:
        """How much swapping the noun changes the prediction at t = 800, relative to its norm."""
        times = torch.full((len(latents),), 800, device=self.device)
        signal = self.signal[800]
        noisy = signal.sqrt() * latents + (1 - signal).sqrt() * torch.randn_like(latents)
        one, other = (self.unet(noisy, times, self.conditions([text] * len(latents))).sample
                      for text in ("a flat illustration of a fox", "a flat illustration of an owl"))
        return float((one - other).norm() / one.norm())


def times_of(rng: np.random.Generator, count: int, done: float) -> np.ndarray:
    """Time steps; most of them of high noise until EVEN_NOISE of the training is done."""
    times = rng.integers(0, 1000, count)
    high = rng.random(count) < HIGH_SHARE if done < EVEN_NOISE else np.zeros(count, bool)
    return np.where(high, rng.integers(HIGH_NOISE, 1000, count), times)


def size_of(rng: np.random.Generator, native: int, sizes: list[int], done: float) -> int:
    """The size of one batch: the native one and its half at first, then all."""
    if done < OTHER_SIZES:
        return native // 2 if native // 2 in sizes and rng.random() < HALF_SHARE else native
    shares = np.array([SIZE_SHARES[size] for size in sizes])
    return int(rng.choice(sizes, p=shares / shares.sum()))


def train(work: Path, scale_name: str, device: str, steps: int | None = None) -> Path:
    """Trains and returns the folder of the averaged model; `steps` moves the end of a resumed run."""
    scale, folder = SCALES[scale_name], work / "unet"
    stage, total = scale.unet, steps or scale.unet.steps
    model = Diffusion(work, scale, device)
    optimizer = torch.optim.AdamW(model.unet.parameters(), 1, (0.9, 0.99), weight_decay=0.01,
                                  fused=True)
    average = Average(model.unet, 0.998)
    sizes = [size for size, renders in scale.renders.items() if renders.seeds]
    examples: dict[int, Examples] = {}
    training = Training(folder, total, {"unet": model.unet, "optimizer": optimizer,
                                        "average": average})
    losses: list[float] = []
    for step in training:
        done, rng = step / total, np.random.default_rng([3, step])
        set_rate(optimizer, rate_at(step, total, stage.rate, flat=0.5))
        size = size_of(rng, scale.native, sizes, done)
        if size not in examples:
            examples[size] = Examples(work, scale, size, device)
        # About the same number of latent pixels in every batch.
        count = max(2, min(2 * stage.batch, stage.batch * scale.native**2 // size**2))
        chosen = examples[size].draw(rng, count, done, first=FIRST if scale.named else None)
        latents = torch.from_numpy(examples[size].latents[np.sort(chosen)].astype(np.float32))
        captions = [model.caption(examples[size].rows[index], rng) for index in np.sort(chosen)]
        times = torch.from_numpy(times_of(rng, count, done)).to(device)
        loss = model.loss(latents.to(device), captions, times)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.unet.parameters(), 1)
        optimizer.step()
        average.update(step)
        losses.append(loss.item())
        if (step + 1) % LOG_EVERY == 0 or step + 1 == total:
            effect = model.noun_effect(latents[:4].to(device))
            training.log(step + 1, loss=float(np.mean(losses)), noun_effect=effect)
            losses.clear()
        if (step + 1) % (5 * LOG_EVERY) == 0 or step + 1 == total:
            with average.applied():
                model.unet.save_pretrained(folder / "model")
                if (step + 1) % (10 * LOG_EVERY) == 0 or step + 1 == total:
                    save_samples(folder / "sheet.png", work, model.unet, model.encoder, new_scheduler(), scale.native)
    return folder / "model"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, help="where the run ends; the scale's own otherwise")
    options = arguments_of(__doc__, parser)
    train(options.work, options.scale, options.device, options.steps)
