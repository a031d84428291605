"""The built binary as a child process."""

import os
import pathlib
import signal
import subprocess
import tempfile
import time

import requests

from contract import Contract

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LIMINAL_BINARY", str(ROOT / ".build/release/liminal"))
WEIGHTS = os.environ.get("LIMINAL_TEST_WEIGHTS", str(ROOT / "weights"))


class Server:
    """`liminal serve` on a port of the system's choice."""

    def __init__(self, *arguments: str, contract: Contract, weights: str = WEIGHTS, threads: int = 2,
                 data: str | None = None, key: str | None = None, log: pathlib.Path | None = None):
        self.data = data or tempfile.mkdtemp(prefix="liminal-data-")
        self.command = [
            BINARY, "serve", "--port", "0", "--weights", weights, "--data", self.data, "--threads", str(threads),
            *arguments,
        ]
        self.contract = contract
        self.session = requests.Session()
        if key:
            self.session.headers["Authorization"] = f"Bearer {key}"
        self.log = log
        self.process = None
        self.url = ""

    def start(self) -> "Server":
        with open(self.log or os.devnull, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), f"the server did not start: {self.url!r}"
        deadline = time.monotonic() + 60
        while self.session.get(self.url + "/readyz").status_code != 200:
            assert time.monotonic() < deadline, "not ready after a minute"
        return self

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_) -> None:
        self.terminate()
        assert self.wait() == 0

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = 60) -> int:
        return self.process.wait(seconds)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def resident_bytes(self) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def request(self, method: str, path: str, **options) -> requests.Response:
        """Sends a request, and checks the answer against the contract."""
        response = self.session.request(method, self.url + path, timeout=120, **options)
        self.contract.check(method, path, response)
        return response

    def get(self, path: str, **options) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options) -> requests.Response:
        return self.request("POST", path, **options)

    def delete(self, path: str, **options) -> requests.Response:
        return self.request("DELETE", path, **options)

    def generate(self, **fields) -> dict:
        """Draws, at a size and with a number of steps that cost little unless the fields say otherwise."""
        body = {"prompt": "a watercolor painting of a fox", "size": "64x64", "steps": 2, "scorers": [], **fields}
        response = self.post("/v1/images/generations", json=body)
        assert response.status_code == 200, response.text
        return response.json()
