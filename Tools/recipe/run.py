"""Runs every stage of the recipe in order; each goes on where it stopped, or is done already."""

import os
import subprocess
import sys
import time

from recipe.scale import SIZES
from recipe.training import arguments_of

# Each stage reads what those before it wrote under the work folder.
STAGES = ("pack", "render", "tokenizer", "vae", "text", "encode", "unet", "decoder", "soften", "texture", "tiny_decoder",
          "clip", "clip_tune", "can", "can_generator", "centroids", "judge", "export", "evaluate")


def command(stage: str, work: str, scale: str, device: str, threads: int) -> list[str]:
    """The command line of one stage."""
    base = [sys.executable, "-m", f"recipe.{stage}", "--work", work]
    if stage == "pack":
        return [*base, "--jobs", str(os.cpu_count() or 1)]
    if stage == "export":
        return base
    base += ["--scale", scale]
    if stage == "render":
        return [*base, "--sizes", *map(str, SIZES), "--jobs", str(os.cpu_count() or 1)]
    if stage == "tokenizer":
        return base
    return [*base, "--device", device, "--threads", str(threads)]


if __name__ == "__main__":
    options = arguments_of(__doc__)
    for number, each in enumerate(STAGES, 1):
        start = time.monotonic()
        print(f"[{number}/{len(STAGES)}] {each}", flush=True)
        subprocess.run(command(each, str(options.work), options.scale, options.device,
                               options.threads), check=True)
        print(f"[{number}/{len(STAGES)}] {each}: {time.monotonic() - start:.0f} s", flush=True)
