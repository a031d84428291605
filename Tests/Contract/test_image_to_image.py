"""Pictures that begin from pictures, and pictures that are painted anew in part."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from images import base64_text, black, png

QUICK = {"prompt": "a watercolor painting of a fox", "steps": 8, "seed": 7, "scorers": []}


def pixels(encoded: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"), float)


def distance(a: str, b: str, columns=slice(None)) -> float:
    return float(np.abs(pixels(a) - pixels(b))[:, columns].mean())


def halves() -> str:
    """A mask whose right half is white."""
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 32:] = 255
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return base64_text(buffer.getvalue())


@pytest.fixture(scope="module")
def start(server):
    """A picture of the server's own."""
    return server.generate(**{**QUICK, "prompt": "a neon sign of a rocket", "seed": 1}, size="64x64")["data"][0]["b64_json"]


def drawn(server, **fields) -> str:
    return server.generate(**{**QUICK, "size": "64x64", **fields})["data"][0]["b64_json"]


def test_the_stronger_the_farther(server, start):
    distances = [distance(drawn(server, image=start, strength=strength), start) for strength in (0.15, 0.5, 1)]
    assert distances == sorted(distances) and distances[0] < 0.6 * distances[2]


def test_image_i_of_a_batch_is_the_single_image(server, start):
    batch = server.generate(**QUICK, size="64x64", image=start, strength=0.5, n=2)["data"]
    assert batch[1]["b64_json"] == drawn(server, image=start, strength=0.5, seed=8)


def test_what_the_mask_leaves_stays(server, start):
    painted = drawn(server, image=start, mask=halves())
    assert distance(painted, start, slice(0, 24)) < 0.4 * distance(painted, start, slice(40, None))


def test_a_picture_is_drawn_at_its_own_size(server):
    answer = server.generate(**{key: value for key, value in QUICK.items()}, size="auto", image=base64_text(png(75, 70)))
    assert answer["size"] == "72x64"


def test_steps_are_those_that_are_taken(server, start):
    job = server.post("/v1/jobs", json={"kind": "generation", "request": {
        **QUICK, "steps": 100, "size": "64x64", "image": start, "strength": 0.1}}).json()
    assert job["progress"] is None or job["progress"]["total"] == 10


@pytest.mark.parametrize(("fields", "status", "code", "pointer"), [
    ({"strength": 0.5}, 400, "missing_field", "/image"), ({"mask": base64_text(png(8, 8))}, 400, "missing_field", "/image"),
    ({"image": 1}, 400, "wrong_type", "/image"), ({"image": "http://127.0.0.1/a.png"}, 400, "invalid_image", "/image"),
    ({"image": "data:text/plain;base64,AAAA"}, 400, "invalid_image", "/image"),
    ({"image": base64_text(png(64, 64)), "mask": "AAAA"}, 400, "invalid_image", "/mask"),
    ({"image": base64_text(png(64, 64)), "strength": 1.5}, 400, "out_of_range", "/strength"),
    ({"image": base64_text(png(64, 64)), "strength": 0.01}, 400, "out_of_range", "/strength"),
    ({"image": base64_text(png(20, 20)), "size": "auto"}, 400, "out_of_range", "/size"),
    ({"image": base64_text(black(19000, 19000))}, 400, "invalid_image", "/image"),
])
def test_says_what_is_wrong(server, fields, status, code, pointer):
    response = server.post("/v1/images/generations", json={**QUICK, "size": "64x64", **fields})
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.json()["errors"][0]["pointer"] == pointer
