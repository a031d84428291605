"""What every training stage shares: steps that stop and go on, averaged weights, rates, devices."""

import argparse
import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from recipe.scale import SCALES

CHECKPOINT_SECONDS = 120


class Stateful(Protocol):
    """A module, an optimizer, an average."""

    def state_dict(self) -> dict: ...
    def load_state_dict(self, state: dict) -> object: ...


class Average:
    """An exponential moving average of parameters (EMA), slow only after a while."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.parameters = [p for p in module.parameters() if p.requires_grad]
        self.decay = decay
        self.average = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Moves the average towards the parameters after a step."""
        decay = min(self.decay, (step + 1) / (step + 21))
        torch._foreach_lerp_(self.average, self.parameters, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The module with its averaged weights."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for parameter, average in zip(self.parameters, self.average, strict=True):
            held = parameter.detach().clone()
            parameter.copy_(average)
            average.copy_(held)

    def state_dict(self) -> dict:
        return {"average": self.average}

    def load_state_dict(self, state: dict) -> None:
        for average, saved in zip(self.average, state["average"], strict=True):
            average.copy_(saved)


class Training:
    """The steps of one stage: resumed from its checkpoint, logged, with a progress bar."""

    def __init__(self, folder: Path, steps: int, parts: dict[str, Stateful], **saved: object) -> None:
        """`parts` are checkpointed; `saved` are constants kept beside them (a scale, a mean)."""
        self.folder, self.steps, self.parts, self.saved = folder, steps, parts, saved
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.start = folder / "checkpoint.pt", 0
        if self.path.exists():
            state = torch.load(self.path, map_location="cpu", weights_only=True)
            self.start = state["step"]
            for name, part in parts.items():
                part.load_state_dict(state[name])

    def __iter__(self) -> Iterator[int]:
        """The steps that remain; each is seeded by its number, so that a resumed run is the same."""
        last = time.monotonic()
        self.bar = tqdm(range(self.start, self.steps), self.folder.name, initial=self.start,
                        total=self.steps, mininterval=5)
        for step in self.bar:
            torch.manual_seed(step)
            yield step
            if time.monotonic() - last > CHECKPOINT_SECONDS:
                self.save(step + 1)
                last = time.monotonic()
        if self.start < self.steps:
            self.save(self.steps)

    def save(self, step: int) -> None:
        """Writes the checkpoint so that a stop in the middle leaves the one before."""
        state = {name: part.state_dict() for name, part in self.parts.items()}
        torch.save(state | {"step": step}, self.path.with_suffix(".partial"))
        self.path.with_suffix(".partial").rename(self.path)

    def log(self, step: int, **figures: float) -> None:
        """A line of log.jsonl, and the same beside the progress bar."""
        figures = {name: round(float(value), 4) for name, value in figures.items()}
        self.bar.set_postfix(figures)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps({"step": step, "time": round(time.time())} | figures) + "\n")


def rate_at(step: int, steps: int, peak: float, flat: float = 0.3) -> float:
    """Warm-up, a level stretch of `flat` of the steps, then a cosine down to 2 %."""
    warm, done = min(1, (step + 1) / min(100, 1 + steps // 10)), step / steps
    fall = 1 if done < flat else 0.5 * (1 + math.cos(math.pi * (done - flat) / (1 - flat))) + 0.02
    return peak * warm * min(1, fall)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The learning rate of every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def autocast(device: str) -> torch.autocast:
    """Matrix products in bfloat16."""
    return torch.autocast(device, torch.bfloat16)


def pixels(images: np.ndarray, device: str) -> Tensor:
    """uint8 (n, h, w, 3) as float (n, 3, h, w) in -1...1, channels last in memory."""
    tensor = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2)
    return tensor.float().div(127.5).sub(1).contiguous(memory_format=torch.channels_last)


def pictures(tensor: Tensor) -> np.ndarray:
    """Float (n, 3, h, w) in -1...1 as uint8 (n, h, w, 3)."""
    levels = tensor.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return levels.permute(0, 2, 3, 1).cpu().numpy()


def sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """Pictures (n, h, w, 3) laid out in rows, white where there is none."""
    count, height, width, _ = images.shape
    rows = -(-count // columns)
    page = np.full((rows * columns, height, width, 3), 255, np.uint8)
    page[:count] = images
    page = page.reshape(rows, columns, height, width, 3).swapaxes(1, 2)
    return page.reshape(rows * height, columns * width, 3)


def arguments_of(description: str, parser: argparse.ArgumentParser | None = None) -> argparse.Namespace:
    """The options every stage has."""
    parser = parser or argparse.ArgumentParser()
    parser.description = description
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--scale", choices=SCALES, default="cpu")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    return arguments
