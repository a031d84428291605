"""Hugging Face's own client, unmodified."""

import base64
import io
import math

import numpy
import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from PIL import Image

from images import base64_text, jpeg, png

LABELS = ["a watercolor painting", "a neon sign", "pixel art"]


@pytest.fixture
def client(server):
    """Makes a client of a model, by the path of the model alone or by that of a task."""

    def client(model: str, task: str | None = None) -> InferenceClient:
        path = f"/pipeline/{task}/{model}" if task else f"/hf/models/{model}"
        return InferenceClient(model=server.url + path)

    return client


def native(server, picture: bytes, **query) -> dict:
    """The score that /v1/scores gives a picture."""
    answer = server.post("/v1/scores", params=query, data=picture).json()
    return answer["data"][0]["scores"][0]


@pytest.mark.parametrize("task", [None, "text-to-image"])
def test_draws_what_the_native_route_draws(server, client, task):
    picture = client("emoji", task).text_to_image(
        "a watercolor painting of a fox", width=72, height=64, num_inference_steps=2, guidance_scale=3,
        negative_prompt="blue", scheduler="euler", seed=7)
    assert picture.size == (72, 64)
    answer = server.generate(
        size="72x64", steps=2, guidance_scale=3, negative_prompt="blue", scheduler="euler", seed=7)
    drawn = Image.open(io.BytesIO(base64.b64decode(answer["data"][0]["b64_json"])))
    assert picture.tobytes() == drawn.tobytes()


def test_takes_one_side_and_more_fields(client):
    own = client("emoji").text_to_image("a fox", width=64, num_inference_steps=1)
    assert own.size[0] == 64 and own.size[1] > 64
    client("emoji").text_to_image(
        "a fox", width=64, height=64, num_inference_steps=2, scheduler="ddim", extra_body={"eta": 0.5})


@pytest.mark.parametrize("model", ["clip", "kmeans-text", "kmeans-image", "gan", "gan:emoji-64"])
def test_classifies_a_picture_as_it_is(server, client, model):
    picture = png(96, 80)
    found = client(model).image_classification(picture)
    wanted = native(server, picture, scorers=model, top_k=5)["top"]
    assert [(entry.label, entry.score) for entry in found] == [(top["label"], top["probability"]) for top in wanted]


def test_takes_jpeg(server, client):
    picture = jpeg()
    found = client("clip").image_classification(picture)
    wanted = native(server, picture, scorers="clip", top_k=5)["top"]
    assert [entry.score for entry in found] == [top["probability"] for top in wanted]
    assert client("clip").image_classification(picture, top_k=5) == found


def test_classifies_by_the_styles_of_a_clip(server, client):
    picture = png(96, 80)
    found = client("emoji").image_classification(picture)
    assert [entry.score for entry in found] == [
        top["probability"] for top in native(server, picture, scorers="clip", top_k=5)["top"]]
    assert client("emoji", "image-classification").image_classification(picture) == found


def test_applies_functions(client):
    picture = png(96, 80)
    probabilities = client("clip").image_classification(picture, top_k=256)
    logits = client("clip").image_classification(picture, top_k=256, function_to_apply="none")
    assert [entry.label for entry in logits] == [entry.label for entry in probabilities]
    total = sum(math.exp(entry.score - logits[0].score) for entry in logits)
    for probability, logit in zip(probabilities, logits):
        assert probability.score == pytest.approx(math.exp(logit.score - logits[0].score) / total, rel=1e-9)
    sigmoids = client("clip").image_classification(picture, top_k=3, function_to_apply="sigmoid")
    assert [entry.score for entry in sigmoids] == pytest.approx(
        [1 / (1 + math.exp(-entry.score)) for entry in logits[:3]])


@pytest.mark.parametrize("model", ["clip", "emoji"])
def test_classifies_by_labels_of_the_request(server, client, model):
    picture = png(96, 80)
    found = client(model).zero_shot_image_classification(picture, LABELS)
    wanted = native(server, picture, scorers="clip", styles=",".join(LABELS))["probabilities"]
    assert {entry.label: entry.score for entry in found} == wanted
    assert [entry.score for entry in found] == sorted(wanted.values(), reverse=True)


def test_puts_labels_into_a_template(server, client):
    picture = png(96, 80)
    found = client("clip").zero_shot_image_classification(
        picture, ["fox", "rocket"], hypothesis_template="pixel art of a {}")
    wanted = native(server, picture, styles="pixel art of a fox,pixel art of a rocket")["probabilities"]
    assert {entry.label: entry.score for entry in found} == {
        label.removeprefix("pixel art of a "): score for label, score in wanted.items()}


def test_embeds(client):
    texts = ["a fox", "a neon sign of a rocket"]
    embed = client("emoji", "feature-extraction").feature_extraction
    vector = embed(texts[0])
    assert vector.shape[0] == 1 and numpy.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    both = embed(texts)
    assert both.shape == (2, vector.shape[1])
    assert both[0] == pytest.approx(vector[0], abs=1e-6)
    # A field that no other task has says enough.
    assert client("emoji").feature_extraction(texts[0], normalize=True) == pytest.approx(vector)
    raw = embed(texts, normalize=False)
    assert raw / numpy.linalg.norm(raw, axis=1, keepdims=True) == pytest.approx(both, abs=1e-6)
    assert not numpy.allclose(numpy.linalg.norm(raw, axis=1), 1)
    long = "a fox " * 100 + "in a blueprint"
    assert embed(long, truncate=True) == pytest.approx(embed("a fox " * 100, truncate=True))
    assert embed(long, truncate=True, truncation_direction="left") != pytest.approx(embed(long, truncate=True))


@pytest.mark.parametrize(
    "call, status, words",
    [
        (lambda at: at("emoji").text_to_image("a fox", width=65, height=64), 400, "multiples of 8"),
        (lambda at: at("emoji").text_to_image("a fox", num_inference_steps=151), 400, "/parameters/num_inference_steps"),
        (lambda at: at("emoji").text_to_image("a fox", scheduler="heun"), 400, "/parameters/scheduler"),
        (lambda at: at("emoji").text_to_image("", seed=1), 400, "/inputs"),
        (lambda at: at("emoji").text_to_image("a fox", extra_body={"guidence": 3}), 400, "/parameters/guidence"),
        (lambda at: at("sdxl").text_to_image("a fox"), 404, "'emoji'"),
        (lambda at: at("stabilityai/sdxl").text_to_image("a fox"), 404, "'stabilityai/sdxl'"),
        (lambda at: at("clip", "text-to-image").text_to_image("a fox"), 400, "'image-classification'"),
        (lambda at: at("clip", "text-to-speech").text_to_image("a fox"), 404, "'text-to-image'"),
        (lambda at: at("clip-score").image_classification(png()), 400, "is a metric"),
        (lambda at: at("clip").image_classification(png()[:60]), 400, "is not a PNG or JPEG"),
        (lambda at: at("clip").image_classification(b"GIF89a"), 415, "image/jpeg"),
        (lambda at: at("clip").image_classification(png(), top_k=0), 400, "/parameters/top_k"),
        (lambda at: at("kmeans-text").zero_shot_image_classification(png(), LABELS), 400, "can't do"),
        (lambda at: at("clip").zero_shot_image_classification(png(), ["a", "a"]), 400, "/parameters/candidate_labels/1"),
        (
            lambda at: at("clip").zero_shot_image_classification(png(), LABELS, hypothesis_template="art"), 400,
            "/parameters/hypothesis_template",
        ),
        (lambda at: at("emoji", "feature-extraction").feature_extraction("a fox " * 200), 400, "truncate"),
        (lambda at: at("emoji").feature_extraction("a fox", dimensions=8, normalize=True), 400, "/dimensions"),
    ],
)
def test_refusals_keep_their_words(client, call, status, words):
    with pytest.raises(HfHubHTTPError) as refused:
        call(client)
    assert refused.value.response.status_code == status
    assert words in str(refused.value)


def test_every_answer_keeps_the_contract(server):
    picture = {"inputs": base64_text(png())}
    for path in ("/hf/models/emoji", "/pipeline/text-to-image/emoji"):
        size = {"width": 64, "height": 64, "num_inference_steps": 1}
        assert server.post(path, json={"inputs": "a fox", "parameters": size}).status_code == 200
    for path in ("/hf/models/clip", "/pipeline/image-classification/clip"):
        assert server.post(path, json=picture).status_code == 200
        assert server.post(path, json={**picture, "top_k": 3}).status_code == 400
        assert server.post(path, json={"parameters": {}}).json() == {
            "error": "/inputs is required.", "error_type": "missing_field"}
        assert server.post(path, data=b"{").status_code == 400
        assert server.post(path, data=b"fox").status_code == 415
    for path in ("/hf/models/emoji", "/pipeline/feature-extraction/emoji"):
        assert server.post(path, json={"inputs": ["a fox"]}).status_code == 200
        assert server.post(path, json={"inputs": []}).status_code == 400
    assert server.post("/hf/models/sdxl", json=picture).status_code == 404
    assert server.get("/hf/models/clip").json()["error"] == "/hf/models/clip takes OPTIONS, POST, not GET."


def test_answers_no_client_that_wants_no_png(server):
    response = server.post("/hf/models/emoji", json={"inputs": "a fox"}, headers={"Accept": "image/webp"})
    assert response.status_code == 400 and "image/webp" in response.json()["error"]


def test_a_full_queue_is_429(start):
    server = start("--queue-length", "1")
    slow = {"prompt": "a fox", "size": "256x256", "steps": 150, "scorers": []}
    assert server.post("/v1/jobs", json={"kind": "generation", "request": slow}).status_code == 202
    with pytest.raises(HfHubHTTPError) as refused:
        InferenceClient(model=server.url + "/hf/models/clip").image_classification(png())
    assert refused.value.response.status_code == 429
    assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 120
    assert "The queue is full" in str(refused.value)


def test_shows_its_token(start, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text("ann:hf_0123456789abcdef\n")
    server = start("--api-key-file", str(keys))
    address = server.url + "/hf/models/clip"
    assert InferenceClient(model=address, token="hf_0123456789abcdef").image_classification(png())
    with pytest.raises(HfHubHTTPError) as refused:
        InferenceClient(model=address, token="hf_of_somebody_else").image_classification(png())
    assert refused.value.response.status_code == 401
    assert server.post("/hf/models/clip", data=png()).json()["error_type"] == "unauthorized"
    assert server.get("/v2").json()["error"] and server.get("/v2/health/live").status_code == 200
    assert server.post("/v2/models/clip/infer", json={"inputs": []}).status_code == 401
