"""What is wrong with a request is said, at once, and costs nothing."""

import time

import pytest

from malformed import CASES, SCORES, Malformed
from images import SIGNATURE, base64_text, chunk, header


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
    if case.path.startswith(("/v1/images/", "/v1/models")):
        error = problem["error"]
        assert (error["message"], error["code"]) == (problem["detail"], case.code)
        assert error["type"] == "invalid_request_error"


def test_suggests_the_field_that_was_meant(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "guidence_scale": 3})
    assert "'guidance_scale'" in response.json()["detail"]


def test_names_the_loaded_models(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "model": "sdxl"})
    loaded = [model["id"] for model in server.get("/v1/models").json()["data"] if model["kind"] == "pipeline"]
    assert all(f"'{name}'" in response.json()["detail"] for name in loaded)


def test_names_the_last_field_of_openai(server):
    response = server.post("/v1/images/generations", json={"prompt": "a fox", "scorers": ["clip", 4]})
    assert response.json()["error"]["param"] == "scorers[1]"


def test_memory_stays_flat(start):
    """Further passes over all malformed requests leave the resident memory where it was.

    On a server of its own: what other tests have left behind in the shared one's heap moves with every pass. The first
    passes fill the allocator's arenas, one a thread.
    """
    server = start()
    for _ in range(3):
        for case in CASES:
            send(server, case)
    before = server.resident_bytes()
    for _ in range(3):
        for case in CASES:
            send(server, case)
    growth = server.resident_bytes() - before
    assert growth < 4 << 20, f"{growth} bytes more after {3 * len(CASES)} requests"


def test_a_lying_header_costs_milliseconds(server):
    """A picture that claims 2 147 483 647 columns is refused without memory for it."""
    lie = SIGNATURE + header(0x7FFFFFFF, 0x7FFFFFFF) + chunk(b"IDAT", b"\0" * 64)
    before = server.resident_bytes()
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        assert server.post(SCORES, json={"image": base64_text(lie)}).status_code == 400
        seconds.append(time.perf_counter() - start)
    assert sorted(seconds)[10] < 0.02
    assert server.resident_bytes() - before < 4 << 20
