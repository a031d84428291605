"""Evaluations, by the contract: compare, follow, read, cancel."""

import csv
import io
import json
import math
import struct
import subprocess
import time

import pytest

from images import base64_text, black, png
from server import BINARY, ROOT, WEIGHTS

EVALUATIONS = "/v1/evaluations"
STYLES = ["a watercolor painting of", "a neon sign of", "pixel art of", "a pencil sketch of"]
PROMPTS = [f"{style} {thing}" for thing in ("a fox", "a rocket", "a house") for style in STYLES]
QUICK = {"size": "64x64", "steps": 2}
TWO = [{"name": "DDIM", **QUICK}, {"name": "DPM++ 2M", **QUICK, "scheduler": "dpmpp_2m"}]


def submit(server, **fields):
    response = server.post(EVALUATIONS, json=fields)
    assert response.status_code == 202, response.text
    assert response.headers["Location"] == f"{EVALUATIONS}/{response.json()['id']}"
    return response.json()["id"]


def ended(server, identifier, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        job = server.get(f"{EVALUATIONS}/{identifier}").json()
        if job["state"] not in ("queued", "running"):
            return job
        assert time.monotonic() < deadline, job


def result(server, **fields):
    job = ended(server, submit(server, **fields))
    assert job["state"] == "succeeded", job
    return job["result"]


def measures(result, system):
    (found,) = [each for each in result["systems"] if each["name"] == system]
    return {measure["measure"]: measure for measure in found["measures"]}


@pytest.fixture(scope="module")
def compared(server):
    """Two systems on twelve prompts, as the README's cookbook does it."""
    scorers = ["clip", "gan", "prompt-similarity",
               {"name": "mix", "terms": [{"scorer": "clip", "weight": 1}, {"scorer": "prompt-similarity", "weight": 0.25}]}]
    metrics = ["pairwise_cosine", "vendi", "novelty", "cmmd", "prdc"]
    job = ended(server, submit(server, prompts=PROMPTS, systems=TWO, scorers=scorers, metrics=metrics, seed=7))
    assert job["state"] == "succeeded", job
    assert (job["kind"], job["kept"], job["progress"]) == ("evaluation", True, None)
    return job


def test_every_system_has_every_measure(compared):
    scores = {"clip reward", "clip ambiguity", "gan reward", "gan ambiguity", "prompt-similarity", "mix"}
    sets = {"pairwise_cosine", "vendi"}
    beside = {"novelty", "cmmd", "precision", "recall", "density", "coverage"}
    assert measures(compared["result"], "DDIM").keys() == scores | sets
    assert measures(compared["result"], "DPM++ 2M").keys() == scores | sets | beside
    for system in ("DDIM", "DPM++ 2M"):
        for name, measure in measures(compared["result"], system).items():
            assert measure["n"] == 12
            if measure["interval"]:
                low, high = measure["interval"]
                assert low <= measure["value"] <= high
            assert (measure["interval"] is not None) == (name in scores | {"novelty", "pairwise_cosine"})
            assert (measure["standard_deviation"] is not None) == (name in scores | {"novelty"})


def test_figures_are_those_of_the_single_pictures(server, compared):
    drawn = [
        server.generate(prompt=prompt, seed=7 + index, scorers=["clip", "prompt-similarity"])["data"][0]["scores"]
        for index, prompt in enumerate(PROMPTS)]
    for place, key, name in [(0, "reward", "clip reward"), (0, "ambiguity", "clip ambiguity"),
                             (1, "value", "prompt-similarity")]:
        mean = sum(scores[place][key] for scores in drawn) / 12
        assert math.isclose(measures(compared["result"], "DDIM")[name]["value"], mean, rel_tol=1e-9)
    parts = measures(compared["result"], "DDIM")
    mixed = parts["clip reward"]["value"] + 0.25 * parts["prompt-similarity"]["value"]
    assert math.isclose(parts["mix"]["value"], mixed, rel_tol=1e-9)


def test_tables_say_what_the_result_says(server, compared):
    tables = compared["result"]["tables"]
    rows = list(csv.DictReader(io.StringIO(server.get(tables["csv"]).text)))
    written = {(row["system"], row["measure"]): float(row["value"]) for row in rows}
    said = {(system["name"], measure["measure"]): measure["value"]
            for system in compared["result"]["systems"] for measure in system["measures"]}
    assert written == said
    lines = server.get(tables["markdown"]).text.splitlines()
    assert lines[0] == "| measure | embedder | DDIM (n = 12) | DPM++ 2M (n = 12) |"
    assert len(lines) == 2 + len({measure for _, measure in said})


def test_pictures_are_pngs(server, compared):
    pictures = compared["result"]["pictures"]
    assert list(pictures) == ["contact-sheet", "rewards", "posteriors"]
    sizes = {}
    for name, path in pictures.items():
        response = server.get(path)
        assert response.headers["Content-Type"] == "image/png"
        sizes[name] = struct.unpack(">II", response.content[16:24])
    assert sizes["contact-sheet"][0] > 12 * 128 and sizes["contact-sheet"][1] > 2 * 128
    assert sizes["posteriors"][1] > 12 * 20


def test_lists_and_forgets(server, compared):
    listed = server.get(EVALUATIONS).json()["data"]
    assert compared["id"] in [job["id"] for job in listed]
    assert all("result" not in job for job in listed)
    identifier = submit(server, prompts=["a fox"], systems=[{"name": "one", **QUICK}], scorers=[], metrics=[])
    ended(server, identifier)
    assert server.delete(f"{EVALUATIONS}/{identifier}").status_code == 204
    assert server.get(f"{EVALUATIONS}/{identifier}").status_code == 404
    assert server.delete(f"{EVALUATIONS}/{identifier}").status_code == 404


def test_seeds_are_paired_and_images_are_a_system(server):
    drawn = [server.generate(prompt=prompt, seed=3 + index)["data"][0]["b64_json"]
             for index, prompt in enumerate(PROMPTS[:6])]
    systems = [{"name": "drawn", **QUICK}, {"name": "brought", "images": drawn}, {"name": "gan", "gan": "emoji-64"}]
    found = result(server, prompts=PROMPTS[:6], systems=systems, seed=3, reference="brought", scorers=["clip", "clip-score"],
                   metrics=["novelty", "cmmd", "prdc", "pairwise_cosine"])
    drawn, brought = measures(found, "drawn"), measures(found, "brought")
    for name in ("clip reward", "clip-score", "pairwise_cosine"):
        assert drawn[name]["value"] == brought[name]["value"]
    assert drawn["novelty"]["value"] == 0 and abs(drawn["cmmd"]["value"]) < 1e-6
    assert (drawn["precision"]["value"], drawn["recall"]["value"]) == (1, 1)
    assert measures(found, "gan")["novelty"]["value"] > 0
    assert "novelty" not in brought and found["reference"] == "brought"


def test_images_need_no_prompts(server):
    systems = [{"name": "squares", "images": [base64_text(png(20 + side, 20)) for side in range(21)]}]
    found = measures(result(server, systems=systems, metrics=["tce", "vendi"], scorers=["gan"]), "squares")
    assert found["tce"]["n"] == 21 and 1 <= found["vendi"]["value"] <= 21


def test_a_cut_prompt_is_said(server):
    found = result(server, prompts=["a fox", "a fox " * 400], systems=TWO, scorers=[], metrics=[])
    assert [warning["pointer"] for warning in found["warnings"]] == ["/prompts/1"]


def test_cancels_what_runs_and_what_waits(server):
    long = {"name": "long", "size": "256x256", "steps": 100}
    running = submit(server, catalogue="training", systems=[long], scorers=[])
    waiting = submit(server, catalogue="comparison", systems=[long], scorers=[])
    # Other requests are served between the parts of an evaluation.
    assert server.generate(steps=1)["steps"] == 1
    response = server.get(f"{EVALUATIONS}/{running}/table.csv")
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    for identifier in (waiting, running):
        assert server.delete(f"{EVALUATIONS}/{identifier}").status_code == 202
        assert ended(server, identifier)["state"] == "cancelled"
    assert result(server, prompts=["a fox"], systems=[{"name": "next", **QUICK}], scorers=[], metrics=[])["systems"]


def test_a_set_that_is_deleted_is_used_to_the_end(server):
    fitted = server.post("/v1/centroids", json={"name": "fleeting", "texts": ["oil", "neon", "chalk"], "k": 2})
    assert fitted.status_code == 201, fitted.text
    long = {"name": "long", "size": "128x128", "steps": 30}
    identifier = submit(server, prompts=PROMPTS, systems=[long], scorers=["kmeans:fleeting"], metrics=[])
    assert server.delete("/v1/centroids/fleeting").status_code == 204
    assert server.get(f"{EVALUATIONS}/{identifier}").json()["state"] in ("queued", "running")
    job = ended(server, identifier)
    assert measures(job["result"], "long")["kmeans:fleeting reward"]["n"] == 12


def test_too_many_are_turned_away(server):
    long = {"name": "long", "size": "256x256", "steps": 100}
    accepted, refused = [], None
    while refused is None:
        response = server.post(EVALUATIONS, json={"catalogue": "training", "systems": [long], "scorers": []})
        if response.status_code == 202:
            accepted.append(response.json()["id"])
        else:
            refused = response
        assert len(accepted) <= 8
    assert (refused.status_code, refused.json()["code"]) == (429, "queue_full")
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    for identifier in reversed(accepted):
        server.delete(f"{EVALUATIONS}/{identifier}")
    assert {ended(server, identifier)["state"] for identifier in accepted} == {"cancelled"}


def test_a_server_stops_in_the_midst_of_one(start):
    server = start()
    submit(server, catalogue="training", systems=[{"name": "long", "size": "64x64", "steps": 100}], scorers=[])
    server.terminate()
    assert server.wait() == 0


@pytest.mark.parametrize(("fields", "status", "code", "pointer"), [
    ({}, 400, "missing_field", "/systems"), ({"systems": []}, 400, "out_of_range", "/systems"),
    ({"systems": TWO}, 400, "missing_field", "/prompts"),
    ({"systems": TWO, "prompts": []}, 400, "out_of_range", "/prompts"),
    ({"systems": TWO, "prompts": ["a fox", ""]}, 400, "out_of_range", "/prompts/1"),
    ({"systems": TWO, "prompts": ["a fox"] * 201}, 400, "too_long", "/prompts"),
    ({"systems": TWO, "catalogue": "x"}, 400, "unsupported_value", "/catalogue"),
    ({"systems": TWO, "catalogue": "training", "prompts": ["a"]}, 400, "out_of_range", "/catalogue"),
    ({"systems": [TWO[0], TWO[0]], "prompts": ["a"]}, 400, "unsupported_value", "/systems/1/name"),
    ({"systems": [{"name": ""}], "prompts": ["a"]}, 400, "out_of_range", "/systems/0/name"),
    ({"systems": [QUICK], "prompts": ["a"]}, 400, "missing_field", "/systems/0/name"),
    ({"systems": [{"name": "a", "steps": 0}], "prompts": ["a"]}, 400, "out_of_range", "/systems/0/steps"),
    ({"systems": [{"name": "a", "size": "65x64"}], "prompts": ["a"]}, 400, "out_of_range", "/systems/0/size"),
    ({"systems": [{"name": "a", "model": "x"}], "prompts": ["a"]}, 404, "model_not_found", "/systems/0/model"),
    ({"systems": [{"name": "a", "eta": 1, "scheduler": "euler"}], "prompts": ["a"]}, 400, "unsupported_value",
     "/systems/0/eta"),
    ({"systems": [{"name": "a", "guidance_interval": [1, 0]}], "prompts": ["a"]}, 400, "out_of_range",
     "/systems/0/guidance_interval"),
    ({"systems": [{"name": "a", "deep_cache_interval": 21}], "prompts": ["a"]}, 400, "out_of_range",
     "/systems/0/deep_cache_interval"),
    ({"systems": [{"name": "a", "seed": 1}], "prompts": ["a"]}, 400, "unknown_field", "/systems/0/seed"),
    ({"systems": [{"name": "a", "gan": "x"}], "prompts": ["a"]}, 404, "model_not_found", "/systems/0/gan"),
    ({"systems": [{"name": "a", "gan": "emoji-64", "steps": 3}], "prompts": ["a"]}, 400, "unknown_field",
     "/systems/0/steps"),
    ({"systems": [{"name": "a", "images": []}]}, 400, "out_of_range", "/systems/0/images"),
    ({"systems": [{"name": "a", "images": ["AAAA"]}]}, 400, "invalid_image", "/systems/0/images/0"),
    ({"systems": TWO, "prompts": ["a"], "top_k": 3}, 400, "unknown_field", "/top_k"),
    ({"systems": TWO, "prompts": ["a"], "metrics": ["fid"]}, 400, "unsupported_value", "/metrics/0"),
    ({"systems": TWO, "prompts": ["a"], "metrics": ["vendi", "vendi"]}, 400, "out_of_range", "/metrics/1"),
    ({"systems": TWO, "prompts": ["a"], "metrics": ["vendi", "tce"]}, 400, "out_of_range", "/metrics/1"),
    ({"systems": TWO, "prompts": ["a"] * 5, "metrics": ["prdc"]}, 400, "out_of_range", "/metrics/0"),
    ({"systems": TWO[:1], "prompts": ["a"], "metrics": ["novelty"]}, 400, "unsupported_value", "/metrics/0"),
    ({"systems": TWO, "prompts": ["a"], "metrics": ["dino"]}, 404, "model_not_loaded", "/metrics/0"),
    ({"systems": TWO, "prompts": ["a"], "reference": "x"}, 400, "unsupported_value", "/reference"),
    ({"systems": TWO, "prompts": ["a"], "embedder": "x"}, 404, "model_not_found", "/embedder"),
    ({"systems": TWO, "prompts": ["a"], "scorers": ["image-reward"]}, 404, "model_not_loaded", "/scorers/0"),
    ({"systems": [{"name": "a", "images": [base64_text(png())]}], "scorers": ["clip-score"]}, 400, "unsupported_value",
     "/scorers/0"),
    ({"systems": [{"name": "a", "size": "512x512", "steps": 150}], "catalogue": "training", "n": 10}, 400, "out_of_range",
     "/systems/0"),
    ({"systems": TWO, "prompts": ["a"] * 200, "seed": 2**32 - 3}, 400, "out_of_range", "/seed"),
])
def test_says_what_can_not_be_compared(server, fields, status, code, pointer):
    response = server.post(EVALUATIONS, json={"scorers": [], "metrics": [], **fields})
    assert response.status_code == status, response.text
    problem = response.json()
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)


def test_bounds_the_pixels_of_all_systems(server):
    large = base64_text(black(4096, 4096))
    systems = [{"name": str(number), "images": [large]} for number in range(5)]
    response = server.post(EVALUATIONS, json={"systems": systems, "scorers": [], "metrics": []})
    assert (response.status_code, response.json()["code"]) == (400, "too_long")
    assert response.json()["errors"][0]["pointer"] == "/systems/4/images/0"


@pytest.mark.parametrize("path", ["/x", "/x/table.csv", "/" + "0" * 32])
def test_says_what_is_not_there(server, path):
    response = server.get(EVALUATIONS + path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_command_does_what_the_route_does(server, compared, tmp_path):
    body = {"prompts": PROMPTS, "systems": TWO, "scorers": ["clip"], "metrics": ["vendi"], "seed": 7}
    (tmp_path / "request.json").write_text(json.dumps(body))
    ended = subprocess.run(
        [BINARY, "evaluate", tmp_path / "request.json", "--output", tmp_path / "out", "--weights", WEIGHTS],
        capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    for name in ("clip reward", "vendi"):
        assert measures(found, "DDIM")[name]["value"] == measures(compared["result"], "DDIM")[name]["value"]
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert written == {"table.csv", "table.md", "contact-sheet.png", "rewards.png", "posteriors.png"}
    (tmp_path / "request.json").write_text(json.dumps({**body, "metrics": ["fid"]}))
    refused = subprocess.run(
        [BINARY, "evaluate", tmp_path / "request.json", "--output", tmp_path / "out", "--weights", WEIGHTS],
        capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 1 and "/metrics/0" in refused.stderr and refused.stderr.count("\n") == 1
