"""No image is ever made of numbers that are not finite."""

import json
import pathlib
import shutil
import struct

import pytest

from server import WEIGHTS

INFINITY = struct.pack("<e", float("inf"))


def spoil(file: pathlib.Path, tensor: str) -> None:
    """Fills a tensor of 16-bit numbers with infinity."""
    data = bytearray(file.read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    entry = json.loads(data[8 : 8 + length])[tensor]
    assert entry["dtype"] == "F16"
    begin, end = (8 + length + offset for offset in entry["data_offsets"])
    data[begin:end] = INFINITY * ((end - begin) // 2)
    file.write_bytes(data)


@pytest.fixture
def weights(tmp_path) -> pathlib.Path:
    """The weights, with two more pipelines: one whose U-Net and one whose decoder overflows."""
    copy = tmp_path / "weights"
    shutil.copytree(WEIGHTS, copy)
    for part, tensor in [("unet", "conv_out.bias"), ("vae", "decoder.conv_out.bias")]:
        shutil.copytree(copy / "diffusion" / "emoji", copy / "diffusion" / f"broken-{part}")
        spoil(copy / "diffusion" / f"broken-{part}" / part / "diffusion_pytorch_model.safetensors", tensor)
    return copy


def test_a_step_or_a_decoder_that_overflows_is_a_typed_error(start, weights):
    server = start(weights=str(weights))
    for part, words, stage in [("unet", "Step 1", "denoising"), ("vae", "decoder", "decoding")]:
        body = {"prompt": "a fox", "model": f"broken-{part}", "size": "64x64", "steps": 2}
        response = server.session.post(server.url + "/v1/images/generations", json=body)
        server.contract.check("POST", "/v1/images/generations", response, may_fail=True)
        problem = response.json()
        assert (response.status_code, problem["code"]) == (500, "nonfinite_output")
        assert words in problem["detail"]
        assert problem["error"]["type"] == "server_error"
        # The SDK repeats a 500 unless it is told that this one would only come again.
        assert response.headers["x-should-retry"] == "false"
        assert f'liminal_nonfinite_total{{stage="{stage}"}} 1\n' in server.get("/metrics").text
    server.generate()
