"""More than fits, all at once: what is accepted is finished, the rest is turned away at once, and memory stays."""

import http.client
import json
import threading
import time

SUBMISSIONS, CONNECTIONS, QUEUE = 2000, 100, 64
BODY = json.dumps({"kind": "generation", "request": {"prompt": "a fox", "size": "64x64", "steps": 1, "scorers": []}})


def submit(port: int, count: int, answers: list) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(count):
        began = time.monotonic()
        connection.request("POST", "/v1/jobs", BODY, {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = json.loads(response.read())
        answers.append((response.status, time.monotonic() - began, response.getheader("Retry-After"), body.get("id")))


def test_a_burst(start, say):
    server = start("--queue-length", str(QUEUE))
    port = int(server.url.rsplit(":", 1)[1])
    warm = []
    submit(port, QUEUE, warm)  # the heap of a full queue
    for _, _, _, identifier in warm:
        while server.get(f"/v1/jobs/{identifier}").json()["state"] in ("queued", "running"):
            time.sleep(0.02)
    before, answers = server.resident_bytes(), []
    threads = [threading.Thread(target=submit, args=(port, SUBMISSIONS // CONNECTIONS, answers)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [identifier for status, _, _, identifier in answers if status == 202]
    refused = [(seconds, int(after)) for status, seconds, after, _ in answers if status == 429]
    assert len(accepted) + len(refused) == SUBMISSIONS, {status for status, *_ in answers}
    assert all(1 <= after <= 120 for _, after in refused)
    deadline = time.monotonic() + 300
    for identifier in accepted:
        while (job := server.get(f"/v1/jobs/{identifier}").json())["state"] in ("queued", "running"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert job["state"] == "succeeded", job
    growth = (server.resident_bytes() - before) / 2**20
    latencies = sorted(seconds for seconds, _ in refused)
    p50, p99 = latencies[len(latencies) // 2], latencies[int(0.99 * len(latencies))]
    say(f"{SUBMISSIONS} submissions over {CONNECTIONS} connections, queue {QUEUE}: {len(accepted)} accepted and finished, "
        f"{len(refused)} refused, p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, memory {growth:+.1f} MiB")
    assert growth <= 64
