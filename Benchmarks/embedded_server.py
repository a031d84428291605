"""`liminal serve` with the embedded model, asked over HTTP: a peer that takes its turn with the others."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


class EmbeddedServer:
    def __init__(self, binary, weights, threads, precision):
        self.request = {}
        self.data = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--weights", weights, "--threads", str(threads), "--precision", precision,
             "--data", self.data.name],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        while True:
            try:
                urllib.request.urlopen(self.url + "/readyz")
                return
            except urllib.error.HTTPError:
                time.sleep(0.1)

    def ask(self, *_words) -> dict:
        """The seconds from the request to the last byte of the answer."""
        started = time.perf_counter()
        body = json.dumps(self.request).encode()
        request = urllib.request.Request(
            self.url + "/v1/images/generations", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as response:
            response.read()
        return {"seconds": time.perf_counter() - started}

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()
