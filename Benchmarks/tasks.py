"""What is measured. Each task yields measurements."""

import contextlib
import dataclasses
import os
import pathlib
import sys
import tempfile

from embedded_server import EmbeddedServer
from measurements import Measurement
from peer_process import PeerFailure, PeerProcess, Unsupported

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = 20
BATCHES = [2, 4, 8, 16]
BATCH_SIZE = 64
THREADS_SIZE = 128


def complain(failure: PeerFailure) -> None:
    if not isinstance(failure, Unsupported):
        print(f"left out: {failure}", file=sys.stderr, flush=True)


def in_turn(measurement: Measurement, processes: dict[str, PeerProcess], command: list, rounds: int) -> Measurement:
    """Asks every peer once to warm up, and then once in every round; a peer that cannot is left out, and said so."""
    able = {}
    for name, process in processes.items():
        try:
            measurement.first[name] = process.ask(*command)["seconds"]
            able[name] = process
        except PeerFailure as failure:
            complain(failure)
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
        own = {peer.name: processes[peer.name] for peer in peers if peer.is_liminal}
        if own:
            yield in_turn(Measurement("conditioning", None), own, ["conditioning"], arguments.rounds)


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


def pictures(kind: str, steps: int, setting, peers, folder, arguments):
    """Whole pictures, each in a new process, since the models of all peers at once would not fit.

    `first` is a picture of one step, which warms up all that one of many steps needs.
    """
    for size in arguments.picture_sizes:
        seconds, memory = Measurement(kind, size), Measurement(f"{kind}: memory", size, unit="MiB")
        for _ in range(arguments.picture_rounds):
            for peer in peers:
                with standing(setting, [peer], folder) as processes:
                    process = processes[peer.name]
                    try:
                        process.ask("load", kind, size, size)
                        first = process.ask(kind, size, size, 1)["seconds"]
                        seconds.note(peer.name, process.ask(kind, size, size, steps)["seconds"])
                        seconds.first.setdefault(peer.name, first)
                        memory.note(peer.name, process.peak_mebibytes())
                    except PeerFailure as failure:
                        complain(failure)
        yield seconds
        yield memory


def picture(setting, peers, arguments):
    yield from pictures("picture", STEPS, setting, peers, setting.sd2, arguments)


def turbo(setting, peers, arguments):
    yield from pictures("turbo", 1, setting, peers, setting.turbo, arguments)


def load(setting, peers, arguments):
    """From the disk's cache to a whole pipeline, in a new process each time; its imports are not counted."""
    size = arguments.sizes[-1]
    seconds, memory = Measurement("load", None), Measurement("load: memory", None, unit="MiB")
    for _ in range(arguments.rounds):
        for peer in peers:
            with standing(setting, [peer], setting.sd2) as processes:
                process = processes[peer.name]
                for path in setting.files(peer, setting.sd2):
                    read_through(path)
                try:
                    seconds.note(peer.name, process.ask("load", "picture", size, size)["seconds"])
                    memory.note(peer.name, process.peak_mebibytes())
                except PeerFailure as failure:
                    complain(failure)
    yield seconds
    yield memory


def read_through(path: pathlib.Path) -> None:
    """Brings a file into the cache."""
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(2**24)
        while file.readinto(buffer):
            pass


def http(setting, peers, arguments):
    """The embedded model's picture as a client gets it; its peers only draw the pixels."""
    prompt, scale = "a red fox", 2
    folder, binary = ROOT / "weights/diffusion/emoji", setting.liminal.with_name("liminal")
    with contextlib.ExitStack() as stack:
        servers = {}
        for peer in peers:
            if peer.is_liminal:
                server = EmbeddedServer(binary, ROOT / "weights", setting.threads, peer.precision)
                servers[peer.name] = stack.enter_context(contextlib.closing(server))
        able = [peer for peer in peers if peer.script == "peer_pytorch.py"]
        processes = stack.enter_context(standing(setting, able, folder))
        pixels = stack.enter_context(tempfile.NamedTemporaryFile())
        for size in arguments.sizes:
            for server in servers.values():
                server.request = {
                    "prompt": prompt, "size": f"{size}x{size}", "steps": STEPS, "guidance_scale": scale, "eta": 0,
                    "scheduler": "ddim", "seed": 1, "scorers": []}
            command = ["draw", size, size, STEPS, scale, 1, pixels.name, prompt]
            yield in_turn(Measurement("http", size), servers | processes, command, arguments.rounds)


def batch(setting, peers, arguments):
    with standing(setting, peers, setting.sd2) as processes:
        for count in BATCHES:
            size = BATCH_SIZE
            yield in_turn(Measurement(f"batch {count}", size), processes, ["unet", size, size, count], arguments.rounds)


def threads(setting, peers, arguments):
    size, most = THREADS_SIZE, os.cpu_count() or 1
    for count in sorted({1, 2, 4, 8, 16, 32, most} & set(range(1, most + 1))):
        with standing(dataclasses.replace(setting, threads=count), peers, setting.sd2) as processes:
            yield in_turn(Measurement(f"threads {count}", size), processes, ["unet", size, size], arguments.rounds)


TASKS = {
    "unet": unet, "decode": decode, "text": text, "clip": clip, "picture": picture, "turbo": turbo, "load": load,
    "http": http, "batch": batch, "threads": threads,
}
