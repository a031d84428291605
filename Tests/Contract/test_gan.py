"""The adversarial networks, by the contract."""

import base64
import struct

import pytest

from images import base64_text, png

IMAGES = "/v1/gan/images"


def draw(server, **fields):
    response = server.post(IMAGES, json=fields)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("size", [64, 128, 256, 512])
def test_every_size_is_drawn_and_judged(server, size):
    answer = draw(server, size=f"{size}x{size}", seed=7, scorers=["gan", "clip"])
    picture = base64.b64decode(answer["data"][0]["b64_json"])
    assert struct.unpack(">II", picture[16:24]) == (size, size)
    score = answer["data"][0]["scores"][0]
    assert score["network"] == f"emoji-{size}"
    assert 0 <= score["real_probability"] <= 1
    assert len(score["probabilities"]) == 12


def test_a_batch_is_its_single_images(server):
    batch = draw(server, n=3, size="64x64", seed=5, scorers=["gan"])["data"]
    assert [image["seed"] for image in batch] == [5, 6, 7]
    for image in batch:
        assert draw(server, model="emoji-64", seed=image["seed"], scorers=["gan"])["data"] == [image]


def test_a_random_seed_can_be_asked_for_again(server):
    first = draw(server, size="64x64", scorers=[])["data"][0]
    assert draw(server, size="64x64", seed=first["seed"], scorers=[])["data"] == [first]


def test_networks_are_models_and_scorers(server):
    models = {model["id"]: model for model in server.get("/v1/models").json()["data"]}
    assert {f"gan:emoji-{size}" for size in (64, 128, 256, 512)} <= models.keys()
    assert (models["gan:emoji-64"]["kind"], models["gan:emoji-64"]["name"]) == ("gan", "emoji-64")
    scorers = {scorer["id"]: scorer for scorer in server.get("/v1/scorers").json()["data"]}
    assert {"clip", "kmeans-text", "kmeans-image", "gan", "gan:emoji-64", "kmeans:emoji-text-5"} <= scorers.keys()
    assert sorted(scorers["gan"]["networks"]) == sorted(f"emoji-{size}" for size in (64, 128, 256, 512))


def test_all_four_classifiers_score_one_picture(server):
    names = ["clip", "kmeans-text", "kmeans-image", "gan"]
    together = server.post("/v1/scores?scorers=" + ",".join(names), data=png(128, 128)).json()["data"][0]["scores"]
    assert [score["scorer"] for score in together] == names
    for name, score in zip(names, together):
        alone = server.post("/v1/scores", json={"image": base64_text(png(128, 128)), "scorers": [name]})
        assert alone.json()["data"][0]["scores"] == [score]


def test_inverse_distances_are_less_sure_than_cosines(server):
    cosine, inverse = (
        server.post(f"/v1/scores?form={form}", data=png()).json()["data"][0]["scores"][0]
        for form in ("cosine", "inverse_distance"))
    assert inverse["ambiguity"] > cosine["ambiguity"]
    assert list(inverse["probabilities"]) == list(cosine["probabilities"])


@pytest.mark.parametrize(("fields", "status", "code", "pointer"), [
    ({"n": 0}, 400, "out_of_range", "/n"), ({"n": 65}, 400, "out_of_range", "/n"),
    ({"n": "4"}, 400, "wrong_type", "/n"), ({"size": "96x96"}, 400, "unsupported_value", "/size"),
    ({"size": "64x128"}, 400, "unsupported_value", "/size"), ({"size": 64}, 400, "wrong_type", "/size"),
    ({"model": "emoji-64", "size": "128x128"}, 400, "unsupported_value", "/size"),
    ({"model": "emoji"}, 404, "model_not_found", "/model"), ({"model": "../x"}, 404, "model_not_found", "/model"),
    ({"seed": 2**32}, 400, "out_of_range", "/seed"), ({"seed": 2**32 - 1, "n": 2}, 400, "out_of_range", "/seed"),
    ({"latents": "cauchy"}, 400, "unsupported_value", "/latents"), ({"prompt": "a fox"}, 400, "unknown_field", "/prompt"),
    ({"scorers": ["clop"]}, 404, "scorer_not_found", "/scorers/0"),
])
def test_says_what_can_not_be_drawn(server, fields, status, code, pointer):
    response = server.post(IMAGES, json=fields)
    assert response.status_code == status, response.text
    problem = response.json()
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)
