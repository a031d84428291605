"""Draws the same seeds with all of the work and with some of it saved, and prints how much the pictures change and how
much time is left.

Each seed is drawn with every setting in turn, over HTTP, one picture a request, so that a busy moment of the machine
falls on all of them; a time ratio is the median over the seeds of a setting's time over that of the whole work. PSNR is
of the 8-bit RGB picture against the whole work's.

    make bench-saved ARGS="--count 16 --size 128x128"
"""

import argparse
import base64
import io
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROMPTS = [
    "a watercolor painting of a fox", "a neon sign of a rocket", "pixel art of a house", "a pop art print of a pizza",
]
SETTINGS = [
    {}, {"deep_cache_interval": 2}, {"deep_cache_interval": 3}, {"deep_cache_interval": 5},
    {"guidance_interval": [0.2, 0.8]}, {"guidance_interval": [0, 0.8]}, {"guidance_interval": [0.2, 1]},
    {"guidance_interval": [0.2, 0.8], "deep_cache_interval": 2}, {"guidance_interval": [0.2, 0.8], "deep_cache_interval": 3},
]


class Liminal:
    """The server as its users run it."""

    def __init__(self, binary, weights, threads):
        self.data = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--weights", weights, "--threads", str(threads), "--data", self.data.name],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        while True:
            try:
                urllib.request.urlopen(self.url + "/readyz")
                return
            except urllib.error.HTTPError:
                time.sleep(0.1)

    def draw(self, **fields):
        """Seconds, the answer's settings and the picture [H, W, 3]."""
        body = json.dumps({"scorers": [], "n": 1, **fields}).encode()
        request = urllib.request.Request(
            self.url + "/v1/images/generations", body, {"Content-Type": "application/json"})
        started = time.perf_counter()
        answer = json.load(urllib.request.urlopen(request, timeout=3600))
        seconds = time.perf_counter() - started
        picture = Image.open(io.BytesIO(base64.b64decode(answer.pop("data")[0]["b64_json"])))
        return seconds, answer, np.asarray(picture).astype(float)

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()


def psnr(picture, other):
    return 10 * np.log10(255**2 / max(np.square(picture - other).mean(), 1e-9))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--binary", default=str(ROOT / ".build/release/liminal"))
    options.add_argument("--weights", default=str(ROOT / "weights"))
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--count", type=int, default=16, help="how many seeds")
    options.add_argument("--size", default="128x128")
    options.add_argument("--fields", type=json.loads, default={}, help="more fields of each request, as JSON")
    options = options.parse_args()

    server = Liminal(options.binary, options.weights, options.threads)
    seconds, ratios = [[] for _ in SETTINGS], [[] for _ in SETTINGS]
    try:
        usual = {"size": options.size, **options.fields}
        server.draw(prompt=PROMPTS[0], **usual)  # memory is planned before the clock starts
        for seed in range(options.count):
            request = {"prompt": PROMPTS[seed % len(PROMPTS)], "seed": seed, **usual}
            for index, setting in enumerate(SETTINGS):
                spent, answer, picture = server.draw(**request, **setting)
                assert setting.items() <= answer.items(), "a setting that the answer does not name"
                whole = picture if index == 0 else whole
                seconds[index].append(spent)
                ratios[index].append(psnr(picture, whole))
    finally:
        server.close()

    chosen = ", ".join(f"{name} {answer[name]}" for name in ("model", "size", "steps", "scheduler", "guidance_scale", "eta"))
    print(f"{options.count} seeds, {chosen}\n")
    print("| `deep_cache_interval` | `guidance_interval` | PSNR, dB: mean (least to most) | time ratio (quartiles) |")
    print("|---|---|---|---|")
    for index, setting in enumerate(SETTINGS[1:], start=1):
        each = [saved / whole for saved, whole in zip(seconds[index], seconds[0])]
        low, middle, high = statistics.quantiles(each, n=4) if len(each) > 1 else each * 3
        values = ratios[index]
        print(f"| {setting.get('deep_cache_interval', '')} | {setting.get('guidance_interval', '')} "
              f"| {np.mean(values):.1f} ({min(values):.1f} to {max(values):.1f}) | {middle:.2f} ({low:.2f} to {high:.2f}) |")


if __name__ == "__main__":
    main()
