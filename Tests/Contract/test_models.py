"""Pipelines that are loaded on demand, unloaded, and found elsewhere than among the weights."""

import concurrent.futures
import pathlib
import subprocess
import time

import pytest

from server import BINARY, ROOT, WEIGHTS

GOLDEN = ROOT / "Tests/Golden/diffusion"
FLAGS = ["serve", "--precision", "fp32", "--port", "0", "--log-level", "error"]


def pipeline(folder: pathlib.Path, family: str = "sd15") -> pathlib.Path:
    """A tiny pipeline of the golden files with the embedded tokenizer, 2.9 MiB in memory."""
    folder.mkdir(parents=True)
    for part in ("model_index.json", "scheduler", "text_encoder", "unet", "vae"):
        (folder / part).symlink_to(GOLDEN / family / part)
    (folder / "tokenizer").symlink_to(pathlib.Path(WEIGHTS) / "diffusion/emoji/tokenizer")
    return folder


@pytest.fixture
def richer(start, tmp_path):
    """The embedded pipeline, which takes 82 MiB in single precision, and three tiny ones, two of which fit beside it."""
    flags = [f"--pipeline={name}={pipeline(tmp_path / name)}" for name in ("b", "c", "d")]
    return start(*flags, "--precision", "fp32", "--model-memory", "90")


def states(server) -> dict[str, str]:
    models = server.get("/v1/models").json()["data"]
    return {model["id"]: model["state"] for model in models if model["kind"] == "pipeline"}


def draw(server, model: str) -> list:
    return server.generate(model=model, seed=3, steps=1)["data"]


def test_ids_are_unique(server):
    ids = [model["id"] for model in server.get("/v1/models").json()["data"]]
    assert len(set(ids)) == len(ids)
    assert {"emoji", "clip:emoji"} <= set(ids)


def test_loads_on_demand_and_makes_room(richer):
    assert states(richer) == {"emoji": "loaded", "b": "unloaded", "c": "unloaded", "d": "unloaded"}
    first = draw(richer, "b")
    assert states(richer)["b"] == "loaded"
    assert richer.post("/v1/models/c/load").json()["state"] == "loaded"
    assert richer.post("/v1/models/d/load").json()["state"] == "loaded"
    assert states(richer) == {"emoji": "loaded", "b": "unloaded", "c": "loaded", "d": "loaded"}
    assert draw(richer, "b") == first


def test_tells_of_a_pipeline_before_it_is_loaded(richer):
    before = richer.get("/v1/models/b").json()
    after = richer.post("/v1/models/b/load").json()
    assert (before.pop("state"), after.pop("state")) == ("unloaded", "loaded")
    assert before == after
    assert 4 < before["bytes"] / before["parameters"] < 6  # in single precision, few outputs filled up to 32
    assert richer.generate(model="b", steps=1, size="auto")["size"] == before["size"]


def test_unloads_even_the_default(richer):
    first = draw(richer, "emoji")
    assert richer.post("/v1/models/emoji/unload").json()["state"] == "unloaded"
    assert richer.get("/readyz").status_code == 200
    assert draw(richer, "dall-e-2") == first
    assert states(richer)["emoji"] == "loaded"


def test_gives_memory_back(richer):
    draw(richer, "emoji")
    before = richer.resident_bytes()
    richer.post("/v1/models/emoji/unload")
    deadline = time.monotonic() + 30
    while richer.resident_bytes() > before - (30 << 20):
        assert time.monotonic() < deadline, f"{before} bytes before, {richer.resident_bytes()} after"


def test_an_unloaded_pipeline_finishes_what_it_draws(richer):
    body = {"prompt": "a fox", "model": "b", "size": "64x64", "steps": 20, "seed": 1, "scorers": []}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        drawing = [pool.submit(richer.generate, **body) for _ in range(4)]
        while not all(each.done() for each in drawing):
            assert richer.post("/v1/models/b/unload").json()["state"] in ("unloaded", "loading")
    assert len({each.result()["data"][0]["b64_json"] for each in drawing}) == 1


def test_loads_in_the_background(richer):
    begun = richer.post("/v1/models/b/load", headers={"Prefer": "respond-async"})
    assert (begun.status_code, begun.json()["state"]) in ((202, "loading"), (200, "loaded"))
    deadline = time.monotonic() + 30
    while states(richer)["b"] != "loaded":
        assert time.monotonic() < deadline, "not loaded after half a minute"


def test_other_models_are_always_loaded(server):
    for id in ("clip:emoji", "gan:emoji-64"):
        assert server.post(f"/v1/models/{id}/load").json()["state"] == "loaded"
        refused = server.post(f"/v1/models/{id}/unload")
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("id", ["sdxl", "%2e%2e%2fetc", "..", "Emoji", "gan:sdxl"])
def test_knows_no_other_model(server, id):
    for verb in ("load", "unload"):
        refused = server.session.post(f"{server.url}/v1/models/{id}/{verb}")
        assert (refused.status_code, refused.json()["code"]) in ((404, "model_not_found"), (404, "not_found"))


def test_says_what_is_broken(start, tmp_path):
    folder = pipeline(tmp_path / "b")
    (folder / "unet").unlink()
    (folder / "unet").mkdir()
    for source in (GOLDEN / "sd15/unet").iterdir():
        (folder / "unet" / source.name).write_bytes(source.read_bytes().replace(b'"conv_in.weight"', b'"conv_in.wight0"'))
    server = start("--pipeline", f"b={folder}")
    refused = server.session.post(server.url + "/v1/images/generations", json={"prompt": "a fox", "model": "b"})
    server.contract.check("POST", "/v1/images/generations", refused, may_fail=True)
    assert (refused.status_code, refused.json()["code"]) == (500, "model_load_failed")
    assert refused.headers["x-should-retry"] == "false"
    assert "conv_in.weight" in refused.json()["detail"] and str(tmp_path) not in refused.text
    listed = server.get("/v1/models/b").json()
    assert (listed["state"], listed["error"]) == ("failed", refused.json()["detail"])
    server.generate()


def test_says_what_is_too_large(start, tmp_path):
    server = start("--pipeline", f"b={pipeline(tmp_path / 'b')}", "--precision", "fp32", "--model-memory", "85")
    for path, body in (("/v1/models/b/load", None), ("/v1/images/generations", {"prompt": "a fox", "model": "b"})):
        refused = server.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (507, "model_too_large")
        assert refused.headers["x-should-retry"] == "false"


def refused_start(*arguments: str, status: int = 1) -> str:
    command = [BINARY, *FLAGS, "--weights", WEIGHTS, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (status, "")
    (sentence,) = ended.stderr.splitlines()
    return sentence


@pytest.mark.parametrize("name", ["emoji", "EMOJI"])
def test_refuses_a_name_of_the_weights(tmp_path, name):
    folder = pipeline(tmp_path / "b")
    sentence = refused_start("--pipeline", f"{name}={folder}")
    assert f"{WEIGHTS}/diffusion/emoji" in sentence and str(folder) in sentence


def test_refuses_two_flags_of_a_name(tmp_path):
    one, other = pipeline(tmp_path / "one"), pipeline(tmp_path / "other")
    sentence = refused_start("--pipeline", f"b={one}", "--pipeline", f"B={other}")
    assert str(one) in sentence and str(other) in sentence


def test_refuses_a_folder_that_is_none(tmp_path):
    assert str(tmp_path / "nowhere") in refused_start("--pipeline", f"b={tmp_path / 'nowhere'}")


def test_refuses_a_default_that_does_not_fit():
    assert "--model-memory" in refused_start("--model-memory", "50")


@pytest.mark.parametrize("flag", ["b", "=folder", "b=", "a/b=folder", ".b=folder"])
def test_refuses_a_flag_that_names_nothing(flag):
    assert "NAME=FOLDER" in refused_start("--pipeline", flag, status=2)
