"""Times the scoring of many images: Liminal over HTTP and transformers/PyTorch fp32 in turn, with the same CLIP, in one run.

Both start from the same PNG bytes and end with a posterior over the same styles for each image: Liminal in one
`POST /v1/scores` with base64 in JSON, PyTorch in one process with Pillow, CLIPImageProcessor's arithmetic (the resize by
Pillow) and `CLIPModel`, in batches of 32. The style texts are embedded before the clock starts, on both sides.

    make bench-scoring ARGS="--rounds 5 --count 256 --side 128"
"""

import argparse
import base64
import io
import json
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCH = 32


def pictures(count: int, side: int) -> list[bytes]:
    """PNGs with some structure, so that neither decoder has it too easy."""
    rng, files = np.random.default_rng(0), []
    for _ in range(count):
        coarse = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        image = np.asarray(Image.fromarray(coarse).resize((side, side), Image.BICUBIC)).astype(int)
        noisy = np.clip(image + rng.integers(-8, 9, image.shape), 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(noisy).save(file, "PNG")
        files.append(file.getvalue())
    return files


class Liminal:
    """The server as its users run it."""

    def __init__(self, binary, weights, threads, body_limit):
        self.data = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--weights", weights, "--threads", str(threads), "--body-limit", str(body_limit),
             "--data", self.data.name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        while True:
            try:
                urllib.request.urlopen(self.url + "/readyz")
                return
            except urllib.error.HTTPError:
                time.sleep(0.1)

    def score(self, files):
        started = time.perf_counter()
        body = json.dumps({"images": [base64.b64encode(file).decode() for file in files], "scorers": ["clip"]}).encode()
        request = urllib.request.Request(self.url + "/v1/scores", body, {"Content-Type": "application/json"})
        data = json.load(urllib.request.urlopen(request, timeout=600))["data"]
        seconds = time.perf_counter() - started
        return seconds, [list(image["scores"][0]["probabilities"].values()) for image in data]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()


class PyTorch:
    """transformers' CLIPModel in fp32."""

    def __init__(self, folder, styles, threads):
        import torch
        from transformers import CLIPModel, CLIPTokenizerFast

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.torch = torch
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
        settings = json.loads((folder / "preprocessor_config.json").read_text())
        self.side = settings["crop_size"]["height"] if isinstance(settings["crop_size"], dict) else settings["crop_size"]
        self.mean = np.array(settings["image_mean"], np.float32)
        self.std = np.array(settings["image_std"], np.float32)
        tokens = CLIPTokenizerFast.from_pretrained(folder)(styles, padding=True, return_tensors="pt")
        self.styles = self.unit(self.model.get_text_features(**tokens))

    def unit(self, features):
        features = getattr(features, "pooler_output", features)
        return features / features.norm(dim=-1, keepdim=True)

    def score(self, files):
        started, posteriors = time.perf_counter(), []
        for start in range(0, len(files), BATCH):
            images = [Image.open(io.BytesIO(file)).convert("RGB").resize((self.side, self.side), Image.BICUBIC)
                      for file in files[start:start + BATCH]]
            pixels = (np.stack([np.asarray(image, np.float32) for image in images]) / 255 - self.mean) / self.std
            embeddings = self.unit(self.model.get_image_features(
                pixel_values=self.torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()))
            posteriors += (self.model.logit_scale.exp() * embeddings @ self.styles.T).softmax(1).tolist()
        return time.perf_counter() - started, posteriors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--liminal", default=str(ROOT / ".build/release/liminal"))
    parser.add_argument("--weights", default=str(ROOT / "weights"))
    parser.add_argument("--clip", default="emoji", help="a folder of weights/clip")
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    files = pictures(arguments.count, arguments.side)
    liminal = Liminal(arguments.liminal, arguments.weights, arguments.threads, sum(map(len, files)) * 2 + 2**20)
    folder = pathlib.Path(arguments.weights)
    styles = (folder / "styles" / f"{arguments.clip}.txt").read_text().splitlines()
    pytorch = PyTorch(folder / "clip" / arguments.clip, styles, arguments.threads)
    peers, seconds, posteriors = {"liminal": liminal, "pytorch": pytorch}, {"liminal": [], "pytorch": []}, {}
    for number in range(arguments.rounds + 1):
        for name, peer in peers.items():
            spent, posteriors[name] = peer.score(files)
            if number:  # the first round warms both up
                seconds[name].append(spent)
    liminal.close()
    error = float(np.abs(np.array(posteriors["liminal"]) - np.array(posteriors["pytorch"])).max())
    print(f"{platform.machine()}, {arguments.threads} threads, {arguments.count} images of {arguments.side} px, "
          f"{arguments.rounds} rounds; largest difference of a probability {error:.1e}")
    for name, spent in seconds.items():
        print(f"{name:8} {arguments.count / statistics.median(spent):8.1f} images/s "
              f"(median; {arguments.count / max(spent):.1f} to {arguments.count / min(spent):.1f})")
    ratios = [other / own for own, other in zip(seconds["liminal"], seconds["pytorch"])]
    print(f"ratio    {statistics.median(ratios):8.2f} (median of rounds; {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
