"""What is measured. Each task yields measurements."""

import contextlib
import sys

from measurements import Measurement
from peer_process import PeerFailure, PeerProcess, Unsupported


def in_turn(measurement: Measurement, processes: dict[str, PeerProcess], command: list, rounds: int) -> Measurement:
    """Asks every peer once to warm up, and then once in every round; a peer that cannot is left out, and said so."""
    able = {}
    for name, process in processes.items():
        try:
            measurement.first[name] = process.ask(*command)["seconds"]
            able[name] = process
        except PeerFailure as failure:
            if not isinstance(failure, Unsupported):
                print(f"left out: {failure}", file=sys.stderr, flush=True)
    for _ in range(rounds):
        for name, process in able.items():
            measurement.note(name, process.ask(*command)["seconds"])
    return measurement


@contextlib.contextmanager
def standing(setting, peers, folder):
    """One process for each peer, for as long as a task needs them."""
    processes = {peer.name: setting.start(peer, folder) for peer in peers}
    try:
        yield processes
    finally:
        for process in processes.values():
            process.close()


def unet(setting, peers, arguments):
    with standing(setting, peers, setting.sd2) as processes:
        for size in arguments.sizes:
            yield in_turn(Measurement("unet", size), processes, ["unet", size, size], arguments.rounds)
        yield in_turn(Measurement("conditioning", None), processes, ["conditioning"], arguments.rounds)


def decode(setting, peers, arguments):
    with standing(setting, peers, setting.sd2) as processes:
        for size in arguments.sizes:
            yield in_turn(Measurement("decode", size), processes, ["decode", size, size], arguments.rounds)


def text(setting, peers, arguments):
    with standing(setting, peers, setting.sd2) as processes:
        yield in_turn(Measurement("text", None), processes, ["text"], arguments.rounds)


def clip(setting, peers, arguments):
    with standing(setting, peers, setting.sd2) as processes:
        for count in [1, 16]:
            yield in_turn(Measurement(f"clip {count}", None), processes, ["clip", count], arguments.rounds)


TASKS = {"unet": unet, "decode": decode, "text": text, "clip": clip}
