"""Pictures that diffusers' pipelines draw with the tiny models of golden_diffusion_models.py.

    python Tools/golden_pipelines.py [Tests/Golden/diffusion]

writes `pipelines.safetensors` there: pictures [H, W, 3] as bytes, and in the metadata, as JSON, how each was asked
for. Prompts that are long or have weights go to diffusers as prompt_rule.py encodes them. Weights are float16; torch
computes in float32 from the rounded values. Run twice, the bytes are the same.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import diffusers
import numpy
import torch
from diffusers import AutoencoderKL, AutoencoderTiny, LatentConsistencyModelPipeline, StableDiffusionPipeline
from diffusers import UNet2DConditionModel
from safetensors.numpy import save_file
from transformers import CLIPTextModel, CLIPTokenizer

import prompt_rule

diffusers.utils.logging.set_verbosity_error()

TOOLS = pathlib.Path(__file__).parent
TOKENIZER = TOOLS.parent / "weights/diffusion/emoji/tokenizer"
FAMILIES = ["sd15", "sd2", "sd21v", "turbo", "bksdm"]
SIZES = [(64, 64), (128, 96), (72, 136)]
SCHEDULERS = dict(
    ddim="DDIMScheduler", ddpm="DDPMScheduler", euler="EulerDiscreteScheduler",
    euler_ancestral="EulerAncestralDiscreteScheduler", dpmpp_2m="DPMSolverMultistepScheduler",
    dpmpp_2m_karras="DPMSolverMultistepScheduler", unipc="UniPCMultistepScheduler", lcm="LCMScheduler",
    pndm="PNDMScheduler")
EXTRA = dict(dpmpp_2m_karras=dict(use_karras_sigmas=True), pndm=dict(skip_prk_steps=True))
USUAL = dict(
    prompt="an oil painting of a fox", negative_prompt="", width=64, height=64, steps=10, guidance_scale=5.0, eta=0,
    scheduler=None, seed=0, fast=False, consistency=False, ruled=False)


def cases():
    for family in FAMILIES:
        for width, height in SIZES:
            yield f"{family}-{width}x{height}", USUAL | dict(family=family, width=width, height=height, seed=width)
    for family in ["sd15", "sd21v"]:
        yield f"{family}-unguided", USUAL | dict(family=family, guidance_scale=1.0, seed=5)
        yield f"{family}-negative", USUAL | dict(family=family, negative_prompt="a rocket, blue", seed=6)
        yield f"{family}-eta", USUAL | dict(family=family, scheduler="ddim", eta=1, seed=2**32 - 1)
        yield f"{family}-fast", USUAL | dict(family=family, fast=True, seed=7)
        for scheduler in SCHEDULERS:
            yield f"{family}-{scheduler}", USUAL | dict(family=family, scheduler=scheduler, seed=8)
    for steps in [1, 4]:
        yield f"turbo-{steps}", USUAL | dict(family="turbo", guidance_scale=0.0, steps=steps, seed=9)
    yield "sd2-long", USUAL | dict(family="sd2", prompt="a fox and a rocket " * 20, seed=10, ruled=True)
    yield "sd2-empty", USUAL | dict(family="sd2", prompt="", seed=11)
    yield "consistency", USUAL | dict(family="sd15", consistency=True, guidance_scale=8.5, steps=4, seed=12)
    weighted = "(an oil painting:1.3) of a [fox], " * 4 + "a ((rocket)) BREAK blue sky"
    for seed, family in enumerate(["sd15", "sd21v"], start=13):
        yield f"{family}-weighted", USUAL | dict(
            family=family, prompt=weighted, negative_prompt="(red:1.4), a robot", seed=seed, ruled=True)


def load(folder, case):
    family = folder / case["family"]
    configuration = json.loads((family / "scheduler/scheduler_config.json").read_text())
    scheduler = getattr(diffusers, configuration["_class_name"]).from_pretrained(family / "scheduler")
    unet = family / "unet"
    kind = StableDiffusionPipeline
    if case["consistency"]:
        kind, unet = LatentConsistencyModelPipeline, folder / "lcm/unet"
        scheduler = diffusers.LCMScheduler()
    vae = AutoencoderKL.from_pretrained(family / "vae")
    if case["fast"]:
        vae = AutoencoderTiny.from_pretrained(folder / "taesd/vae")
    parts = dict(
        vae=vae, text_encoder=CLIPTextModel.from_pretrained(family / "text_encoder"),
        tokenizer=CLIPTokenizer.from_pretrained(TOKENIZER), unet=UNet2DConditionModel.from_pretrained(unet),
        scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline = kind(**{name: p.float() if isinstance(p, torch.nn.Module) else p for name, p in parts.items()})
    if case["scheduler"]:
        pipeline.scheduler = getattr(diffusers, SCHEDULERS[case["scheduler"]]).from_config(
            pipeline.scheduler.config, **EXTRA.get(case["scheduler"], {}))
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def prompts(pipeline, case):
    if case["consistency"]:
        return dict(prompt=case["prompt"])
    texts = [case["prompt"], case["negative_prompt"]]
    if not case["ruled"]:
        return dict(prompt=texts[0], negative_prompt=texts[1])
    context = prompt_rule.context(texts, pipeline.tokenizer, pipeline.text_encoder)
    return dict(prompt_embeds=context[:1], negative_prompt_embeds=context[1:])


def prepared(folder, case):
    """A pipeline and what it is called with."""
    pipeline = load(folder, case)
    arguments = dict(
        width=case["width"], height=case["height"], num_inference_steps=case["steps"],
        guidance_scale=case["guidance_scale"], generator=torch.Generator().manual_seed(case["seed"]),
        output_type="pil")
    if not case["consistency"]:
        arguments |= dict(eta=case["eta"])
    return pipeline, prompts(pipeline, case) | arguments


def draw(folder, case):
    pipeline, arguments = prepared(folder, case)
    return numpy.asarray(pipeline(**arguments).images[0])


def main(folder):
    torch.set_num_threads(1)
    pictures, listed = {}, []
    for name, case in cases():
        picture = draw(folder, case)
        deviation, clipped = picture.std(), numpy.isin(picture, [0, 255]).mean()
        print(f"{name:24} deviation {deviation:5.1f}  clipped {clipped:.2f}")
        assert deviation > 20 and clipped < 0.6, "a picture without contrast would prove nothing"
        pictures[name] = picture
        listed.append(dict(name=name) | case)
    save_file(pictures, folder / "pipelines.safetensors", metadata=dict(cases=json.dumps(listed)))


if __name__ == "__main__":
    default = TOOLS.parent / "Tests/Golden/diffusion"
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
