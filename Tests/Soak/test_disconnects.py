"""Clients that go at any moment: their jobs end within a step and a second, and nothing is left behind."""

import os
import random
import socket
import time

ROUNDS = 100


def request(server, steps: int) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    body = b'{"prompt": "a fox", "size": "64x64", "steps": %d, "scorers": []}' % steps
    connection = socket.create_connection((host, int(port)))
    connection.sendall(b"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                       b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    return connection


def waiting(server) -> list:
    return [job for job in server.get("/v1/jobs").json()["data"] if not job["kept"]]


def descriptors(server) -> int:
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def test_a_hundred_disconnects_free_their_slots(start, say):
    server = start()
    chance, slowest = random.Random(7), 0.0
    began = time.monotonic()
    server.generate(steps=40)
    step = (time.monotonic() - began) / 40
    before = descriptors(server)
    for _ in range(ROUNDS):
        connections = [request(server, 150) for _ in range(chance.randint(1, 3))]
        time.sleep(chance.uniform(0, 0.3))  # any moment
        for connection in connections:
            connection.close()
        began = time.monotonic()
        while waiting(server):
            assert time.monotonic() - began < 20, "a job goes on without its client"
        slowest = max(slowest, time.monotonic() - began)
    deadline = time.monotonic() + 20
    while descriptors(server) > before:
        assert time.monotonic() < deadline, f"{descriptors(server)} descriptors, {before} before"
    server.generate()
    say(f"{ROUNDS} rounds of disconnects: all freed, the slowest in {slowest * 1000:.0f} ms; a step takes {step * 1000:.0f} ms")
    assert slowest <= step * 3 + 1


def test_jobs_go_on_without_their_client(start):
    server = start()
    job = server.post("/v1/jobs", json={"kind": "generation", "request": {
        "prompt": "a fox", "size": "64x64", "steps": 30, "scorers": []}}).json()["id"]
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as follower:
        follower.sendall(f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        follower.recv(100)
    deadline = time.monotonic() + 60
    while (state := server.get(f"/v1/jobs/{job}").json()["state"]) in ("queued", "running"):
        assert time.monotonic() < deadline
    assert state == "succeeded"
