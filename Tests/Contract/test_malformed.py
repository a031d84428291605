"""What is wrong with a request is said, at once, and costs nothing."""

import statistics
import time

import pytest

from malformed import CASES, SCORES, Malformed
from images import SIGNATURE, base64_text, chunk, frame, header, segment


def send(server, case: Malformed):
    return server.request(case.method, case.path, data=case.body, headers=case.headers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused(server, case):
    response = send(server, case)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (case.status, case.code), problem["detail"]
    assert problem["type"] == f"urn:liminal:problem:{case.code}"
    assert problem["status"] == case.status
    assert problem["instance"] == response.headers["x-request-id"]
    if case.place is not None:
        (error,) = problem["errors"]
        assert error.get("pointer", "?" + error.get("parameter", "")) == case.place, problem["detail"]
    if case.path.startswith(("/v1/images", "/v1/models", "/v1/embeddings")):
        error = problem["error"]
        assert (error["message"], error["code"]) == (problem["detail"], case.code)
        assert error["type"] == "invalid_request_error"


def test_suggests_the_field_that_was_meant(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "guidence_scale": 3})
    detail = response.json()["detail"]
    assert detail == "/guidence_scale is not a known field (did you mean 'guidance_scale'?)."


def test_names_the_loaded_models(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "model": "sdxl"})
    loaded = [model["id"] for model in server.get("/v1/models").json()["data"] if model["kind"] == "pipeline"]
    assert all(f"'{name}'" in response.json()["detail"] for name in loaded)


def test_names_the_last_field_of_openai(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "scorers": ["clip", 4]})
    assert response.json()["error"]["param"] == "scorers[1]"


def test_memory_stays_flat(start):
    """Passes over all malformed requests leave the resident memory where it was.

    What leaks grows with every pass. A single step of some megabytes may come in any one: a thread that meets a large
    body for the first time keeps the heap that it grew for it.
    """
    server, sizes = start(), []
    for _ in range(9):
        for case in CASES:
            send(server, case)
        sizes.append(server.resident_bytes())
    growths = [after - before for before, after in zip(sizes[1:], sizes[2:])]
    assert statistics.median(growths) < 1 << 17, growths
    assert sizes[-1] - sizes[0] < 32 << 20, sizes


@pytest.mark.parametrize("lie", [
    SIGNATURE + header(0x7FFFFFFF, 0x7FFFFFFF) + chunk(b"IDAT", b"\0" * 64),
    b"\xff\xd8" + frame(0xFFFF, 0xFFFF) + segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 0, 0])) + b"\0" * 64,
], ids=["png", "jpeg"])
def test_a_lying_header_costs_milliseconds(server, lie):
    """A picture that claims 2 147 483 647 columns, or 65 535, is refused without memory for it."""
    before = server.resident_bytes()
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        assert server.post(SCORES, json={"image": base64_text(lie)}).status_code == 400
        seconds.append(time.perf_counter() - start)
    assert sorted(seconds)[10] < 0.02
    assert server.resident_bytes() - before < 4 << 20
