"""Adapters by request: strength, order, several at once, and the base as it was."""

import base64
import io
import pathlib
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from server import ROOT, WEIGHTS

QUICK = {"prompt": "a watercolor painting of a fox", "size": "64x64", "steps": 3, "seed": 7, "scorers": []}
PIPELINE = pathlib.Path(WEIGHTS) / "diffusion/emoji"


def random_adapter(folder: pathlib.Path, name: str, style: str, seed: int) -> None:
    subprocess.run([sys.executable, str(ROOT / "Tools/random_adapter.py"), str(PIPELINE), str(folder / name), "--style", style,
                    "--seed", str(seed)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """The repository's weights, with two adapters beside them."""
    root = tmp_path_factory.mktemp("weights")
    for folder in pathlib.Path(WEIGHTS).iterdir():
        if folder.is_dir():
            (root / folder.name).symlink_to(folder)
    (root / "adapters").mkdir()
    random_adapter(root / "adapters", "first", "diffusers", 1)
    random_adapter(root / "adapters", "second", "kohya", 2)
    return root


@pytest.fixture(scope="module")
def adapted(weights, contract):
    from server import Server
    with Server(contract=contract, weights=str(weights)) as server:
        yield server


def picture(server, **fields) -> bytes:
    """The pixels: what the file says of itself names the adapters."""
    encoded = server.generate(**{**QUICK, **fields})["data"][0]["b64_json"]
    return Image.open(io.BytesIO(base64.b64decode(encoded))).tobytes()


def use(name, scale=None):
    return {"name": name} if scale is None else {"name": name, "scale": scale}


def test_lists_what_can_be_named(adapted):
    assert [each["id"] for each in adapted.get("/v1/adapters").json()["data"]] == ["first", "second"]


def test_an_adapter_changes_the_picture_and_leaves_the_base_as_it_was(adapted):
    base = picture(adapted)
    first = picture(adapted, adapters=[use("first", 0.5)])
    assert first != base
    assert picture(adapted, adapters=[use("second", 0.5)]) not in (base, first)
    assert picture(adapted, adapters=[use("first", 0.5), use("second", -0.5)]) not in (base, first)
    assert picture(adapted, adapters=[use("first", 0.5)]) == first
    assert picture(adapted, adapters=[use("first", 0)]) == base
    assert picture(adapted, adapters=[]) == picture(adapted) == base


def test_says_which_adapters_were_used(adapted):
    answer = adapted.generate(**QUICK, adapters=[use("first"), use("second", 0.25)])
    assert answer["adapters"] == [{"name": "first", "scale": 1}, {"name": "second", "scale": 0.25}]


def test_a_new_adapter_needs_no_restart(adapted, weights):
    random_adapter(weights / "adapters", "third", "diffusers", 3)
    third = picture(adapted, adapters=[use("third")])
    shutil.rmtree(weights / "adapters/third")
    random_adapter(weights / "adapters", "third", "diffusers", 4)
    assert picture(adapted, adapters=[use("third")]) != third
    shutil.rmtree(weights / "adapters/third")
    response = adapted.post("/v1/images/generations", json={**QUICK, "adapters": [use("third")]})
    assert (response.status_code, response.json()["code"]) == (404, "adapter_not_found")


def test_a_broken_adapter_is_named(adapted, weights):
    folder = weights / "adapters/broken"
    folder.mkdir()
    (folder / "pytorch_lora_weights.safetensors").write_bytes(b"\0" * 64)
    response = adapted.session.post(adapted.url + "/v1/images/generations", json={**QUICK, "adapters": [use("broken")]})
    shutil.rmtree(folder)
    assert (response.status_code, response.json()["code"]) == (500, "model_load_failed")
    assert "broken" in response.json()["detail"] and str(weights) not in response.text
    assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(("adapters", "status", "code", "pointer"), [
    ("first", 400, "wrong_type", "/adapters"), ([1], 400, "wrong_type", "/adapters/0"),
    ([{}], 400, "missing_field", "/adapters/0/name"), ([use("x")], 404, "adapter_not_found", "/adapters/0/name"),
    ([use("../../clip/emoji")], 404, "adapter_not_found", "/adapters/0/name"),
    ([use("first", 4.5)], 400, "out_of_range", "/adapters/0/scale"),
    ([use("first", "1")], 400, "wrong_type", "/adapters/0/scale"),
    ([use("first"), use("first")], 400, "out_of_range", "/adapters/1/name"),
    ([{"name": "first", "weight": 1}], 400, "unknown_field", "/adapters/0/weight"),
    ([use("first")] * 9, 400, "too_long", "/adapters"),
])
def test_says_what_is_wrong(adapted, adapters, status, code, pointer):
    response = adapted.post("/v1/images/generations", json={**QUICK, "adapters": adapters})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["errors"][0]["pointer"] == pointer


def test_a_tag_in_a_prompt_of_automatic1111_is_an_adapter(adapted):
    body = {"prompt": f"{QUICK['prompt']} <lora:first:0.5>", "width": 64, "height": 64, "steps": 3, "seed": 7}
    answer = adapted.post("/sdapi/v1/txt2img", json=body).json()
    drawn = Image.open(io.BytesIO(base64.b64decode(answer["images"][0])))
    assert drawn.tobytes() == picture(adapted, adapters=[use("first", 0.5)])
    assert "<lora:first:0.5>" in drawn.info["parameters"]
    assert adapted.post("/sdapi/v1/txt2img", json={"infotext": drawn.info["parameters"]}).json()["images"] == answer["images"]
    assert [each["name"] for each in adapted.get("/sdapi/v1/loras").json()] == ["first", "second"]
    assert adapted.post("/sdapi/v1/txt2img", json=body | {"prompt": "a fox <lora:fourth:1>"}).status_code == 404
