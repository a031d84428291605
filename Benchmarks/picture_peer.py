"""What peers in Python have in common: the loop from a prompt to 8-bit pixels, by DDIM, without what pipelines add."""

import time

import numpy as np
import torch
from diffusers import DDIMScheduler
from transformers import CLIPTokenizer

PROMPT = "a watercolour of a lighthouse"
GUIDANCE_SCALE = 7.5
FACTOR = 8


class PicturePeer:
    """A subclass has `load_parts(width, height, guided)`, `encode`, `predict`, `decoded` and `scaling_factor`."""

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

    def draw_pixels(self, prompt, width, height, steps, scale, seed) -> tuple[np.ndarray, dict]:
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
            output = self.predict(latents.expand(2, -1, -1, -1) if guided else latents, timestep, context).float()
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

    def load(self) -> dict:
        started = time.perf_counter()
        self.load_parts(512, 512, guided=True)
        return {"seconds": time.perf_counter() - started}


def timed(body) -> dict:
    started = time.perf_counter()
    body()
    return {"seconds": time.perf_counter() - started}
