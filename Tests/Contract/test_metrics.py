"""Metrics of one image, by the contract: prompts, heads, reward models, sums."""

import json
import pathlib
import struct

import pytest

from images import base64_text, png
from server import ROOT, WEIGHTS

SCORES = "/v1/scores"
GOLDEN = ROOT / "Tests/Golden"
DIMENSION = json.loads((ROOT / "weights/clip/emoji/config.json").read_text())["projection_dim"]


def scores(server, **fields):
    response = server.post(SCORES, json={"image": base64_text(png(96, 96)), **fields})
    assert response.status_code == 200, response.text
    return response.json()["data"][0]["scores"]


def test_the_prompt_counts(server):
    one, other = (scores(server, scorers=["prompt-similarity", "clip-score"], prompt=prompt) for prompt in ("a fox", "a key"))
    assert one[0]["value"] != other[0]["value"]
    for similarity, score in (one, other):
        assert -1 <= similarity["value"] <= 1
        assert score["value"] == pytest.approx(2.5 * max(similarity["value"], 0), rel=1e-9)
        assert (similarity["range"], score["range"], score["embedder"]) == ([-1, 1], [0, 2.5], "emoji")


def test_each_image_has_its_prompt(server):
    images = [base64_text(png(64, 64, seed)) for seed in range(3)]
    prompts = ["a fox", "a rocket", "a house"]
    together = server.post(SCORES, json={"images": images, "scorers": ["clip-score"], "prompt": prompts}).json()["data"]
    for image, prompt, entry in zip(images, prompts, together):
        alone = server.post(SCORES, json={"image": image, "scorers": ["clip-score"], "prompt": prompt}).json()["data"]
        assert alone[0]["scores"] == entry["scores"]
    by_query = server.post(SCORES + "?scorers=clip-score&prompt=a%20fox", data=png(64, 64, 0)).json()["data"]
    assert by_query[0]["scores"] == together[0]["scores"]


def test_a_sum_is_its_terms(server):
    mix = {"name": "mix", "terms": [{"scorer": "clip", "weight": 2}, {"scorer": "gan", "weight": -0.5},
                                    {"scorer": "prompt-similarity", "weight": 3}]}
    clip, gan, similarity, mixed = scores(
        server, scorers=["clip", "gan", "prompt-similarity", mix], prompt="a fox")
    assert [term["scorer"] for term in mixed["terms"]] == ["clip", "gan", "prompt-similarity"]
    assert [term["value"] for term in mixed["terms"]] == [clip["reward"], gan["reward"], similarity["value"]]
    assert mixed["value"] == pytest.approx(2 * clip["reward"] - 0.5 * gan["reward"] + 3 * similarity["value"], rel=1e-9)
    assert mixed["embedder"] is None


def test_keeps_the_best_by_any_scorer(server):
    mix = {"name": "mix", "terms": [{"scorer": "clip", "weight": 1}, {"scorer": "prompt-similarity", "weight": 5}]}
    scorers = ["clip", "clip-score", mix]
    drawn = server.generate(n=5, seed=3, scorers=scorers)["data"]
    for place, name, key in [(0, "clip", "ambiguity"), (1, "clip-score", "value"), (2, "mix", "value")]:
        best = sorted(drawn, key=lambda image: -image["scores"][place][key])[:2]
        assert server.generate(n=5, seed=3, scorers=scorers, keep={"best": 2, "by": name})["data"] == best


def test_scores_256_images_of_one_request(server):
    images = [base64_text(png(32, 32, seed % 4)) for seed in range(256)]
    data = server.post(SCORES, json={"images": images}).json()["data"]
    assert len(data) == 256
    assert all(entry["scores"] == data[index % 4]["scores"] for index, entry in enumerate(data))
    refused = server.post(SCORES, json={"images": images + images[:1]})
    assert (refused.status_code, refused.json()["code"]) == (400, "too_long")


@pytest.mark.parametrize(("fields", "status", "code", "pointer"), [
    ({"scorers": ["clip-score"]}, 400, "missing_field", "/prompt"),
    ({"scorers": ["clip-score"], "prompt": ["a", "b"]}, 400, "out_of_range", "/prompt"),
    ({"scorers": ["clip-score"], "prompt": 3}, 400, "wrong_type", "/prompt"),
    ({"scorers": ["clip-score"], "prompt": "a", "temperature": 1}, 400, "unsupported_value", "/temperature"),
    ({"scorers": ["aesthetic"]}, 404, "model_not_loaded", "/scorers/0"),
    ({"scorers": ["image-reward"], "prompt": "a"}, 404, "model_not_loaded", "/scorers/0"),
    ({"scorers": ["aesthetic:x"]}, 404, "scorer_not_found", "/scorers/0"),
    ({"scorers": [{"name": "m"}]}, 400, "missing_field", "/scorers/0/terms"),
    ({"scorers": [{"name": "m", "terms": []}]}, 400, "out_of_range", "/scorers/0/terms"),
    ({"scorers": [{"name": "", "terms": [{"scorer": "clip", "weight": 1}]}]}, 400, "out_of_range", "/scorers/0/name"),
    ({"scorers": [{"terms": [{"scorer": "clip", "weight": 1}]}]}, 400, "missing_field", "/scorers/0/name"),
    ({"scorers": [{"name": "m", "terms": [{"scorer": "clip"}]}]}, 400, "missing_field", "/scorers/0/terms/0/weight"),
    ({"scorers": [{"name": "m", "terms": [{"scorer": "x", "weight": 1}]}]}, 404, "scorer_not_found",
     "/scorers/0/terms/0/scorer"),
    ({"scorers": [{"name": "m", "terms": [{"scorer": "clip", "weight": 1e9}]}]}, 400, "out_of_range",
     "/scorers/0/terms/0/weight"),
    ({"scorers": [{"name": "clip", "terms": [{"scorer": "clip", "weight": 1}]}]}, 400, "unsupported_value",
     "/scorers/0/name"),
    ({"scorers": [{"name": "m", "terms": [{"scorer": "clip-score", "weight": 1}]}]}, 400, "missing_field", "/prompt"),
    ({"scorers": [{"name": "m", "terms": [], "x": 1}]}, 400, "unknown_field", "/scorers/0/x"),
])
def test_says_what_can_not_be_measured(server, fields, status, code, pointer):
    response = server.post(SCORES, json={"image": base64_text(png()), **fields})
    assert response.status_code == status, response.text
    problem = response.json()
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)


def test_a_generator_reads_no_prompt(server):
    response = server.post("/v1/gan/images", json={"size": "64x64", "scorers": ["clip", "clip-score"]})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/scorers/1")


def head(embedder: str, weight: list[float], bias: float) -> bytes:
    """A safetensors file of an aesthetic head."""
    size = 4 * len(weight)
    header = json.dumps({
        "__metadata__": {"embedder": embedder, "range": "[1, 10]"},
        "weight": {"dtype": "F32", "shape": [1, len(weight)], "data_offsets": [0, size]},
        "bias": {"dtype": "F32", "shape": [1], "data_offsets": [size, size + 4]}}).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + struct.pack(f"<{len(weight) + 1}f", *weight, bias)


@pytest.fixture
def richer(start, tmp_path):
    """A server that has an aesthetic head, a reward model and a DINO beside what ships; all small and random."""
    for entry in pathlib.Path(WEIGHTS).iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    for kind, name in (("image-reward", "image_reward"), ("dino", "dino/small")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "tiny").symlink_to(GOLDEN / "perception" / name)
    (tmp_path / "heads").mkdir()
    (tmp_path / "heads/random.safetensors").symlink_to(GOLDEN / "aesthetic/random.safetensors")
    (tmp_path / "heads/level.safetensors").write_bytes(head("emoji", [0.0] * DIMENSION, 5))
    (tmp_path / "heads/steep.safetensors").write_bytes(head("emoji", [1.0] * DIMENSION, 5))
    return start(weights=str(tmp_path))


def test_reward_models_and_dino_serve_where_they_are_loaded(richer):
    listed = {scorer["id"]: scorer for scorer in richer.get("/v1/scorers").json()["data"]}
    assert listed["image-reward"]["needs_prompt"] and listed["image-reward:tiny"]["embedder"] == "tiny"
    kinds = [model["kind"] for model in richer.get("/v1/models").json()["data"]]
    assert kinds[-2:] == ["image-reward", "dino"]
    one, other = (scores(richer, scorers=["image-reward"], prompt=prompt)[0]["value"] for prompt in ("a fox", "a key"))
    assert one != other
    many = [base64_text(png(64, 64, seed % 3)) for seed in range(20)]
    answer = richer.post(SCORES, json={"images": many, "scorers": ["image-reward"], "prompt": "a fox"}).json()["data"]
    values = [entry["scores"][0]["value"] for entry in answer]
    assert len(set(values)) == 3 and all(value == values[index % 3] for index, value in enumerate(values))
    drawn = richer.generate(seed=1, scorers=["image-reward"])["data"][0]["scores"][0]
    assert drawn["scorer"] == "image-reward"
    systems = [{"name": "one", "size": "64x64", "steps": 2}, {"name": "two", "size": "64x64", "steps": 3}]
    body = {"prompts": ["a fox", "a key"], "systems": [*systems, {**systems[0], "name": "again"}], "scorers": [],
            "metrics": ["dino"]}
    identifier = richer.post("/v1/evaluations", json=body).json()["id"]
    job = {"state": "queued"}
    while job["state"] in ("queued", "running"):
        job = richer.get(f"/v1/evaluations/{identifier}").json()
    by_name = {system["name"]: {measure["measure"]: measure["value"] for measure in system["measures"]}
               for system in job["result"]["systems"]}
    assert by_name["again"] == pytest.approx({"dino_style": 1, "dino_content": 1, "dino_whole": 1}, abs=1e-6)
    assert by_name["two"]["dino_style"] < 1 and by_name["one"] == {}


def test_a_head_waits_for_its_embedder(richer):
    response = richer.post(SCORES, json={"image": base64_text(png()), "scorers": ["aesthetic:random"]})
    assert (response.status_code, response.json()["code"]) == (404, "model_not_loaded")


def test_a_head_scores_by_the_embedding_alone(richer):
    listed = [scorer["id"] for scorer in richer.get("/v1/scorers").json()["data"]]
    assert {"aesthetic", "aesthetic:level", "aesthetic:steep"} <= set(listed) and "aesthetic:random" not in listed
    first, level, steep = scores(richer, scorers=["aesthetic", "aesthetic:level", "aesthetic:steep"])
    assert {**first, "scorer": ""} == {**level, "scorer": ""}
    assert (level["value"], level["range"], level["embedder"]) == (5, [1, 10], "emoji")
    # The embedding has length 1, so the sum of its numbers is at most the root of how many there are.
    assert 0 < abs(steep["value"] - 5) <= DIMENSION**0.5
