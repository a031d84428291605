"""Times one K-Means score of a ready embedding over HTTP: Liminal, and FastAPI on uvicorn with the same answer, in turn.

What is measured is the way there and back: the score itself takes microseconds. wrk keeps its connections open and repeats one
`POST /v1/scores`; each round loads every server in turn, with one connection (latency) and with several (requests per second).
The peer has one process, and then as many as Liminal has threads.

    make bench-serving ARGS="--rounds 5 --seconds 5"
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import numpy as np
from safetensors import safe_open

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCORER = "kmeans-image"
PERCENTILES = (50, 90, 99)
# wrk's own report rounds; this prints what it measured, in microseconds.
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open("%s"):read("*a")
function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('\\n{"failed": %%d, "rate": %%f, "50": %%f, "90": %%f, "99": %%f}\\n', failed,
    summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(90), latency:percentile(99)))
end
"""


@contextlib.contextmanager
def running(command, environment=None, url=None):
    """A server's URL, which it prints itself where it is not known, for as long as it is wanted."""
    process = subprocess.Popen(
        command, stdout=None if url else subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
        env={**os.environ, **(environment or {})})
    try:
        url = url or process.stdout.readline().strip()
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(url + "/readyz")
                break
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{command[0]} does not start")
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def peer(centroids, workers):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "serving_peer:app", "--app-dir", str(ROOT / "Benchmarks"), "--port", str(port),
        "--workers", str(workers), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
    ]
    return running(command, {"CENTROIDS": str(centroids), "SCORER": SCORER}, f"http://127.0.0.1:{port}")


def answer(url, body):
    request = urllib.request.Request(url + "/v1/scores", body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def differences(a, b):
    """How far each number is from its fellow; everything else must be the same."""
    if isinstance(a, dict):
        assert list(a) == list(b), f"{list(a)} are not {list(b)}"
        return [difference for name in a for difference in differences(a[name], b[name])]
    if isinstance(a, list):
        assert len(a) == len(b), f"{len(a)} are not {len(b)}"
        return [difference for pair in zip(a, b) for difference in differences(*pair)]
    if isinstance(a, float):
        return [abs(a - b)]
    assert a == b, f"{a} is not {b}"
    return []


def load(url, script, connections, seconds):
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url + "/v1/scores"], check=True,
        capture_output=True, text=True).stdout
    figures = json.loads(output.splitlines()[-1])
    assert figures["failed"] == 0, output
    return figures


def report(results, connections):
    print(f"\n{connections} connection{'s' if connections > 1 else ''}, medians of rounds")
    print(f"{'':12}" + "".join(f"{f'p{p} us':>10}" for p in PERCENTILES) + f"{'requests/s':>12}{'ratio':>8}   (of requests/s)")
    own = [figures["rate"] for figures in results["liminal"]]
    for name, rounds in results.items():
        latencies = "".join(f"{statistics.median(r[str(p)] for r in rounds):10.0f}" for p in PERCENTILES)
        ratios = [mine / figures["rate"] for mine, figures in zip(own, rounds)]
        print(f"{name:12}{latencies}{statistics.median(r['rate'] for r in rounds):12.0f}{statistics.median(ratios):8.2f}"
              f"   ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--liminal", default=str(ROOT / ".build/release/liminal"))
    parser.add_argument("--before", help="another build of liminal, timed as one more peer")
    parser.add_argument("--weights", default=str(ROOT / "weights"))
    parser.add_argument("--centroids", default="emoji-image-5", help=f"what `{SCORER}` is of among the weights")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=int, default=5, help="how long each server is loaded in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    centroids = pathlib.Path(arguments.weights) / "centroids" / f"{arguments.centroids}.safetensors"
    with safe_open(centroids, "numpy") as file:
        width = file.get_slice("centres").get_shape()[1]
    vector = np.random.default_rng(0).standard_normal(width)
    body = json.dumps({"embeddings": [(vector / np.linalg.norm(vector)).tolist()], "scorers": [SCORER]}).encode()

    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "body.json").write_bytes(body)
        (folder / "post.lua").write_text(SCRIPT % (folder / "body.json"))
        builds = {"liminal": arguments.liminal} | ({"before": arguments.before} if arguments.before else {})
        urls = {
            name: stack.enter_context(running([
                binary, "serve", "--port", "0", "--weights", arguments.weights, "--threads", str(arguments.threads), "--data",
                str(folder / name)])) for name, binary in builds.items()}
        for workers in sorted({1, arguments.threads}):
            urls[f"fastapi x{workers}"] = stack.enter_context(peer(centroids, workers))
        answers = {name: answer(url, body) for name, url in urls.items()}
        error = max(max(differences(answers["liminal"], other)) for other in answers.values())
        assert error < 1e-5, f"answers differ by {error}"
        print(f"{platform.machine()}, {os.cpu_count()} CPUs, {len(body)} bytes a request; answers differ by {error:.1e} at most")
        for connections in arguments.connections:
            results = {name: [] for name in urls}
            for number in range(arguments.rounds + 1):
                for name, url in urls.items():
                    figures = load(url, folder / "post.lua", connections, arguments.seconds if number else 1)
                    if number:  # the first round warms all of them up
                        results[name].append(figures)
            report(results, connections)


if __name__ == "__main__":
    main()
