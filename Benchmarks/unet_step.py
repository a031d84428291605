"""Times one guidance step of the full Stable Diffusion 2 base U-Net: Liminal and PyTorch fp32 in turn, in one run.

A guidance step is one forward of the 865.9 M parameter U-Net at batch 2 (unconditional and conditional) with a text
context of 77 x 1024. Weights are random (the arithmetic does not depend on their values) and made once by
Tools/random_sd2.py. Each round times both, one after the other, so that whatever else the machine does falls on both.

    make bench ARGS="--rounds 5 --sizes 64 128 256 512"
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Liminal:
    """The Swift side: a process that answers one JSON line for each command line."""

    def __init__(self, binary, folder, threads):
        self.process = subprocess.Popen(
            [binary, str(folder), str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.load_seconds = self.answer()["load_seconds"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("liminal-bench ended early")
        return json.loads(line)

    def step(self, size):
        self.process.stdin.write(f"step {size} {size}\n")
        self.process.stdin.flush()
        return self.answer()["seconds"]

    def peak_mebibytes(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024


class PyTorch:
    """diffusers' U-Net in fp32, as its users run it on a CPU."""

    def __init__(self, folder, threads):
        import torch
        from diffusers import UNet2DConditionModel

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.torch = torch
        started = time.perf_counter()
        self.unet = UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32).eval()
        self.load_seconds = time.perf_counter() - started
        self.version = torch.__version__

    def step(self, size):
        torch = self.torch
        latents = torch.randn(2, 4, size // 8, size // 8)
        context = torch.randn(2, 77, 1024)
        started = time.perf_counter()
        self.unet(latents, 501, encoder_hidden_states=context)
        return time.perf_counter() - started


def make_weights(folder):
    if not (folder / "unet" / "config.json").exists():
        print(f"making random weights in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, ROOT / "Tools" / "random_sd2.py", folder], check=True)


def cpu_model():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--liminal", default=ROOT / ".build/release/liminal-bench")
    parser.add_argument("--weights", type=pathlib.Path, default=ROOT / "out/sd2-random")
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 256, 512])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    make_weights(arguments.weights)

    liminal = Liminal(arguments.liminal, arguments.weights / "unet", arguments.threads)
    pytorch = PyTorch(arguments.weights, arguments.threads)
    print(f"{cpu_model()}, {os.cpu_count()} cores, {arguments.threads} threads each; torch {pytorch.version}; commit {commit()}")
    print(f"load: Liminal {liminal.load_seconds:.1f} s, PyTorch {pytorch.load_seconds:.1f} s")
    print(f"{'px':>4} {'Liminal s':>10} {'PyTorch s':>10}   ratio: median (min to max) of {arguments.rounds} rounds")
    for size in arguments.sizes:
        liminal.step(size), pytorch.step(size)
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(liminal.step(size))
            theirs.append(pytorch.step(size))
        ratios = [a / b for a, b in zip(ours, theirs)]
        print(f"{size:>4} {statistics.median(ours):>10.3f} {statistics.median(theirs):>10.3f}   "
              f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
    print(f"peak memory of the Liminal process: {liminal.peak_mebibytes()} MiB")


if __name__ == "__main__":
    main()
