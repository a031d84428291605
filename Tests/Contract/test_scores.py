"""Scoring, by the contract."""

import math

import pytest

from images import base64_text, jpeg, png

SCORES = "/v1/scores"


def only_score(response) -> dict:
    assert response.status_code == 200, response.text
    (image,) = response.json()["data"]
    (score,) = image["scores"]
    return score


@pytest.mark.parametrize("kind, picture", [("image/png", png(96, 80)), ("image/jpeg", jpeg())], ids=["png", "jpeg"])
def test_every_way_in_gives_the_same_score(server, kind, picture):
    file = {"image": ("fox", picture, kind)}
    ways = [
        server.post(SCORES, data=picture),
        server.post(SCORES, data=picture, headers={"Content-Type": kind}),
        server.post(SCORES, data=picture, headers={"Content-Type": "application/x-www-form-urlencoded"}),
        server.post(SCORES, data=picture, headers={"Content-Type": "application/octet-stream"}),
        server.post(SCORES, files=file),
        server.post(SCORES, json={"image": base64_text(picture)}),
        server.post(SCORES, json={"image": f"data:{kind};base64," + base64_text(picture)}),
        server.post(SCORES, json={"images": [base64_text(picture)], "scorers": ["clip"]}),
        server.post(SCORES + "?scorers=clip", data=picture),
    ]
    scores = [only_score(way) for way in ways]
    assert all(score == scores[0] for score in scores)


def test_the_figures_follow_from_the_posterior(server):
    score = only_score(server.post(SCORES + "?top_k=3", data=png()))
    p = list(score["probabilities"].values())
    entropy = -sum(x * math.log(x) for x in p)
    assert score["reward"] == pytest.approx(sum(map(math.log, p)) / len(p), rel=1e-9)
    assert score["entropy"] == pytest.approx(entropy, rel=1e-9)
    assert score["ambiguity"] == pytest.approx(entropy / math.log(len(p)), rel=1e-9)
    assert score["max_reward"] == pytest.approx(-math.log(len(p)), rel=1e-12)
    assert score["kl_from_uniform"] == pytest.approx(score["max_reward"] - score["reward"], abs=1e-12)
    assert [entry["probability"] for entry in score["top"]] == sorted(p, reverse=True)[:3]


def test_keeps_the_order_of_the_images(server):
    pictures = [png(64, 64, seed) for seed in range(5)]
    single = [only_score(server.post(SCORES, data=picture)) for picture in pictures]
    batch = server.post(SCORES, json={"images": [base64_text(picture) for picture in pictures]}).json()["data"]
    assert [entry["index"] for entry in batch] == [0, 1, 2, 3, 4]
    assert [entry["scores"][0] for entry in batch] == single


def test_scores_embeddings_as_their_images(server):
    pictures = [base64_text(png(64, 64, seed)) for seed in range(3)]
    embeddings = [entry["embedding"] for entry in server.post("/v1/embeddings", json={"images": pictures}).json()["data"]]
    scorers = ["kmeans-image", "clip"]
    seen = server.post(SCORES, json={"images": pictures, "scorers": scorers}).json()["data"]
    ready = server.post(SCORES, json={"embeddings": embeddings, "scorers": scorers}).json()["data"]
    assert [set(entry) for entry in ready] == [{"index", "scores"}] * 3
    for entry, image in zip(ready, seen):
        for score, same in zip(entry["scores"], image["scores"], strict=True):
            assert score["probabilities"] == pytest.approx(same["probabilities"], abs=1e-5)
            assert score["top"][0]["label"] == same["top"][0]["label"]


def test_takes_several_files(server):
    files = [("image[]", (f"{seed}.png", png(64, 64, seed), "image/png")) for seed in range(3)]
    response = server.post(SCORES, files=files, data={"scorers": "clip", "top_k": "2"})
    data = response.json()["data"]
    assert len(data) == 3
    assert all(len(entry["scores"][0]["top"]) == 2 for entry in data)


def test_a_high_temperature_levels_the_styles(server):
    cold = only_score(server.post(SCORES + "?temperature=0.005", data=png()))
    hot = only_score(server.post(SCORES + "?temperature=100", data=png()))
    assert cold["ambiguity"] < hot["ambiguity"]
    assert hot["ambiguity"] == pytest.approx(1, abs=1e-3)


def test_takes_styles_by_list_and_by_text(server):
    listed = only_score(server.post(SCORES + "?styles=wikiart-27", data=png()))
    assert len(listed["probabilities"]) == 27
    texts = only_score(server.post(SCORES + "?styles=pixel art,a blueprint", data=png()))
    assert list(texts["probabilities"]) == ["pixel art", "a blueprint"]
    same = only_score(server.post(SCORES, json={"image": base64_text(png()), "styles": ["pixel art", "a blueprint"]}))
    assert same == texts


def test_the_bodys_options_win(server):
    body = {"image": base64_text(png()), "top_k": 2}
    assert len(only_score(server.post(SCORES + "?top_k=3", json=body))["top"]) == 2


def test_scorers_say_what_they_tell_apart(server):
    data = server.get("/v1/scorers").json()["data"]
    (clip,) = [scorer for scorer in data if scorer["default"]]
    score = only_score(server.post(SCORES, data=png()))
    assert clip["labels"] == list(score["probabilities"])
    assert clip["k"] == len(clip["labels"])
    explicit = only_score(server.post(f"{SCORES}?temperature={clip['temperature']}", data=png()))
    assert explicit["reward"] == pytest.approx(score["reward"], rel=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (4096, 2)])
def test_scores_any_shape(server, size):
    only_score(server.post(SCORES, data=png(*size)))
