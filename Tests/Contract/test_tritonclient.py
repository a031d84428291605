"""NVIDIA's client of the Open Inference Protocol, unmodified, and what it would never send."""

import json
import random
import struct

import numpy
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from images import base64_text, black, jpeg, png

CLASSIFIERS = ["clip", "kmeans-text", "kmeans-image", "gan", "gan:emoji-64", "kmeans:emoji-text-5"]
OUTPUTS = ["ambiguity", "probs", "entropy", "reward", "top_label"]
LENGTH = "Inference-Header-Content-Length"


@pytest.fixture(scope="module")
def client(server):
    with triton.InferenceServerClient(server.url.removeprefix("http://")) as client:
        yield client


def tensor(name: str, elements: list[bytes], binary: bool = True) -> triton.InferInput:
    tensor = triton.InferInput(name, [len(elements)], "BYTES")
    tensor.set_data_from_numpy(numpy.array(elements, dtype=object), binary_data=binary)
    return tensor


def images(pictures: list[bytes], binary: bool = True) -> triton.InferInput:
    return tensor("image", pictures if binary else [base64_text(picture).encode() for picture in pictures], binary)


def native(server, pictures: list[bytes], **options) -> list[dict]:
    body = {"images": [base64_text(picture) for picture in pictures], **options}
    answer = server.post("/v1/scores", json=body)
    assert answer.status_code == 200, answer.text
    return [entry["scores"][0] for entry in answer.json()["data"]]


def check(result: triton.InferResult, scores: list[dict]) -> None:
    """Every figure is that of /v1/scores to the last bit of single precision."""
    for name in ("ambiguity", "entropy", "reward"):
        values = result.as_numpy(name)
        assert values.dtype == numpy.float32
        assert values.tolist() == numpy.array([score[name] for score in scores], dtype=numpy.float32).tolist()
    probabilities = numpy.array([list(score["probabilities"].values()) for score in scores], dtype=numpy.float32)
    assert result.as_numpy("probs").tolist() == probabilities.tolist()
    labels = [label if isinstance(label, str) else label.decode() for label in result.as_numpy("top_label")]
    assert labels == [score["top"][0]["label"] for score in scores]


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("model", CLASSIFIERS)
def test_scores_as_the_native_route_does(server, client, model, binary):
    pictures = [png(96, 80), jpeg(), black(70, 90)]
    wanted = None if binary else [triton.InferRequestedOutput(name, binary_data=False) for name in OUTPUTS]
    result = client.infer(model, [images(pictures, binary)], outputs=wanted, request_id="fox-7")
    answer = result.get_response()
    assert (answer["model_name"], answer["model_version"], answer["id"]) == (model, "1", "fox-7")
    assert [output["name"] for output in answer["outputs"]] == OUTPUTS
    assert all(("data" in output) != binary for output in answer["outputs"])
    check(result, native(server, pictures, scorers=[model]))


def test_mixes_json_and_bytes(server, client):
    pictures = [png(), png(64, 64, 3)]
    wanted = [
        triton.InferRequestedOutput("top_label", binary_data=True),
        triton.InferRequestedOutput("reward", binary_data=False),
    ]
    result = client.infer("clip", [images(pictures, binary=False)], outputs=wanted)
    answer = result.get_response()
    assert [output["name"] for output in answer["outputs"]] == ["top_label", "reward"]
    assert "id" not in answer
    scores = native(server, pictures)
    assert result.as_numpy("reward").tolist() == numpy.float32([score["reward"] for score in scores]).tolist()
    assert [label.decode() for label in result.as_numpy("top_label")] == [score["top"][0]["label"] for score in scores]
    assert result.as_numpy("entropy") is None


def test_takes_a_temperature_and_a_version(server, client):
    result = client.infer("clip", [images([png()])], model_version="1", parameters={"temperature": 0.5})
    check(result, native(server, [png()], temperature=0.5))


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("model", ["prompt-similarity", "clip-score"])
def test_metrics_read_prompts(server, client, model, binary):
    pictures, prompts = [png(), png(64, 64, 2)], ["a fox", "ein Fuchs, größer"]
    inputs = [tensor("prompt", [prompt.encode() for prompt in prompts], binary), images(pictures, binary)]
    result = client.infer(model, inputs)
    scores = native(server, pictures, scorers=[model], prompt=prompts)
    assert result.as_numpy("value").tolist() == numpy.float32([score["value"] for score in scores]).tolist()


def test_tells_what_there_is(server, client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data", "model_repository"]
    scorers = {scorer["id"]: scorer for scorer in server.get("/v1/scorers").json()["data"]}
    index = client.get_model_repository_index()
    assert [(entry["name"], entry["version"], entry["state"]) for entry in index] == [
        (name, "1", "READY") for name in scorers]
    for name, scorer in scorers.items():
        assert client.is_model_ready(name) and client.is_model_ready(name, "1")
        metadata = client.get_model_metadata(name)
        outputs = {output["name"]: output for output in metadata["outputs"]}
        if scorer["kind"] == "metric":
            assert list(outputs) == ["value"]
            assert len(metadata["inputs"]) == 1 + scorer["needs_prompt"]
        else:
            assert list(outputs) == OUTPUTS
            assert outputs["probs"]["shape"] == [-1, scorer["k"]]
            assert metadata["inputs"] == [{"name": "image", "datatype": "BYTES", "shape": [-1]}]
    assert not client.is_model_ready("dcgan") and not client.is_model_ready("clip", "2")
    client.load_model("clip")
    with pytest.raises(InferenceServerException, match="as long as the server runs"):
        client.unload_model("clip")


def test_every_route_keeps_the_contract(server):
    for path in ("/v2", "/v2/health/live", "/v2/health/ready"):
        assert server.get(path).status_code == 200
    for path in ("/v2/models/clip", "/v2/models/clip/versions/1"):
        assert server.get(path).status_code == server.get(path + "/ready").status_code == 200
        body = {"inputs": [{"name": "image", "datatype": "BYTES", "shape": [1], "data": [base64_text(png())]}]}
        assert server.post(path + "/infer", json=body).status_code == 200
    assert server.post("/v2/repository/index", json={"ready": True}).status_code == 200
    assert server.post("/v2/repository/index", json={"ready": 1}).status_code == 400
    assert server.post("/v2/repository/models/clip/load").status_code == 200
    assert server.post("/v2/repository/models/dcgan/load").status_code == 404
    assert server.post("/v2/repository/models/clip/unload").status_code == 400
    assert server.get("/v2/models/clip/infer").json() == {
        "error": "/v2/models/clip/infer takes OPTIONS, POST, not GET."}


@pytest.mark.parametrize(
    "model, options, status, words",
    [
        ("dcgan", {}, "404", "'clip'"),
        ("clip", {"model_version": "2"}, "404", "no version '2'"),
        ("clip", {"inputs": [tensor("picture", [png()])]}, "400", "'image'"),
        ("clip", {"inputs": []}, "400", "must hold 'image'"),
        ("clip", {"inputs": [images([])]}, "400", "/inputs/0/shape"),
        ("clip", {"inputs": [images([png()[:60]])]}, "400", "/inputs/0/data/0 is not a PNG or JPEG"),
        ("clip", {"inputs": [images([png(), b""])]}, "400", "/inputs/0/data/1"),
        ("clip", {"inputs": [images([png()] * 257)]}, "400", "256"),
        ("clip", {"inputs": [images([black(4096, 4096)] * 5)]}, "400", "pixels"),
        ("clip", {"inputs": [tensor("image", [b"fox"], binary=False)]}, "400", "base64"),
        ("clip-score", {}, "400", "must hold 'prompt'"),
        ("clip-score", {"inputs": [images([png()]), tensor("prompt", [b"a", b"b"])]}, "400", "as many elements"),
        ("clip-score", {"inputs": [images([png()]), tensor("prompt", [b"\xff"])]}, "400", "/inputs/1/data/0"),
        ("clip", {"outputs": [triton.InferRequestedOutput("logits")]}, "400", "'ambiguity'"),
        ("clip", {"outputs": [triton.InferRequestedOutput("value")]}, "400", "/outputs/0/name"),
        ("clip", {"outputs": [triton.InferRequestedOutput("probs")] * 2}, "400", "'probs' again"),
        ("clip", {"outputs": [triton.InferRequestedOutput("probs", class_count=2)]}, "400", "/outputs/0/parameters"),
        ("clip", {"parameters": {"temperature": 0}}, "400", "/parameters/temperature"),
        ("clip-score", {"inputs": [images([png()]), tensor("prompt", [b"a"])], "parameters": {"temperature": 2}},
         "400", "/parameters/temperature"),
        ("clip", {"parameters": {"styles": "a"}}, "400", "/parameters/styles"),
        ("clip", {"priority": 3}, "400", "/parameters/priority"),
        ("clip", {"request_compression_algorithm": "gzip"}, "415", "Content-Encoding"),
    ],
)
def test_refusals_keep_their_words(client, model, options, status, words):
    with pytest.raises(InferenceServerException) as refused:
        client.infer(model, **{"inputs": [images([png()])], **options})
    assert refused.value.status() == status
    assert words in refused.value.message()


def body(pictures: list[bytes], **changes) -> tuple[bytes, bytes]:
    """The JSON and the bytes of a request; `changes` are to its only input."""
    raw = b"".join(struct.pack("<I", len(picture)) + picture for picture in pictures)
    image = {"name": "image", "datatype": "BYTES", "shape": [len(pictures)],
             "parameters": {"binary_data_size": len(raw)}, **changes}
    return json.dumps({"inputs": [image]}).encode(), raw


def send(server, header: bytes, raw: bytes, length=None):
    length = len(header) if length is None else length
    return server.post("/v2/models/clip/infer", data=header + raw, headers={LENGTH: str(length)})


@pytest.mark.parametrize(
    "length", ["-1", "+5", "", "0x10", "1e2", "99999999999999999999", "1000000", "12.0", "5, 5"])
def test_refuses_lengths_of_no_header(server, length):
    response = server.post("/v2/models/clip/infer", data=b"".join(body([png()])), headers={LENGTH: length})
    assert response.status_code == 400 and list(response.json()) == ["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [2]}, {"shape": [0]}, {"shape": [-1]}, {"shape": []}, {"shape": [1, 1]}, {"shape": [1.5]},
        {"shape": [1 << 62, 1 << 62]}, {"shape": [1 << 32, 1 << 32, 1 << 32]}, {"shape": ["1"]}, {"shape": None},
        {"shape": [1] * 9}, {"shape": 1}, {"datatype": "UINT8"}, {"datatype": "FP32"}, {"datatype": 1},
        {"name": "images"}, {"name": None}, {"data": ["aGk="]},
        *({"parameters": {"binary_data_size": size}} for size in (-1, 0, 3, 4, 5, 1 << 40, 1 << 63, "4", None, 1.5)),
        {"parameters": {"shared_memory_region": "a", "shared_memory_byte_size": 4}},
    ],
    ids=str,
)
def test_refuses_tensors_that_lie(server, changes):
    response = send(server, *body([png()], **changes))
    assert response.status_code == 400, response.text
    assert "/inputs/0" in response.json()["error"] or "/inputs" in response.json()["error"] or "JSON" in response.text


def test_refuses_bytes_that_lie(server):
    header, raw = body([png()])
    size = len(raw) - 4
    for lie in (0, size - 1, size + 1, 1 << 31, (1 << 32) - 1):
        assert send(server, header, struct.pack("<I", lie) + raw[4:]).status_code == 400
    assert send(server, header, raw[:-1]).status_code == 400
    assert send(server, header, raw + b"\0").status_code == 400
    assert send(server, header, raw, len(header) - 1).status_code == 400
    assert send(server, header, raw, len(header) + 1).status_code == 400
    assert server.post("/v2/models/clip/infer", data=header).status_code == 400
    assert send(server, header, raw).status_code == 200


def test_two_hundred_damaged_requests_are_refused_or_served(server):
    """Cut, lengthened, and with bits flipped: a damaged request is never the server's fault, and does it no harm."""
    source, statuses = random.Random(7), []
    header, raw = body([png(), png(32, 32, 2)])
    whole = header + raw
    for number in range(200):
        damaged = bytearray(whole)
        match number % 4:
            case 0:
                del damaged[source.randrange(len(damaged)):]
            case 1:
                for _ in range(source.randint(1, 8)):
                    damaged[source.randrange(len(damaged))] ^= 1 << source.randrange(8)
            case 2:
                for _ in range(source.randint(1, 4)):
                    damaged[source.randrange(len(header))] ^= 1 << source.randrange(8)
            case 3:
                place = source.choice((0, 4 + len(png())))
                damaged[len(header) + place:len(header) + place + 4] = source.randbytes(4)
        length = len(header) if source.random() < 0.8 else source.randrange(len(whole) + 8)
        response = server.post("/v2/models/clip/infer", data=bytes(damaged), headers={LENGTH: str(length)})
        assert response.status_code in (200, 400), response.text
        statuses.append(response.status_code)
    assert statuses.count(400) > 150
    assert send(server, header, raw).status_code == 200
