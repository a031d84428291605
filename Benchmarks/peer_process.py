"""A peer in a process of its own, so that its memory is its own and the runs of several can take turns."""

import contextlib
import json
import pathlib
import subprocess


class PeerFailure(Exception):
    """A peer that cannot do what it was asked to."""


class Unsupported(PeerFailure):
    """A peer that has no such thing."""


class PeerProcess:
    def __init__(self, name: str, command: list, log: pathlib.Path):
        self.name = name
        self.log = log
        with open(log, "a") as errors:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)

    def ask(self, *words) -> dict:
        """The answer to one command, which takes as long as it takes."""
        with contextlib.suppress(BrokenPipeError):  # its answer, which is none, says as much
            self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise PeerFailure(f"{self.name} ended with {self.process.wait()}: see {self.log}")
        answer = json.loads(line)
        if "unsupported" in answer:
            raise Unsupported(f"{self.name} has no {answer['unsupported']}")
        if "error" in answer:
            raise PeerFailure(f"{self.name}, {' '.join(map(str, words))}: {answer['error']}")
        return answer

    def peak_mebibytes(self) -> float:
        """The most memory that it held so far, with the pages of mapped files."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        raise PeerFailure(f"{self.name} tells nothing of its memory")

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
