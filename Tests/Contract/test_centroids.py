"""Sets of centroids, by the contract: fitted, listed, used, kept over a restart, removed."""

import io
import json
import struct

import pytest

from images import base64_text, png

CENTROIDS = "/v1/centroids"
STYLES = ["watercolor", "oil painting", "pixel art", "neon", "blueprint", "pencil sketch"]


def fit(server, **fields):
    response = server.post(CENTROIDS, json={"k": 2, **fields})
    assert response.status_code == 201, response.text
    assert response.headers["Location"] == f"{CENTROIDS}/{fields['name']}"
    return response.json()


def npy(rows: list[list[float]], kind: str = "<f8", order: bool = False) -> bytes:
    """A .npy file of version 1, as NumPy writes it."""
    header = f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    numbers = [number for row in rows for number in row]
    data = struct.pack(f"<{len(numbers)}{'d' if kind == '<f8' else 'f'}", *numbers)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def test_a_set_of_a_hundred_pictures_is_used_survives_a_restart_and_is_removed(start, tmp_path):
    server = start(data=str(tmp_path / "data"))
    files = [("image", (f"{seed}.png", png(64, 64, seed), "image/png")) for seed in range(100)]
    response = server.post(CENTROIDS, files=files, data={"name": "hundred", "k": "4", "seed": "3", "sweep": "true"})
    assert response.status_code == 201, response.text
    made = response.json()
    assert (made["source"], made["k"], made["embedded"], made["usable"]) == ("image", 4, False, True)
    assert made["labels"] == ["cluster-0", "cluster-1", "cluster-2", "cluster-3"]
    assert sum(made["sizes"]) == 100
    assert [entry["k"] for entry in made["sweep"]] == list(range(2, 15))
    assert 2 <= made["elbow"] <= 14
    path = "/v1/scores?scorers=kmeans:hundred"
    score = server.post(path, data=png()).json()["data"][0]["scores"][0]
    assert len(score["probabilities"]) == 4
    server.terminate()
    assert server.wait() == 0

    server.start()
    listed = {entry["name"]: entry for entry in server.get(CENTROIDS).json()["data"]}
    assert listed["hundred"] == {name: made[name] for name in listed["hundred"]}
    assert server.post(path, data=png()).json()["data"][0]["scores"][0] == score
    assert any(scorer["id"] == "kmeans:hundred" for scorer in server.get("/v1/scorers").json()["data"])
    assert server.delete(f"{CENTROIDS}/hundred").status_code == 204
    assert server.delete(f"{CENTROIDS}/hundred").status_code == 404
    assert server.get(f"{CENTROIDS}/hundred").status_code == 404
    assert server.post(path, data=png()).status_code == 404
    assert not list((tmp_path / "data/centroids").iterdir())


def test_texts_and_their_embeddings_give_the_same_centres(server):
    try:
        made = fit(server, name="texts", texts=STYLES, labels=["dry", "wet"], seed=5, restarts=4)
        one = server.get(f"{CENTROIDS}/texts").json()
        assert (made["labels"], made["source"], made["seed"]) == (["dry", "wet"], "text", 5)
        assert len(one["centres"]) == 2
        assert len(one["centres"][0]) == one["dimension"]
        again = fit(server, name="again", texts=STYLES, seed=5, restarts=4)
        assert again["inertia"] == made["inertia"]
        fit(server, name="centres", centres=one["centres"])
        assert server.get(f"{CENTROIDS}/centres").json()["centres"] == one["centres"]
        fit(server, name="points", embeddings=one["centres"])
        assert server.get(f"{CENTROIDS}/points").json()["source"] == "embedding"
    finally:
        for name in ["texts", "again", "centres", "points"]:
            server.delete(f"{CENTROIDS}/{name}")


@pytest.mark.parametrize("kind", ["<f4", "<f8"])
def test_takes_the_centres_of_a_npy_file(server, kind):
    rows = [[float(row == column) for column in range(128)] for row in range(5)]
    file = ("centres", ("text_5.npy", io.BytesIO(npy(rows, kind)), "application/octet-stream"))
    response = server.post(CENTROIDS, files=[file], data={"name": "imported"})
    try:
        assert response.status_code == 201, response.text
        assert response.json()["inertia"] is None
        assert server.get(f"{CENTROIDS}/imported").json()["centres"] == rows
    finally:
        server.delete(f"{CENTROIDS}/imported")


def test_what_ships_is_listed_first_and_stays(server):
    listed = server.get(CENTROIDS).json()["data"]
    assert {entry["name"] for entry in listed} >= {"emoji-text-elbow", "emoji-text-5", "emoji-image-elbow", "emoji-image-5"}
    assert all(entry["embedded"] and entry["usable"] for entry in listed)
    response = server.delete(f"{CENTROIDS}/emoji-text-5")
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


GOOD = {"name": "new", "texts": STYLES, "k": 2}
VECTOR = [0.0] * 128


@pytest.mark.parametrize(("changes", "status", "code", "pointer"), [
    ({"name": "emoji-text-5"}, 409, "conflict", "/name"),
    ({"name": "../new"}, 400, "out_of_range", "/name"),
    ({"name": ".new"}, 400, "out_of_range", "/name"),
    ({"name": ""}, 400, "out_of_range", "/name"),
    ({"name": "n" * 65}, 400, "too_long", "/name"),
    ({"name": None}, 400, "missing_field", "/name"),
    ({"k": None}, 400, "missing_field", "/k"),
    ({"k": 1}, 400, "out_of_range", "/k"),
    ({"k": 257}, 400, "out_of_range", "/k"),
    ({"k": 7}, 400, "out_of_range", "/k"),
    ({"texts": ["a", "a", "a"]}, 400, "out_of_range", "/k"),
    ({"texts": []}, 400, "out_of_range", "/texts"),
    ({"texts": ["x"] * 10_001}, 400, "too_long", "/texts"),
    ({"texts": ["x" * 1001, "y"]}, 400, "too_long", "/texts/0"),
    ({"texts": None}, 400, "missing_field", ""),
    ({"embeddings": [VECTOR]}, 400, "unsupported_value", ""),
    ({"texts": None, "embeddings": [VECTOR, VECTOR[1:]]}, 400, "out_of_range", "/embeddings/1"),
    ({"texts": None, "embeddings": [VECTOR, [1e39, *VECTOR[1:]]]}, 400, "out_of_range", "/embeddings/1"),
    ({"texts": None, "embeddings": [VECTOR, VECTOR]}, 400, "out_of_range", "/k"),
    ({"texts": None, "embeddings": []}, 400, "out_of_range", "/embeddings"),
    ({"texts": None, "centres": [VECTOR]}, 400, "out_of_range", "/centres"),
    ({"texts": None, "centres": [VECTOR, [0]]}, 400, "out_of_range", "/centres/1"),
    ({"texts": None, "images": ["a fox", "b"]}, 400, "invalid_image", "/images/0"),
    ({"texts": None, "images": []}, 400, "out_of_range", "/images"),
    ({"labels": ["one"]}, 400, "out_of_range", "/labels"),
    ({"labels": ["one", "one"]}, 400, "out_of_range", "/labels"),
    ({"labels": ["l" * 201, "two"]}, 400, "too_long", "/labels/0"),
    ({"embedder": "vit-l-14"}, 404, "model_not_found", "/embedder"),
    ({"seed": -1}, 400, "out_of_range", "/seed"),
    ({"restarts": 0}, 400, "out_of_range", "/restarts"),
    ({"tolerance": 2}, 400, "out_of_range", "/tolerance"),
    ({"sweep": "yes"}, 400, "wrong_type", "/sweep"),
    ({"clusters": 4}, 400, "unknown_field", "/clusters"),
    ({"texts": ["x"] * 10_000, "k": 9, "restarts": 100}, 400, "out_of_range", ""),
])
def test_says_what_can_not_be_fitted(server, changes, status, code, pointer):
    response = server.post(CENTROIDS, json={**GOOD, **changes})
    assert response.status_code == status, response.text
    problem = response.json()
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)
    assert server.get(f"{CENTROIDS}/new").status_code == 404


@pytest.mark.parametrize("data", [
    b"", b"\x93NUMPY", npy([[1.0] * 128] * 2)[:-8], npy([[1.0] * 128] * 2, order=True), npy([[1.0] * 128] * 2, "<f2"),
    b"\x93NUMPY\x01\x00\xff\xff", npy([[1.0] * 128] * 2).replace(b"(2, 128)", b"(256,)  "),
])
def test_refuses_what_is_no_npy_file(server, data):
    file = ("centres", ("bad.npy", io.BytesIO(data), "application/octet-stream"))
    response = server.post(CENTROIDS, files=[file], data={"name": "new"})
    assert response.status_code == 400, response.text
    assert response.json()["errors"][0]["parameter"] == "centres"


def test_a_set_of_another_embedder_is_refused_by_name(start, tmp_path):
    server = start(data=str(tmp_path))
    fit(server, name="mine", texts=STYLES)
    server.terminate()
    assert server.wait() == 0
    file = tmp_path / "centroids/mine.safetensors"
    data = file.read_bytes()
    header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])
    assert header["__metadata__"]["embedder"] == "emoji"
    file.write_bytes(data.replace(b'"embedder":"emoji"', b'"embedder":"emojj"', 1))
    server.start()
    (entry,) = [entry for entry in server.get(CENTROIDS).json()["data"] if entry["name"] == "mine"]
    assert not entry["usable"]
    response = server.post("/v1/scores", json={"image": base64_text(png()), "scorers": ["kmeans:mine"]})
    assert (response.status_code, response.json()["code"]) == (404, "model_not_loaded")
    assert "emojj" in response.json()["detail"]
