"""The commands other than serve."""

import json
import pathlib
import subprocess

import pytest

from images import png
from server import BINARY, ROOT, WEIGHTS


def liminal(*arguments, **options) -> subprocess.CompletedProcess:
    command = [BINARY, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, **options)


def test_generates_what_the_server_does(server, tmp_path):
    file = tmp_path / "fox.png"
    ended = liminal(
        "generate", "a neon sign of a fox", "--size", "64x64", "--steps", 2, "--seed", 7, "--n", 2, "-o", file,
        "--weights", WEIGHTS)
    assert (ended.returncode, ended.stderr) == (0, "")
    answer = json.loads(ended.stdout)
    assert [image["seed"] for image in answer["images"]] == [7, 8]
    files = [pathlib.Path(image["file"]) for image in answer["images"]]
    assert files == [tmp_path / "fox-1.png", tmp_path / "fox-2.png"]
    served = server.generate(prompt="a neon sign of a fox", seed=7, n=2, scorers=["clip"])["data"]
    import base64
    assert [path.read_bytes() for path in files] == [base64.b64decode(image["b64_json"]) for image in served]
    assert [image["scores"] for image in answer["images"]] == [image["scores"] for image in served]


def test_scores_what_the_server_does(server, tmp_path):
    files = [tmp_path / "a.png", tmp_path / "b.png"]
    for seed, file in enumerate(files):
        file.write_bytes(png(seed=seed))
    ended = liminal("score", *files, "--weights", WEIGHTS)
    assert (ended.returncode, ended.stderr) == (0, "")
    data = json.loads(ended.stdout)["data"]
    assert [entry["file"] for entry in data] == list(map(str, files))
    for file, entry in zip(files, data):
        (served,) = server.post("/v1/scores", data=file.read_bytes()).json()["data"]
        assert entry["scores"] == served["scores"]


def test_fits_a_folder_of_pictures(start, tmp_path):
    pictures, data = tmp_path / "pictures", tmp_path / "data"
    pictures.mkdir()
    for seed in range(20):
        (pictures / f"{seed}.png").write_bytes(png(seed=seed))
    command = ["fit", pictures, "--name", "mine", "--k", 3, "--data", data, "--weights", WEIGHTS]
    ended = liminal(*command, "--sweep")
    assert (ended.returncode, ended.stderr) == (0, "")
    made = json.loads(ended.stdout)
    assert (made["k"], made["source"], sum(made["sizes"])) == (3, "image", 20)
    assert made["elbow"] >= 2
    again = liminal(*command)
    assert again.returncode == 2
    assert "is taken" in again.stderr
    ended = liminal("score", pictures / "3.png", "--scorers", "kmeans:mine", "--data", data, "--weights", WEIGHTS)
    (score,) = json.loads(ended.stdout)["data"][0]["scores"]
    assert list(score["probabilities"]) == ["cluster-0", "cluster-1", "cluster-2"]
    served = start(data=str(data)).post("/v1/scores?scorers=kmeans:mine", data=(pictures / "3.png").read_bytes())
    assert served.json()["data"][0]["scores"] == [score]


def test_inspects_a_pipeline_a_clip_and_a_network():
    pipeline = json.loads(liminal("inspect", pathlib.Path(WEIGHTS) / "diffusion/emoji").stdout)
    assert pipeline["kind"] == "pipeline"
    assert {part["name"] for part in pipeline["parts"]} >= {"unet", "vae", "text_encoder"}
    assert pipeline["problems"] == []
    clip = json.loads(liminal("inspect", pathlib.Path(WEIGHTS) / "clip/emoji").stdout)
    assert (clip["kind"], clip["problems"]) == ("clip", [])
    assert all(part["parameters"] > 0 for part in clip["parts"])
    network = json.loads(liminal("inspect", pathlib.Path(WEIGHTS) / "gan/emoji-64").stdout)
    assert (network["kind"], network["problems"]) == ("gan", [])
    assert [part["name"] for part in network["parts"]] == ["generator", "discriminator"]


@pytest.mark.parametrize(("folder", "kind"), [("dino/small", "dino"), ("image_reward", "image-reward")])
def test_inspects_what_scores_beside_a_clip(folder, kind):
    found = json.loads(liminal("inspect", ROOT / "Tests/Golden/perception" / folder).stdout)
    assert (found["kind"], found["problems"]) == (kind, [])
    assert found["parts"][0]["parameters"] > 0


def test_inspect_says_what_is_missing(tmp_path):
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    ended = liminal("inspect", tmp_path)
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["problems"]


@pytest.mark.parametrize("command", [[], ["serve"], ["generate"], ["score"], ["fit"], ["inspect"]])
def test_helps(command):
    ended = liminal(*command, "--help")
    assert ended.returncode == 0
    assert "USAGE: liminal" in ended.stdout


@pytest.mark.parametrize("arguments", [
    ["draw"], ["serve", "--prot", "1"], ["serve", "--port", "70000"], ["serve", "--threads", "0"],
    ["serve", "--precision", "int4"], ["serve", "--log-level", "loud"], ["generate"], ["generate", "a fox", "--steps", "0"],
    ["generate", "a fox", "--size", "65x64"], ["generate", "a fox", "--scheduler", "ddmi"], ["score"], ["fit", "."],
    ["fit", "docs", "--name", "mine", "--k", "1"], ["fit", "docs", "--name", "../mine", "--k", "2"],
])
def test_exit_2_for_a_wrong_command(arguments):
    ended = liminal(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr


@pytest.mark.parametrize("arguments", [
    ["score", "nowhere.png"], ["score", "README.md"], ["inspect", "nowhere"],
    ["generate", "a fox", "--size", "64x64", "--steps", "1", "-o", "nowhere/fox.png"],
    ["generate", "a fox", "--weights", "nowhere"],
])
def test_exit_1_with_one_sentence_for_anything_else(arguments):
    ended = liminal(*arguments)
    assert ended.returncode == 1
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith("liminal: ") and sentence.endswith(".")


def test_keeps_to_the_kernels_that_the_environment_names(tmp_path):
    ended = liminal("serve", env={"LIMINAL_KERNELS": "sse"})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "LIMINAL_KERNELS" in ended.stderr and "avx2" in ended.stderr and "'sse'" in ended.stderr
    ended = liminal("serve", "--precision", "bf16", env={"LIMINAL_KERNELS": "avx2"})
    assert ended.returncode == 2 and "auto, fp32, not 'bf16'" in ended.stderr


def test_reads_the_environment(tmp_path):
    ended = liminal("serve", env={"LIMINAL_WEIGHTS": str(tmp_path / "nowhere")})
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr
