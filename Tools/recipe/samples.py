"""A sheet of what a diffusion model draws while it is trained."""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel

from recipe.captions import prompt
from recipe.scale import NAMED
from recipe.split import STYLES
from recipe.tokenizer import read_tokenizer
from recipe.training import autocast, sheet

STEPS, GUIDANCE = 20, 3.0
THINGS = ("fox", "rocket")


@torch.no_grad()
def save_samples(path: Path, work: Path, unet: UNet2DConditionModel, text_encoder: CLIPTextModel,
                 scheduler: DDIMScheduler, size: int) -> None:
    """Draws two things in every style, each from its own seed, by the first autoencoder."""
    assert all(thing in NAMED for thing in THINGS)
    vae = AutoencoderKL.from_pretrained(work / "vae" / "model").to(unet.device)
    pipeline = StableDiffusionPipeline(
        vae=vae, text_encoder=text_encoder, tokenizer=read_tokenizer(work), unet=unet, scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    pictures = []
    for thing in THINGS:
        seeds = [torch.Generator().manual_seed(seed) for seed in range(len(STYLES))]
        with autocast(unet.device.type):
            pictures.append(pipeline(
                [prompt(style, thing) for style in STYLES], height=size, width=size, generator=seeds,
                num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="np").images)
    Image.fromarray(sheet(np.round(np.concatenate(pictures) * 255).astype(np.uint8), len(STYLES))).save(path)
