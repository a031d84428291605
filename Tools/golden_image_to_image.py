"""Pictures that diffusers' pipelines make of pictures with the tiny models of golden_diffusion_models.py.

    python Tools/golden_image_to_image.py [Tests/Golden/diffusion]

writes `image-to-image.safetensors` there: the pictures that are begun from and their masks, the pictures [H, W, 3]
that come out as bytes, and in the metadata, as JSON, how each was asked for. Cases are of
StableDiffusionImg2ImgPipeline, and with a mask of StableDiffusionInpaintPipeline: with the family's own U-Net, or with
that of the folder `options`, which sees nine channels. Run twice, the bytes are the same.
"""

import json
import pathlib
import sys

import numpy
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline
from PIL import Image
from safetensors.numpy import save_file

from golden_pipelines import SCHEDULERS, TOOLS, USUAL, load

ONE_STEP_FEWER = 0.55  # of 10 steps 5: int() cuts off
SIZES = [(64, 64), (72, 136)]
MASKED = ["ddim", "euler_ancestral", "pndm", "dpmpp_2m_karras"]
PICTURE = dict(USUAL, strength=ONE_STEP_FEWER, picture="same", mask=None, sees_masks=False)


def cases():
    for family in ["sd15", "sd21v"]:
        for scheduler in SCHEDULERS:
            yield f"{family}-{scheduler}", PICTURE | dict(family=family, scheduler=scheduler, seed=20)
            yield f"{family}-{scheduler}-masked", PICTURE | dict(
                family=family, scheduler=scheduler, seed=21, mask="same")
        for scheduler in MASKED:
            yield f"{family}-{scheduler}-full", PICTURE | dict(
                family=family, scheduler=scheduler, seed=22, strength=1.0, mask="same")
            for strength in [ONE_STEP_FEWER, 1.0]:
                yield f"{family}-{scheduler}-nine-{strength}", PICTURE | dict(
                    family=family, scheduler=scheduler, seed=23, strength=strength, mask="same", sees_masks=True)
        for strength in [0.1, 0.29, 0.9, 1.0]:
            yield f"{family}-strength-{strength}", PICTURE | dict(family=family, seed=24, strength=strength)
        yield f"{family}-eta", PICTURE | dict(family=family, scheduler="ddim", eta=1, seed=25)
        yield f"{family}-fast", PICTURE | dict(family=family, fast=True, scheduler="ddpm", seed=26)
        yield f"{family}-fast-masked", PICTURE | dict(family=family, fast=True, scheduler="ddpm", seed=27, mask="same")
        yield f"{family}-unguided-nine", PICTURE | dict(
            family=family, guidance_scale=1.0, seed=28, mask="other", sees_masks=True)
        wide = dict(width=SIZES[1][0], height=SIZES[1][1], picture="other", mask="other")
        yield f"{family}-resized", PICTURE | wide | dict(family=family, mask=None, seed=29)
        yield f"{family}-resized-masked", PICTURE | wide | dict(family=family, seed=30)
        yield f"{family}-resized-nine", PICTURE | wide | dict(family=family, seed=31, sees_masks=True)
    for start in [0.9, 0.8, 0.7]:  # PNDM's repeated step at its own place, one step late, and two
        yield f"sd2-pndm-{start}", PICTURE | dict(family="sd2", strength=start, seed=32)
    yield "turbo", PICTURE | dict(family="turbo", guidance_scale=0.0, steps=2, strength=0.5, seed=33)
    yield "consistency", PICTURE | dict(
        family="sd15", consistency=True, guidance_scale=8.5, steps=4, strength=0.75, seed=34)


def picture(width, height, seed):
    """Colours that change smoothly, with a disc and a little grain."""
    rng = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [numpy.sin(x / a + y / b + c) for a, b, c in rng.uniform(5, 30, (3, 3))]
    colours = 127 + 90 * numpy.stack(waves, -1) + rng.normal(0, 8, (height, width, 3))
    disc = (x - width * 0.4) ** 2 + (y - height * 0.6) ** 2 < (min(width, height) * 0.25) ** 2
    colours[disc] = 255 - colours[disc]
    return colours.clip(0, 255).astype("u1")


def mask(width, height):
    """An ellipse with a soft edge, of which some falls within a latent pixel."""
    y, x = numpy.mgrid[0:height, 0:width]
    distance = ((x / width - 0.55) / 0.33) ** 2 + ((y / height - 0.45) / 0.28) ** 2
    return ((1.6 - distance) * 180).clip(0, 255).astype("u1")


def sources():
    result = {}
    for width, height in SIZES:
        result[f"picture-{width}x{height}"] = picture(width, height, width)
        result[f"mask-{width}x{height}"] = mask(width, height)
    result["picture-other"] = picture(97, 83, 1)
    result["mask-other"] = mask(50, 61)
    return result


def source(kind, which, case):
    return f"{kind}-other" if which == "other" else f"{kind}-{case['width']}x{case['height']}"


def prepared(folder, case, given):
    """A pipeline and what it is called with."""
    parts = load(folder, case).components
    size = dict(width=case["width"], height=case["height"])
    image = Image.fromarray(given[source("picture", case["picture"], case)])
    arguments = dict(
        prompt=case["prompt"], negative_prompt=case["negative_prompt"], num_inference_steps=case["steps"],
        guidance_scale=case["guidance_scale"], eta=case["eta"], strength=case["strength"],
        generator=torch.Generator().manual_seed(case["seed"]))
    if not case["mask"]:
        # Its preprocessing, for a size that the pipeline does not take.
        arguments["image"] = image.resize((case["width"], case["height"]), Image.LANCZOS)
        pipeline = StableDiffusionImg2ImgPipeline(**parts, requires_safety_checker=False)
    else:
        arguments |= size | dict(image=image, mask_image=Image.fromarray(given[source("mask", case["mask"], case)]))
        if case["sees_masks"]:
            parts["unet"] = type(parts["unet"]).from_pretrained(folder / "options/unet").float()
        pipeline = StableDiffusionInpaintPipeline(**parts, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, arguments


def draw(folder, case, given):
    pipeline, arguments = prepared(folder, case, given)
    return numpy.asarray(pipeline(**arguments).images[0])


def main(folder):
    torch.set_num_threads(1)
    given = sources()
    tensors, listed = dict(given), []
    for name, case in cases():
        drawn = draw(folder, case, given)
        deviation, clipped = drawn.std(), numpy.isin(drawn, [0, 255]).mean()
        print(f"{name:32} deviation {deviation:5.1f}  clipped {clipped:.2f}")
        assert deviation > 20 and clipped < 0.6, "a picture without contrast would prove nothing"
        tensors[name] = drawn
        names = dict(picture=source("picture", case["picture"], case))
        names["mask"] = source("mask", case["mask"], case) if case["mask"] else None
        listed.append(dict(name=name) | case | names)
    save_file(tensors, folder / "image-to-image.safetensors", metadata=dict(cases=json.dumps(listed)))


if __name__ == "__main__":
    default = TOOLS.parent / "Tests/Golden/diffusion"
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
