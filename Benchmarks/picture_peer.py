"""What peers in Python have in common: the loop from a prompt to 8-bit pixels, by DDIM, without what pipelines add."""

import pathlib
import time

import numpy as np
import torch
from diffusers import DDIMScheduler
from transformers import CLIPTokenizer

PROMPT = "a watercolour of a lighthouse"
GUIDANCE_SCALE = 7.5
FACTOR = 8


class PicturePeer:
    """A subclass has `load_parts(width, height, guided)`, `encode`, `noise`, `decoded` and `scaling_factor`."""

    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.set_grad_enabled(False)
        self.options = options
        self.folder = options.folder

    def tokens(self, prompts: list[str]) -> torch.Tensor:
        return self.tokenizer(
            prompts, padding="max_length", max_length=self.tokenizer.model_max_length, truncation=True,
            return_tensors="pt").input_ids

    def load_small_parts(self) -> None:
        self.tokenizer = CLIPTokenizer.from_pretrained(self.folder / "tokenizer")
        # As StableDiffusionPipeline corrects a configuration on loading.
        self.scheduler = DDIMScheduler.from_pretrained(
            self.folder / "scheduler", steps_offset=1, clip_sample=False)

    def draw_pixels(self, prompt, width, height, steps, scale, seed, trace=None) -> tuple[np.ndarray, dict]:
        """Pixels [height, width, 3], and the seconds of the parts. Latents stay in fp32 between the steps."""
        started = time.perf_counter()
        guided = scale > 1
        context = self.encode(self.tokens(["", prompt] if guided else [prompt]))
        encoded = time.perf_counter()
        self.scheduler.set_timesteps(steps)
        latents = torch.randn(
            (1, 4, height // FACTOR, width // FACTOR), generator=torch.Generator().manual_seed(seed))
        latents = latents * self.scheduler.init_noise_sigma
        for timestep in self.scheduler.timesteps:
            pair = latents.expand(2, -1, -1, -1) if guided else latents
            output = self.noise(pair, timestep, context).float()
            if trace:
                trace(pair, timestep, context, output)
            if guided:
                unguided, towards = output.chunk(2)
                output = unguided + scale * (towards - unguided)
            latents = self.scheduler.step(output, timestep, latents).prev_sample
        stepped = time.perf_counter()
        image = self.decoded(latents / self.scaling_factor).float()
        pixels = ((image[0] / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
        ended = time.perf_counter()
        return pixels, {
            "seconds": ended - started, "text": encoded - started, "steps": stepped - encoded, "decode": ended - stepped}

    def picture(self, width, height, steps) -> dict:
        self.load_parts(int(width), int(height), guided=True)
        return self.draw_pixels(PROMPT, int(width), int(height), int(steps), GUIDANCE_SCALE, 1)[1]

    def turbo(self, width, height, steps=1) -> dict:
        self.load_parts(int(width), int(height), guided=False)
        return self.draw_pixels(PROMPT, int(width), int(height), int(steps), 1, 1)[1]

    def draw(self, width, height, steps, scale, seed, out, *prompt) -> dict:
        self.load_parts(int(width), int(height), guided=True)
        pixels, times = self.draw_pixels(
            " ".join(prompt), int(width), int(height), int(steps), float(scale), int(seed))
        pixels.tofile(out)
        return times

    def trajectory(self, width, height, steps, scale, seed, folder, *prompt) -> dict:
        """Writes what the U-Net is asked at each step, and its answers, for others to be asked the same."""
        self.load_parts(int(width), int(height), guided=True)
        folder, timesteps = pathlib.Path(folder), []

        def trace(latents, timestep, context, output):
            name = f"{len(timesteps):03}"
            channels_last(latents).tofile(folder / f"{name}.latents")
            channels_last(output).tofile(folder / f"{name}.output")
            context.float().numpy().tofile(folder / "context")
            timesteps.append(float(timestep))

        self.draw_pixels(" ".join(prompt), int(width), int(height), int(steps), float(scale), int(seed), trace)
        return {"timesteps": timesteps}

    def predict(self, width, height, timestep, latents, context, out) -> dict:
        self.load_parts(int(width), int(height), guided=True)
        shape = (2, int(height) // FACTOR, int(width) // FACTOR, 4)
        pixels = torch.from_numpy(np.fromfile(latents, np.float32).reshape(shape)).permute(0, 3, 1, 2)
        texts = np.fromfile(context, np.float32).reshape(2, self.tokenizer.model_max_length, -1)
        output = self.noise(pixels, torch.tensor(float(timestep)), torch.from_numpy(texts))
        channels_last(output).tofile(out)
        return {}

    def load(self, kind, width, height) -> dict:
        return timed(lambda: self.load_parts(int(width), int(height), guided=kind == "picture"))


def channels_last(tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.float().permute(0, 2, 3, 1).numpy())


def timed(body) -> dict:
    started = time.perf_counter()
    body()
    return {"seconds": time.perf_counter() - started}
