"""Times Liminal beside its peers, in turn, in one run, with the same weights on the same threads.

    make bench ARGS="--tasks unet decode --sizes 64 256 --peers liminal openvino-bf16 --rounds 5"

Every round asks each peer once, one after the other, so that whatever else the machine does falls on all of them; what
counts are ratios of one round. A peer's first run at a size is its warm-up, and is told apart. Weights are random (the
arithmetic does not depend on their values) and made once. Tasks:

unet          a guidance step: the U-Net at batch 2 with a text context of 77 x 1024 (Liminal makes the keys and values
              of the text once a picture, and the projections of the time of all steps; `conditioning` says what that
              takes for 20 steps)
decode, text  latents to a picture; two prompts of 77 tokens through the text encoder
clip          embeddings of 1 and 16 pictures by CLIP ViT-L/14
picture       20 steps of DDIM with guidance, from a prompt to 8-bit pixels, each in a new process, and the most
              memory that this process held; the first is a picture of one step
turbo         one step without guidance, decoded by TAESD, likewise
load          from the disk's cache to a whole pipeline, in a new process, and its memory
http          the embedded model's picture, asked of `liminal serve`; beside diffusers with the same weights
batch         the U-Net's step at other batches
threads       the U-Net's step on one thread and more
"""

import argparse
import json
import pathlib
import sys

import machine
import models
import tasks
from roster import PEERS, Setting

ROOT = pathlib.Path(__file__).resolve().parent.parent


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", nargs="+", choices=list(tasks.TASKS), default=list(tasks.TASKS))
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 256, 512])
    parser.add_argument("--peers", nargs="+", choices=[peer.name for peer in PEERS],
                        default=[peer.name for peer in PEERS if peer.precision != "int8"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--picture-rounds", type=int, default=3, help="of the tasks picture and turbo")
    parser.add_argument("--picture-sizes", type=int, nargs="+", help="the sizes of these tasks; by default all")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--liminal", type=pathlib.Path, default=ROOT / ".build/release/liminal-bench")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "out", help="where random weights are made")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/bench.json")
    arguments = parser.parse_args()
    arguments.picture_sizes = arguments.picture_sizes or arguments.sizes
    return arguments


def main() -> None:
    arguments = options()
    peers = [peer for peer in PEERS if peer.name in arguments.peers]
    setting = Setting(arguments.liminal, arguments.models, arguments.threads)
    models.make(setting, peers)
    description = machine.description(arguments.threads)
    print(machine.words(description) + "\n", flush=True)
    tables, results = [machine.words(description)], []
    for name in arguments.tasks:
        for measurement in tasks.TASKS[name](setting, peers, arguments):
            tables.append(measurement.table())
            results.append(measurement.as_json())
            print(tables[-1] + "\n", flush=True)
            # After every table, so that a long run which is ended has not been for nothing.
            arguments.out.write_text(json.dumps({"machine": description, "results": results}, indent=1) + "\n")
            arguments.out.with_suffix(".md").write_text("\n\n".join(tables) + "\n")
    print(f"written to {arguments.out} and {arguments.out.with_suffix('.md')}", file=sys.stderr)


if __name__ == "__main__":
    main()
