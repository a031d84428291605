"""Drawing, by the contract."""

import base64
import struct

import pytest

GENERATIONS = "/v1/images/generations"


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_draws_what_the_readme_asks_for(server):
    """design.md's first call, sent as curl sends it."""
    body = '{"prompt":"a watercolor painting of a fox","size":"128x128","seed":7,"steps":4,"scorers":["clip"]}'
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = server.post(GENERATIONS, data=body, headers=headers).json()
    (image,) = answer["data"]
    assert size(base64.b64decode(image["b64_json"])) == (128, 128)
    assert image["seed"] == 7
    (score,) = image["scores"]
    assert score["scorer"] == "clip"
    assert len(score["probabilities"]) == 12
    assert abs(sum(score["probabilities"].values()) - 1) < 1e-9
    assert answer["usage"]["total_tokens"] == answer["usage"]["input_tokens_details"]["text_tokens"] > 0


def test_scores_without_being_asked(server):
    (image,) = server.generate(scorers=None)["data"]
    assert [score["scorer"] for score in image["scores"]] == ["clip"]


@pytest.mark.parametrize("text", ["64x64", "128x96", "72x136"])
def test_draws_at_any_multiple_of_eight(server, text):
    answer = server.generate(size=text)
    assert answer["size"] == text
    assert size(base64.b64decode(answer["data"][0]["b64_json"])) == tuple(map(int, text.split("x")))


def test_auto_is_the_size_of_the_model(server):
    models = server.get("/v1/models").json()["data"]
    (default,) = [model for model in models if model["kind"] == "pipeline" and model["default"]]
    assert server.generate(size="auto", steps=1)["size"] == default["size"]


@pytest.mark.parametrize(
    "scheduler", ["ddim", "ddpm", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "unipc", "lcm"])
def test_draws_with_every_scheduler(server, scheduler):
    assert server.generate(scheduler=scheduler)["scheduler"] == scheduler


@pytest.mark.parametrize("field", ["quality", "style", "background", "moderation", "user", "safety_identifier"])
def test_ignores_what_only_openai_knows(server, field):
    assert server.generate(**{field: "auto"}, seed=1)["data"] == server.generate(seed=1)["data"]


@pytest.mark.parametrize("model", [None, "dall-e-2", "gpt-image-1", "emoji"])
def test_takes_openai_names_for_the_default(server, model):
    assert server.generate(model=model, steps=1)["model"] == "emoji"


def test_other_names_mean_the_same(server):
    plain = server.generate(seed=5, steps=3, guidance_scale=2.5)
    other = server.generate(seed=5, steps=None, num_inference_steps=3, cfg_scale=2.5)
    assert plain["data"] == other["data"]


def test_negative_prompt_and_eta_change_the_picture(server):
    plain = server.generate(seed=5)["data"]
    assert server.generate(seed=5, negative_prompt="a cat")["data"] != plain
    assert server.generate(seed=5, eta=1)["data"] != plain


def test_eta_is_the_pipelines_own_unless_given(server):
    (model,) = [each for each in server.get("/v1/models").json()["data"] if each["kind"] == "pipeline"]
    plain = server.generate(seed=5, steps=3)
    assert plain["eta"] == model["eta"] > 0
    assert server.generate(seed=5, steps=3, eta=model["eta"])["data"] == plain["data"]
    assert server.generate(seed=5, steps=3, eta=0)["data"] != plain["data"]
    assert server.generate(seed=5, steps=3, scheduler="euler")["eta"] == 0


def test_saved_work_changes_the_picture_and_is_named(server):
    plain = server.generate(seed=5, steps=4)
    assert "guidance_interval" not in plain and "deep_cache_interval" not in plain
    interval = server.generate(seed=5, steps=4, guidance_interval=[0.25, 0.75])
    deep = server.generate(seed=5, steps=4, deep_cache_interval=2)
    assert interval["guidance_interval"] == [0.25, 0.75] and "deep_cache_interval" not in interval
    assert deep["deep_cache_interval"] == 2 and "guidance_interval" not in deep
    both = server.generate(seed=5, steps=4, guidance_interval=[0.25, 0.75], deep_cache_interval=2)
    assert len({answer["data"][0]["b64_json"] for answer in (plain, interval, deep, both)}) == 4


def test_no_work_is_saved_unless_asked(server):
    plain = server.generate(seed=5, steps=3)
    whole = server.generate(seed=5, steps=3, deep_cache_interval=1, guidance_interval=None)
    assert whole["data"] == plain["data"] and "deep_cache_interval" not in whole


def test_echoes_random_seeds(server):
    drawn = {image["seed"] for _ in range(2) for image in server.generate(n=2, steps=1, seed=-1)["data"]}
    assert len(drawn) == 4


def test_warns_of_a_cut_prompt(server):
    answer = server.generate(prompt="a fox " * 150, steps=1)
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["pointer"]) == ("text_truncated", "/prompt")
    assert server.generate(steps=1)["warnings"] == []


@pytest.mark.parametrize("prompt", [" ", "🦊", "狐狸", "a\u0000fox", "\U0010ffff", "x" * 32000])
def test_draws_any_text(server, prompt):
    server.generate(prompt=prompt, steps=1)


@pytest.mark.parametrize("seed", [0, 2**31, 2**32 - 1])
def test_takes_every_seed(server, seed):
    assert server.generate(seed=seed, steps=1)["data"][0]["seed"] == seed


def test_scores_with_styles_of_the_request(server):
    answer = server.generate(scorers=["clip"], styles=["a neon sign", "a blueprint"], temperature=0.5, top_k=2)
    (score,) = answer["data"][0]["scores"]
    assert list(score["probabilities"]) == ["a neon sign", "a blueprint"]
    assert len(score["top"]) == 2


def test_keeps_the_most_ambiguous(server):
    scorers = ["clip", "kmeans-text"]
    everything = server.generate(n=4, seed=3, scorers=scorers, keep="all")["data"]
    for index, name in enumerate(scorers):
        ranked = sorted(everything, key=lambda image: -image["scores"][index]["ambiguity"])
        assert server.generate(n=4, seed=3, scorers=scorers, keep={"best": 2, "by": name})["data"] == ranked[:2]
    assert server.generate(n=4, seed=3, scorers=scorers, keep={"best": 4})["data"] == sorted(
        everything, key=lambda image: -image["scores"][0]["ambiguity"])
