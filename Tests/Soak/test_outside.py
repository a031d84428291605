"""Watched by strace: names open nothing outside the server's own folders, and no picture's URL is ever connected to."""

import pathlib
import re
import subprocess
import tempfile

from images import base64_text, png
from paths import VECTORS
from server import WEIGHTS, Server
from test_paths import FIELDS

URLS = ["http://127.0.0.1:1/a.png", "https://example.com/a.png", "file:///etc/passwd", "ftp://127.0.0.1/a", "//127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data", "data:text/html;base64,PGI+", "data:image/png,abc", "gopher://127.0.0.1/", "s3://a/b"]
ALLOWED = (str(pathlib.Path(WEIGHTS).resolve()), "/proc/", "/sys/", "/etc/localtime", "/usr/share/zoneinfo", "/lib", "/usr/lib", "/dev/")


class Traced(Server):
    """A server whose opens and connects are written down."""

    def start(self):
        self.trace = tempfile.mktemp(prefix="liminal-trace-")
        self.command = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,connect", "-o", self.trace, *self.command]
        return super().start()

    def terminate(self) -> None:
        subprocess.run(["pkill", "-TERM", "-P", str(self.process.pid)], check=True)  # strace passes no signal on


def test_nothing_outside_is_opened_or_called(contract, say):
    with Traced(contract=contract) as server:
        before = len(pathlib.Path(server.trace).read_text().splitlines())
        sent = 0
        for field, request in FIELDS.items():
            for name in VECTORS:
                if name != "emoji":
                    path, body = request(name)
                    server.session.post(server.url + path, json=body)
                    sent += 1
        for url in URLS:
            server.session.post(server.url + "/v1/scores", json={"image": url})
            server.session.post(server.url + "/v1/images/generations", json={"prompt": "a", "image": url})
            server.session.post(server.url + "/v1/images/generations", json={
                "prompt": "a", "image": base64_text(png(64, 64)), "mask": url})
            sent += 3
        lines = pathlib.Path(server.trace).read_text().splitlines()[before:]
        data = str(pathlib.Path(server.data).resolve())
    opened = [match.group(1) for line in lines if (match := re.search(r'open(?:at2?)?\([^"]*"([^"]*)"', line)) and " = -1" not in line]
    outside = [path for path in opened if not path.startswith(ALLOWED + (data,)) and path.startswith("/")]
    connects = [line for line in lines if "connect(" in line]
    say(f"{sent} requests with {len(VECTORS)} paths and {len(URLS)} URLs: {len(opened)} opens, {len(outside)} outside, "
        f"{len(connects)} connects")
    assert outside == [] and connects == []
