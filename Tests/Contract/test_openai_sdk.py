"""OpenAI's own SDK, unmodified."""

import base64
import json
import math
import struct
import threading
import time

import openai
import pytest
import requests

from images import base64_text, png, transparent

QUICK = {"prompt": "a watercolor painting of a fox", "size": "64x64"}
LONG = {"prompt": "a fox", "size": "256x256", "n": 4, "extra_body": {"steps": 150, "scorers": []}}
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def extra(**fields) -> dict:
    return {"extra_body": {"steps": 4, "seed": 7, "scorers": [], **fields}}


def client_of(server, retries: int = 0) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=retries)


@pytest.fixture(scope="module")
def client(server):
    return client_of(server)


def idle(server, seconds: float = 30) -> None:
    """Returns when no call waits for its answer."""
    deadline = time.monotonic() + seconds
    while any(not job["kept"] for job in server.get("/v1/jobs").json()["data"]):
        assert time.monotonic() < deadline, "a job goes on"


def busy(server) -> None:
    while not any(job["state"] == "running" for job in server.get("/v1/jobs").json()["data"]):
        pass


def picture(text: str, start: bytes = PNG) -> bytes:
    data = base64.b64decode(text)
    assert data.startswith(start)
    return data


def test_draws(client):
    answer = client.images.generate(
        n=2, response_format="b64_json", quality="standard", **QUICK, **extra(scorers=["clip"], steps=2))
    assert len(answer.data) == 2
    picture(answer.data[0].b64_json)
    assert [image.seed for image in answer.data] == [7, 8]
    assert answer.data[0].scores[0]["scorer"] == "clip"
    assert answer.usage.total_tokens > 0
    assert answer._request_id


@pytest.mark.parametrize("model", ["dall-e-2", "dall-e-3", "gpt-image-1"])
def test_draws_with_its_own_model_names(client, model):
    client.images.generate(model=model, **QUICK, **extra(steps=1))


def test_takes_what_open_webui_sends(server):
    """The body of its `image_generations` with the engine `openai`, and no model set."""
    body = {"model": "dall-e-2", "prompt": "a fox", "n": 1, "size": "64x64", "response_format": "b64_json"}
    headers = {"Content-Type": "application/json", "Authorization": ""}
    answer = server.post("/v1/images/generations", data=json.dumps(body), headers=headers).json()
    picture(answer["data"][0]["b64_json"])


def test_answers_with_addresses(server, client):
    plain = client.images.generate(**QUICK, **extra())
    (image,) = client.images.generate(response_format="url", **QUICK, **extra()).data
    assert image.b64_json is None and image.url.startswith(server.url + "/v1/images/files/")
    found = server.get(image.url.removeprefix(server.url))
    assert found.content == picture(plain.data[0].b64_json) and found.headers["Content-Type"] == "image/png"
    assert server.get("/v1/images/files/" + "0" * 32).status_code == 404


@pytest.mark.parametrize("host", ["a b", "x/y", "user@x", "x:", "x:y", "[::1", "x\"", "x:123456", "[::1]x"])
def test_writes_no_host_into_addresses_that_is_none(server, host):
    body = {"prompt": "a fox", "size": "64x64", "steps": 1, "scorers": [], "response_format": "url"}
    answer = server.session.post(server.url + "/v1/images/generations", json=body, headers={"Host": host})
    assert answer.status_code == 400 or not answer.json()["data"][0]["url"].startswith(f"http://{host}/")


def test_writes_jpegs(client):
    sizes = []
    for quality in (10, 100):
        answer = client.images.generate(output_format="jpeg", output_compression=quality, **QUICK, **extra())
        assert answer.output_format == "jpeg"
        sizes.append(len(picture(answer.data[0].b64_json, JPEG)))
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("partials", [0, 1, 3])
def test_streams(client, partials):
    plain = client.images.generate(**QUICK, **extra(scorers=["clip"]))
    with client.images.generate(stream=True, partial_images=partials, **QUICK, **extra(scorers=["clip"])) as stream:
        events = list(stream)
    assert [event.type for event in events] == ["image_generation.partial_image"] * partials + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:-1]] == list(range(partials))
    for event in events:
        assert (event.size, event.output_format, event.quality, event.background) == ("64x64", "png", "auto", "opaque")
        assert struct.unpack(">II", picture(event.b64_json)[16:24]) == (64, 64)
        assert event.created_at > 0 and event.seed == 7
    assert len({event.b64_json for event in events}) == len(events)
    assert events[-1].b64_json == plain.data[0].b64_json and events[-1].scores == plain.data[0].scores
    assert events[-1].usage.total_tokens == plain.usage.total_tokens


def test_streams_several(client):
    with client.images.generate(stream=True, partial_images=2, n=3, output_format="jpeg", **QUICK, **extra()) as stream:
        events = list(stream)
    # One after the other or together, but each picture's in order.
    partials = [(event.seed, event.partial_image_index) for event in events[:6]]
    assert sorted(partials) == [(seed, index) for seed in (7, 8, 9) for index in (0, 1)]
    assert sorted(partials, key=lambda partial: partial[0]) == sorted(partials)
    assert [(event.type, event.seed) for event in events[6:]] == [
        ("image_generation.completed", seed) for seed in (7, 8, 9)]
    for event in events:
        picture(event.b64_json, JPEG)


def test_has_fewer_previews_than_steps(client):
    with client.images.generate(stream=True, partial_images=3, **QUICK, **extra(steps=2)) as stream:
        assert [event.type.split(".")[1] for event in stream] == ["partial_image", "completed"]


def test_a_stream_that_is_left_is_cancelled(server, client):
    with client.images.generate(stream=True, partial_images=3, **LONG) as stream:
        assert next(iter(stream)).partial_image_index == 0
    idle(server)


def test_a_stream_fails_in_its_midst(server, client):
    with client.images.generate(stream=True, partial_images=3, **LONG) as stream:
        events = iter(stream)
        next(events)
        (job,) = [job for job in server.get("/v1/jobs").json()["data"] if not job["kept"]]
        assert server.delete(f"/v1/jobs/{job['id']}").status_code == 202
        with pytest.raises(openai.APIError) as failed:
            list(events)
    assert failed.value.code == "cancelled" and "cancelled" in failed.value.message


def test_a_stream_is_refused_before_it_begins(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(stream=True, partial_images=4, **QUICK)
    assert refused.value.param == "partial_images"


def test_streams_are_not_named_and_not_jobs(server):
    body = {**QUICK, "stream": True}
    refused = server.post("/v1/images/generations", json=body, headers={"Idempotency-Key": "stream"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unsupported_value")
    refused = server.post("/v1/jobs", json={"kind": "generation", "request": body})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/request/stream")


def test_silence_is_broken(server):
    """A stream that waits behind a long job says that it lives."""
    body = {**QUICK, "stream": True, "steps": 1}
    ahead = {"prompt": "a fox", "size": "512x512", "steps": 25, "n": 10, "scorers": []}
    job = server.post("/v1/jobs", json={"kind": "generation", "request": ahead}).json()
    start = time.monotonic()
    with requests.post(server.url + "/v1/images/generations", json=body, stream=True, timeout=16) as response:
        assert next(response.iter_lines(chunk_size=1)) == b": ping"
    assert time.monotonic() - start < 15
    server.delete(f"/v1/jobs/{job['id']}")


def test_edits_one_picture(client):
    answer = client.images.edit(image=("a.png", png(), "image/png"), n=2, **QUICK, **extra())
    assert [image.seed for image in answer.data] == [7, 8] and answer.warnings == []
    kept = client.images.edit(image=png(), **QUICK, **extra(strength=0.3))
    assert kept.data[0].b64_json != answer.data[0].b64_json


def test_an_edit_is_the_generation_that_says_the_same(server, client):
    form = client.images.edit(image=png(), **QUICK, **extra(strength=0.5, scorers=["clip", "gan"]))
    body = {**QUICK, "image": base64_text(png()), "strength": 0.5, "steps": 4, "seed": 7, "scorers": ["clip", "gan"]}
    answer = server.post("/v1/images/generations", json=body).json()
    assert form.data[0].b64_json == answer["data"][0]["b64_json"]
    assert form.data[0].scores == answer["data"][0]["scores"]


def test_edits_the_first_of_two_pictures_and_says_so(client):
    one = client.images.edit(image=png(), **QUICK, **extra())
    two = client.images.edit(image=[png(), png(32, 32, seed=2)], **QUICK, **extra())
    assert two.data[0].b64_json == one.data[0].b64_json
    (warning,) = two.warnings
    assert (warning["code"], warning["pointer"]) == ("image_unused", "/image/1")
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=[png(), png()[:50]], **QUICK)
    assert refused.value.param == "image[1]"


def test_edits_where_the_mask_is_transparent(server, client):
    # The SDK sends no part for an empty list, so that forms are scored.
    plain = client.images.edit(image=png(), **QUICK, **extra(strength=1))
    masked = client.images.edit(image=png(), mask=("m.png", transparent(), "image/png"), **QUICK, **extra(scorers=["clip"]))
    assert masked.data[0].b64_json != plain.data[0].b64_json
    rows = b"".join(b"\0" + (b"\xff" if y < 32 else b"\0") * 64 for y in range(64))
    white = grey(64, 64, rows)
    body = {**QUICK, "image": base64_text(png()), "mask": base64_text(white), "steps": 4, "seed": 7, "scorers": ["clip"]}
    answer = server.post("/v1/images/generations", json=body).json()
    assert masked.data[0].b64_json == answer["data"][0]["b64_json"]


def grey(width: int, height: int, rows: bytes) -> bytes:
    import zlib

    from images import SIGNATURE, chunk, header

    return SIGNATURE + header(width, height, color=0) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_an_edit_has_the_size_of_its_picture(client):
    assert client.images.edit(image=png(72, 96), prompt="a fox", **extra()).size == "72x96"


def test_streams_edits(client):
    with client.images.edit(image=png(), stream=True, partial_images=2, **QUICK, **extra()) as stream:
        events = list(stream)
    assert [event.type for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]


def test_an_edit_may_be_a_job(server):
    files = [("image[]", ("a.png", png(), "image/png")), ("image[]", ("b.png", png(seed=2), "image/png"))]
    fields = {"prompt": "a fox", "size": "64x64", "steps": "2", "seed": "1"}
    waited = server.post("/v1/images/edits", data=fields, files=files).json()
    job = server.post("/v1/images/edits", data=fields, files=files, headers={"Prefer": "wait=60"})
    assert job.json()["data"] == waited["data"] and len(job.json()["warnings"]) == 1
    found = server.get(job.headers["Content-Location"]).json()
    assert found["result"]["warnings"] == waited["warnings"]


def test_varies(client):
    answer = client.images.create_variation(image=png(), n=2, size="64x64", **extra())
    assert len({picture(image.b64_json) for image in answer.data}) == 2
    (image,) = client.images.create_variation(image=png(), response_format="url", **extra(strength=0.3)).data
    assert image.url


def test_embeds(server, client):
    texts = ["a watercolor painting of a fox", "a neon sign of a rocket"]
    packed = client.embeddings.create(model="clip:emoji", input=texts)
    plain = client.embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")
    assert packed.model == plain.model == "clip:emoji"
    assert [each.index for each in plain.data] == [0, 1]
    for one, other in zip(packed.data, plain.data):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
        assert math.hypot(*other.embedding) == pytest.approx(1, abs=1e-4)
    width = len(plain.data[0].embedding)
    (model,) = [model for model in server.get("/v1/models").json()["data"] if model["id"] == "clip:emoji"]
    assert width == model["dimension"] == len(client.embeddings.create(model="emoji", input="x", dimensions=width).data[0].embedding)
    assert plain.usage.prompt_tokens == plain.usage.total_tokens > 8
    alone = client.embeddings.create(model="emoji", input=texts[1], encoding_format="float")
    assert alone.data[0].embedding == plain.data[1].embedding


def test_embeds_many_texts_as_each(client):
    texts = [f"pixel art of {count} foxes" for count in range(70)]
    many = client.embeddings.create(model="emoji", input=texts).data
    for index in (0, 31, 32, 69):
        assert many[index].embedding == client.embeddings.create(model="emoji", input=texts[index]).data[0].embedding


def test_embeds_pictures_in_the_space_of_texts(server, client):
    drawn = client.images.generate(prompt="a neon sign of a rocket", size="128x128", **extra(steps=10)).data[0].b64_json
    texts = ["a neon sign of a rocket", "an oil painting of a cow"]
    answer = server.post("/v1/embeddings", json={"input": texts, "images": [drawn]}).json()
    right, wrong, image = (each["embedding"] for each in answer["data"])
    cosine = sum(a * b for a, b in zip(right, image))
    assert cosine > sum(a * b for a, b in zip(wrong, image))
    score = server.post("/v1/scores", json={"image": drawn, "scorers": ["prompt-similarity"], "prompt": texts[0]}).json()
    assert score["data"][0]["scores"][0]["value"] == pytest.approx(cosine, abs=1e-5)


def test_embedding_a_cut_text_is_warned_of(client):
    answer = client.embeddings.create(model="emoji", input=["a fox", "a fox " * 100])
    (warning,) = answer.warnings
    assert (warning["code"], warning["pointer"]) == ("text_truncated", "/input/1")


def test_embeddings_may_be_a_job(server):
    job = server.post("/v1/jobs", json={"kind": "embeddings", "request": {"input": "a fox"}})
    assert job.status_code == 202
    path = job.headers["Location"]
    while (found := server.get(path).json())["state"] in ("queued", "running"):
        pass
    assert found["result"] == server.post("/v1/embeddings", json={"input": "a fox"}).json()


def test_lists_models(client):
    ids = [model.id for model in client.models.list()]
    assert "emoji" in ids
    model = client.models.retrieve("emoji")
    assert (model.object, model.owned_by) == ("model", "liminal")
    assert model.created > 0


def test_errors_keep_their_words(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(prompt="a fox", size="65x64")
    error = refused.value
    assert (error.code, error.param, error.type) == ("out_of_range", "size", "invalid_request_error")
    assert "/size" in error.message
    assert error.request_id
    with pytest.raises(openai.NotFoundError) as unknown:
        client.images.generate(model="sdxl", prompt="a fox")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("sdxl")
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model="emoji", input=[[1, 2, 3]])
    assert (refused.value.param, refused.value.type) == ("input[0]", "invalid_request_error")


def test_errors_are_of_the_class_of_their_status(server, client, start):
    def status(body, **headers):
        return client.post("/images/generations", body=body, cast_to=object, options={"headers": headers})

    body = {"prompt": "a fox", "size": "64x64", "steps": 1, "scorers": []}
    status(body, **{"Idempotency-Key": "sdk-1"})
    with pytest.raises(openai.UnprocessableEntityError) as reused:
        status({**body, "seed": 2}, **{"Idempotency-Key": "sdk-1"})
    assert reused.value.code == "idempotency_mismatch"
    with pytest.raises(openai.APIStatusError) as media:
        status(body, **{"Content-Type": "text/plain"})
    assert (media.value.status_code, media.value.code) == (415, "unsupported_media_type")
    late = client_of(start("--job-seconds", "1"), retries=2)
    before = time.monotonic()
    with pytest.raises(openai.InternalServerError) as failed:
        late.images.generate(**LONG)
    assert (failed.value.status_code, failed.value.code, failed.value.type) == (504, "deadline_exceeded", "server_error")
    assert time.monotonic() - before < 10, "what is sure to fail again was tried again"


def test_comes_back_when_the_queue_has_room(start):
    server = start("--queue-length", "1")
    with pytest.raises(openai.RateLimitError) as full:
        ahead = threading.Thread(target=lambda: server.session.post(
            server.url + "/v1/images/generations",
            json={"prompt": "a fox", "size": "256x256", "steps": 30, "scorers": []}))
        ahead.start()
        busy(server)
        client_of(server).images.generate(**QUICK, **extra())
    assert (full.value.code, full.value.type) == ("queue_full", "rate_limit_error")
    assert 1 <= int(full.value.response.headers["Retry-After"]) <= 120
    assert client_of(server, retries=10).images.generate(**QUICK, **extra(steps=1)).data
    ahead.join()
