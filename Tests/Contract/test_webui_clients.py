"""The requests of SillyTavern and Open WebUI to AUTOMATIC1111's API, as their sources send them."""

import http.client
import json
import subprocess
import threading
import time

import pytest
import requests

from server import BINARY, ROOT, WEIGHTS

PASSWORD = "a very private password"


def test_sillytavern(server):
    """src/endpoints/stable-diffusion.js: ping, lists, set-model and its polling, and a proxied drawing."""
    options = server.get("/sdapi/v1/options")
    assert options.status_code == 200
    assert "forge_preset" not in options.json()
    for name in ["sd-models", "samplers", "schedulers", "upscalers", "latent-upscale-modes", "sd-vae"]:
        assert isinstance(server.get(f"/sdapi/v1/{name}").json(), list)
    checkpoint = server.get("/sdapi/v1/sd-models").json()[0]["title"]
    assert server.post("/sdapi/v1/options", json={"sd_model_checkpoint": checkpoint}).status_code == 200
    for _ in range(10):
        progress = server.get("/sdapi/v1/progress").json()
        if progress["progress"] == 0 and progress["state"]["job_count"] == 0:
            break
    else:
        raise AssertionError("never idle")
    body = {
        "url": "http://127.0.0.1:7860", "auth": f"user:{PASSWORD}", "prompt": "a fox", "negative_prompt": "",
        "sampler_name": "Euler a", "scheduler": "automatic", "steps": 2, "cfg_scale": 7, "width": 64, "height": 64,
        "restore_faces": False, "enable_hr": False, "hr_upscaler": "Latent", "hr_scale": 2, "hr_additional_steps": 0,
        "denoising_strength": 0.7, "hr_second_pass_steps": 0, "override_settings": {"CLIP_stop_at_last_layers": 1},
        "override_settings_restore_afterwards": True, "clip_skip": 1, "save_images": False,
        "send_images": True, "do_not_save_grid": False, "do_not_save_samples": False,
    }
    answer = server.post("/sdapi/v1/txt2img", json=body)
    assert len(answer.json()["images"]) == 1
    assert PASSWORD not in answer.text
    assert PASSWORD not in server.post("/sdapi/v1/txt2img", json=body | {"steps": "many"}).text
    # What it sends before anyone has chosen.
    assert server.post("/sdapi/v1/txt2img", json=body | {"sampler_name": "DDIM", "scheduler": "normal"}).status_code == 200
    assert server.post("/sdapi/v1/interrupt").status_code == 200


def test_the_log_has_no_password_and_no_prompt(start):
    server = start("--log-level", "trace")
    server.process.kill()
    with subprocess.Popen(
        [BINARY, "serve", "--port", "0", "--weights", WEIGHTS, "--data", server.data, "--log-level", "trace"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:
        server.process, server.url = process, process.stdout.readline().strip()
        body = {"auth": f"user:{PASSWORD}", "prompt": "a secret fox", "steps": 1, "width": 64, "height": 64}
        assert server.post("/sdapi/v1/txt2img", json=body).status_code == 200
        assert server.post("/sdapi/v1/txt2img", json=body | {"steps": 0}).status_code == 422
        server.terminate()
        log = process.communicate(timeout=60)[1]
    assert "/sdapi/v1/txt2img" in log
    assert PASSWORD not in log and "secret" not in log


def test_open_webui(server):
    """backend/open_webui/routers/images.py: verify, set the model by sending everything back, and draw.

    It sends an empty Authorization where none is configured, and reads `images` and `info` whatever the status.
    """
    headers = {"authorization": ""}
    options = server.get("/sdapi/v1/options", headers=headers).json()
    assert server.get("/sdapi/v1/sd-models", headers=headers).json()[0]["model_name"]
    options["sd_model_checkpoint"] = "emoji"
    assert server.post("/sdapi/v1/options", json=options, headers=headers).json() is None
    body = {"prompt": "a fox", "batch_size": 1, "width": 64, "height": 64, "steps": 2, "negative_prompt": "a dog"}
    answer = server.post("/sdapi/v1/txt2img", json=body, headers=headers).json()
    assert len(answer["images"]) == 1
    assert json.loads(answer["info"])["negative_prompt"] == "a dog"
    assert "detail" in server.post("/sdapi/v1/txt2img", json=body | {"width": 1}, headers=headers).json()


LONG = {"prompt": "a fox", "width": 128, "height": 128, "steps": 150, "n_iter": 2}


def ask(server, method: str, path: str, address: str) -> dict:
    """Asks as a client at another address of this machine would."""
    port = int(server.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(address, 0))
    connection.request(method, "/sdapi/v1/" + path)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def job_count(server, address: str = "127.0.0.1") -> int:
    return ask(server, "GET", "progress", address)["state"]["job_count"]


def until(condition, seconds=60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline


def test_interrupts_no_job_of_another_client(server):
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(requests.post(server.url + "/sdapi/v1/txt2img", json=LONG).json()))
    thread.start()
    until(lambda: job_count(server))
    assert job_count(server, "127.0.0.2") == 0
    assert ask(server, "POST", "interrupt", "127.0.0.2") == {}
    assert ask(server, "POST", "skip", "127.0.0.2") is None
    progress = ask(server, "GET", "progress", "127.0.0.1")["state"]
    assert (progress["job_count"], progress["interrupted"]) == (2, False)
    ask(server, "POST", "interrupt", "127.0.0.1")
    thread.join(60)
    assert json.loads(answers[0]["info"])["interrupted"] is True


def test_a_client_that_leaves_ends_its_job(server):
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(server.url + "/sdapi/v1/txt2img", json=LONG, timeout=1)
    until(lambda: job_count(server) == 0, seconds=20)
