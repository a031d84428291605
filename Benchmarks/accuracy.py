"""How far 16-bit arithmetic leads from fp32: Liminal beside PyTorch bf16, both against PyTorch fp32.

    make accuracy ARGS="--seeds 16 --sd2-size 64"

For the embedded model and for Stable Diffusion 2 base with random weights: the mean PSNR of whole pictures of 20 steps
against those that PyTorch draws in fp32 from the same noise, and the relative error |e - e32| / |e32| of single
predictions for the latents that the fp32 run met. All keep latents in fp32 between the steps.
"""

import argparse
import json
import pathlib
import statistics
import tempfile
from dataclasses import dataclass

import numpy as np

import machine
import models
from roster import PEERS, Setting

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = "pytorch-fp32"
CEILING = 100.0  # dB, of equal pictures


@dataclass(frozen=True)
class Case:
    name: str
    folder: pathlib.Path
    size: int
    scale: float
    prompt: str


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return CEILING if error == 0 else float(min(CEILING, 10 * np.log10(255**2 / error)))


class Comparison:
    """One model's figures, with a process for each peer."""

    def __init__(self, case: Case, setting: Setting, peers, steps: int, work: pathlib.Path):
        self.case, self.steps, self.work = case, steps, work
        self.processes = {peer.name: setting.start(peer, case.folder) for peer in peers}
        self.names = [name for name in self.processes if name != REFERENCE]

    def close(self) -> None:
        for process in self.processes.values():
            process.close()

    def picture(self, name: str, seed: int) -> np.ndarray:
        case, out = self.case, self.work / "pixels"
        self.processes[name].ask("draw", case.size, case.size, self.steps, case.scale, seed, out, case.prompt)
        return np.fromfile(out, np.uint8)

    def pictures(self, seeds: int) -> dict[str, list[float]]:
        """The PSNR of each seed's picture."""
        found = {name: [] for name in self.names}
        for seed in range(seeds):
            reference = self.picture(REFERENCE, seed)
            for name in self.names:
                found[name].append(psnr(self.picture(name, seed), reference))
        return found

    def predictions(self, seeds: int) -> dict[str, list[float]]:
        """The relative error of each prediction."""
        case, found = self.case, {name: [] for name in self.names}
        for seed in range(seeds):
            timesteps = self.processes[REFERENCE].ask(
                "trajectory", case.size, case.size, self.steps, case.scale, seed, self.work, case.prompt)["timesteps"]
            for step, timestep in enumerate(timesteps):
                expected = np.fromfile(self.work / f"{step:03}.output", np.float32)
                for name in self.names:
                    out = self.work / "output"
                    self.processes[name].ask(
                        "predict", case.size, case.size, timestep, self.work / f"{step:03}.latents",
                        self.work / "context", out)
                    error = np.fromfile(out, np.float32) - expected
                    found[name].append(float(np.linalg.norm(error) / np.linalg.norm(expected)))
        return found


def table(case: Case, pictures: dict, predictions: dict) -> str:
    lines = [
        f"**{case.name}, {case.size} px** ({len(next(iter(pictures.values())))} seeds)", "",
        "| | mean PSNR, dB | least | mean relative error of a prediction | largest |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, values in pictures.items():
        errors = predictions[name]
        lines.append(f"| {name} | {statistics.mean(values):.2f} | {min(values):.2f} | {statistics.mean(errors):.2e} | "
                     f"{max(errors):.2e} |")
    return "\n".join(lines)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=["embedded", "sd2"], default=["embedded", "sd2"])
    parser.add_argument("--peers", nargs="+", default=["liminal", "liminal-fp32", "pytorch-bf16"])
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--prediction-seeds", type=int, default=2, help="whose predictions are compared step by step")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--embedded-size", type=int, default=128)
    parser.add_argument("--sd2-size", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--liminal", type=pathlib.Path, default=ROOT / ".build/release/liminal-bench")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "out", help="where random weights are made")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/accuracy.json")
    return parser.parse_args()


def main() -> None:
    arguments = options()
    setting = Setting(arguments.liminal, arguments.models, arguments.threads)
    peers = [peer for peer in PEERS if peer.name in [REFERENCE, *arguments.peers]]
    models.make(setting, [])
    cases = {
        "embedded": Case("embedded", ROOT / "weights/diffusion/emoji", arguments.embedded_size, 2, "a red fox"),
        "sd2": Case("sd2-random", setting.sd2, arguments.sd2_size, 7.5, "a watercolour of a lighthouse"),
    }
    description = machine.description(arguments.threads)
    tables, results = [machine.words(description)], []
    print(tables[0] + "\n", flush=True)
    for name in arguments.cases:
        with tempfile.TemporaryDirectory() as work:
            comparison = Comparison(cases[name], setting, peers, arguments.steps, pathlib.Path(work))
            pictures = comparison.pictures(arguments.seeds)
            predictions = comparison.predictions(arguments.prediction_seeds)
            comparison.close()
        tables.append(table(cases[name], pictures, predictions))
        results.append({"model": cases[name].name, "size": cases[name].size, "psnr": pictures, "errors": predictions})
        print(tables[-1] + "\n", flush=True)
        arguments.out.write_text(json.dumps({"machine": description, "results": results}, indent=1) + "\n")
        arguments.out.with_suffix(".md").write_text("\n\n".join(tables) + "\n")


if __name__ == "__main__":
    main()
