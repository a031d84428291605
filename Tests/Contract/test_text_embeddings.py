"""Text Embeddings Inference's routes, as its clients use them."""

import math

import pytest

LONG = "a fox " * 100


def embed(server, **body):
    return server.post("/embed", json=body)


def test_embeds_as_the_openai_api_does(server):
    texts = ["a watercolor painting of a fox", "a neon sign of a rocket"]
    other = server.post("/v1/embeddings", json={"input": texts}).json()
    answer = embed(server, inputs=texts, truncate=False, normalize=True).json()
    assert answer == [each["embedding"] for each in other["data"]]
    assert embed(server, inputs=texts[0]).json() == answer[:1]


def test_leaves_lengths_as_they_are_where_that_is_wanted(server):
    (unit,), (plain,) = (embed(server, inputs="a fox", normalize=flag).json() for flag in (True, False))
    length = math.hypot(*plain)
    assert abs(length - 1) > 1e-3
    assert unit == pytest.approx([value / length for value in plain], abs=1e-6)


def test_cuts_only_where_that_is_allowed(server):
    refused = embed(server, inputs=["a fox", LONG])
    assert refused.status_code == 413 and refused.json()["error_type"] == "Validation"
    assert "/inputs/1" in refused.json()["error"]
    (right,) = embed(server, inputs=LONG + "a rocket", truncate=True).json()
    (left,) = embed(server, inputs=LONG + "a rocket", truncate=True, truncation_direction="Left").json()
    (same,) = embed(server, inputs=LONG, truncate=True).json()
    assert right == same and left != right


def test_says_what_it_takes(server):
    info = server.get("/info").json()
    assert info["model_id"] == "clip:emoji" and info["max_client_batch_size"] == 32
    assert len(embed(server, inputs=["x"] * 32).json()) == 32
    assert server.get("/health").content == b""


@pytest.mark.parametrize(("body", "status"), [
    ({"inputs": ["x"] * 33}, 413), ({"inputs": []}, 413), ({"inputs": "x", "dimensions": 7}, 413),
    ({"inputs": "x" * 32001}, 413), ({}, 422), ({"inputs": 4}, 422), ({"inputs": [[1]]}, 422), ({"inputs": "x", "normalise": True}, 422),
    ({"inputs": "x", "truncation_direction": "up"}, 413), ({"inputs": "x", "prompt_name": "query"}, 422),
])
def test_refuses_in_the_words_of_its_clients(server, body, status):
    answer = embed(server, **body)
    assert answer.status_code == status
    assert answer.json()["error_type"] == "Validation" and answer.json()["error"]


def test_refuses_what_is_not_json(server):
    assert server.post("/embed", data=b"{").status_code == 400
    assert server.post("/embed", data=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert server.get("/embed").json()["error_type"] == "Validation"


def test_says_that_it_is_overloaded(start):
    server = start("--queue-length", "1")
    body = {"prompt": "a fox", "size": "256x256", "steps": 100, "scorers": []}
    job = server.post("/v1/jobs", json={"kind": "generation", "request": body}).json()
    full = embed(server, inputs="a fox")
    assert (full.status_code, full.json()["error_type"]) == (429, "Overloaded")
    server.delete(f"/v1/jobs/{job['id']}")
