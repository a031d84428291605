"""Starting with what is broken, stopping with work in hand, and more work than fits."""

import base64
import concurrent.futures
import pathlib
import shutil
import subprocess
import threading
import time

import pytest

from server import BINARY, WEIGHTS

SLOW = {"prompt": "a fox", "size": "256x256", "n": 2, "steps": 10, "scorers": []}


def in_background(call):
    pool = concurrent.futures.ThreadPoolExecutor(1)
    return pool.submit(call)


def wait_until_busy(server) -> None:
    """Returns when a request is being computed: the process uses the processor for a while on end."""
    def ticks() -> int:
        fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    deadline = time.monotonic() + 60
    while ticks() < before + 20:
        assert time.monotonic() < deadline, "idle for a minute"


def wait_until_draining(server) -> None:
    """Returns when the server, which was ready, has taken the signal."""
    deadline = time.monotonic() + 30
    while server.session.get(server.url + "/readyz").status_code != 503:
        assert time.monotonic() < deadline, "the signal was not taken"


def test_stops_after_what_it_is_drawing(start):
    server = start()
    drawing = in_background(lambda: server.generate(**SLOW))
    wait_until_busy(server)
    server.terminate()
    wait_until_draining(server)
    other = server.session
    refused = other.post(server.url + "/v1/images/generations", json={"prompt": "a fox"})
    assert (refused.status_code, refused.json()["code"]) == (503, "draining")
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert other.get(server.url + "/readyz").status_code == 503
    assert other.get(server.url + "/livez").status_code == 200
    data = drawing.result(60)["data"]
    assert all(base64.b64decode(image["b64_json"]).startswith(b"\x89PNG") for image in data)
    assert server.wait() == 0


def test_a_second_signal_ends_it_at_once(start):
    server = start()
    in_background(lambda: server.session.post(server.url + "/v1/images/generations", json={**SLOW, "steps": 100}))
    wait_until_busy(server)
    server.terminate()
    wait_until_draining(server)
    began = time.monotonic()
    server.terminate()
    assert server.wait(2) == 1
    assert time.monotonic() - began < 2


def test_refuses_what_does_not_fit_the_queue(start):
    server = start("--queue-length", "2")
    answers = []

    def draw() -> None:
        answers.append(server.session.post(server.url + "/v1/images/generations", json=SLOW))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200] + [429] * 6
    for answer in answers:
        server.contract.check("POST", "/v1/images/generations", answer)
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["Retry-After"]) <= 120
            assert answer.json()["error"]["type"] == "rate_limit_error"
    server.generate()


def test_refuses_a_body_beyond_the_limit(start):
    server = start("--body-limit", "100000")
    body = b'{"prompt": "' + b"x" * 100_000 + b'"}'
    for data in (body, iter([body[:50_000], body[50_000:]])):
        response = server.session.post(server.url + "/v1/images/generations", data=data)
        assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
        assert response.headers["x-request-id"] == response.json()["instance"]


@pytest.fixture
def weights(tmp_path) -> pathlib.Path:
    """A copy of the weights that a test may break."""
    copy = tmp_path / "weights"
    shutil.copytree(WEIGHTS, copy)
    return copy


def refused_start(weights: pathlib.Path, *arguments: str) -> str:
    """The one sentence with which a server refuses to start, before it listens."""
    command = [BINARY, "serve", "--port", "0", "--weights", str(weights), "--log-level", "error", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    (sentence,) = ended.stderr.splitlines()
    return sentence


def broken(weights: pathlib.Path, file: str, change) -> str:
    path = weights / file
    change(path)
    sentence = refused_start(weights)
    assert str(path) in sentence or str(path.parent) in sentence, sentence
    return sentence


def cut(path: pathlib.Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def rename_a_tensor(path: pathlib.Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"conv_in.weight"', b'"conv_in.wight0"', 1))


UNET = "diffusion/emoji/unet/diffusion_pytorch_model.safetensors"


def test_names_weights_that_are_missing(weights):
    broken(weights, UNET, pathlib.Path.unlink)


def test_names_weights_that_are_cut(weights):
    broken(weights, UNET, cut)


def test_names_the_tensor_that_is_missing(weights):
    assert "conv_in" in broken(weights, UNET, rename_a_tensor)


def test_names_weights_that_are_something_else(weights):
    broken(weights, "clip/emoji/model.safetensors", lambda path: path.write_bytes(b"\0" * 64))


def test_names_a_configuration_that_is_no_json(weights):
    broken(weights, "diffusion/emoji/unet/config.json", lambda path: path.write_text("{"))


def test_names_a_tokenizer_that_is_missing(weights):
    broken(weights, "diffusion/emoji/tokenizer/vocab.json", pathlib.Path.unlink)


def test_names_a_list_of_one_style(weights):
    broken(weights, "styles/emoji.txt", lambda path: path.write_text("a fox\n"))


def test_names_a_folder_that_is_missing(tmp_path):
    assert str(tmp_path / "nowhere") in refused_start(tmp_path / "nowhere")


def test_names_a_folder_that_is_empty(tmp_path):
    assert str(tmp_path) in refused_start(tmp_path)


def test_names_a_default_that_is_missing(weights):
    assert "sdxl" in refused_start(weights, "--default-pipeline", "sdxl")


def test_a_busy_port_is_said(server):
    port = server.url.rsplit(":", 1)[1]
    assert port in refused_start(pathlib.Path(WEIGHTS), "--port", port)
