"""Pictures carry what draws them again."""

import base64
import io
import json
import random

import pytest
from PIL import Image

PROMPTS = [
    "a watercolor painting of a fox", "a fox, half (watercolor:1.3), half [neon]", 'a "quoted" fox: with, commas',
    "a fox\nNegative prompt: none\nSteps: 5, Sampler: x", "ein Fuchs im Stil Höfer, 狐 🦊", "a fox\\nnot a line \\(really\\)",
]


def texts(encoded: str) -> dict:
    return Image.open(io.BytesIO(base64.b64decode(encoded))).text


def random_request(seed: int) -> dict:
    chance = random.Random(seed)
    scheduler = chance.choice(["ddim", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "unipc", "lcm", "pndm", "ddpm"])
    request = {
        "prompt": chance.choice(PROMPTS), "negative_prompt": chance.choice(["", "blurry, \"bad\"", "a\nb"]),
        "size": chance.choice(["64x64", "72x64"]), "seed": chance.randrange(2**32), "steps": chance.randint(3, 5),
        "guidance_scale": chance.choice([1, 2, 3.7, 7.25]), "scheduler": scheduler,
        "eta": chance.choice([0, 0.3]) if scheduler == "ddim" else 0, "decoder": chance.choice(["full", "fast"]),
        "scorers": chance.choice([[], ["clip"], ["clip", "gan", "prompt-similarity"]]),
        "deep_cache_interval": chance.choice([1, 1, 2, 3]),
    }
    if request["guidance_scale"] > 1:
        request["guidance_interval"] = chance.choice([None, [0.25, 0.8], [0, 1 / 3]])
    return request


@pytest.mark.parametrize("seed", range(24))
def test_a_recipe_that_is_posted_again_gives_the_same_bytes(server, seed):
    request = random_request(seed)
    first = server.generate(**request)["data"][0]["b64_json"]
    recipe = json.loads(texts(first)["liminal"])
    again = {key: recipe[key] for key in (
        "model", "prompt", "negative_prompt", "seed", "steps", "guidance_scale", "scheduler", "eta", "size", "decoder")}
    again["scorers"] = list(recipe.get("scores", {}))
    again |= {key: recipe[key] for key in ("guidance_interval", "deep_cache_interval") if key in recipe}
    assert again == {**again, **{key: request[key] for key in again if key in request}}
    assert server.generate(**again)["data"][0]["b64_json"] == first


def test_other_tools_read_it(server):
    picture = server.generate(prompt="a fox", negative_prompt="blurry", seed=7, steps=3, scheduler="euler_ancestral", guidance_scale=2.5)
    lines = texts(picture["data"][0]["b64_json"])["parameters"].split("\n")
    assert lines[:2] == ["a fox", "Negative prompt: blurry"]
    for part in ("Steps: 3", "Sampler: Euler a", "CFG scale: 2.5", "Seed: 7", "Size: 64x64", "Model: emoji"):
        assert part in lines[2], lines[2]


def test_scores_are_in_it(server):
    drawn = server.generate(scorers=["clip"])["data"][0]
    score = json.loads(texts(drawn["b64_json"])["liminal"])["scores"]["clip"]
    assert (score["reward"], score["ambiguity"]) == (drawn["scores"][0]["reward"], drawn["scores"][0]["ambiguity"])
