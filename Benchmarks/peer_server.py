"""The side of a peer's process: one JSON line for each command line, as liminal-bench answers them."""

import argparse
import json
import os
import pathlib
import sys
import traceback


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path, help="a pipeline in diffusers' layout")
    parser.add_argument("--clip", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--cache", type=pathlib.Path, help="where converted weights are kept")
    return parser.parse_args()


def serve(peer) -> None:
    """Each command is a method of the peer; what it raises is answered too. Libraries that print print to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        name, *words = line.split()
        try:
            command = getattr(peer, name, None)
            answer = command(*words) if command else {"unsupported": name}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
