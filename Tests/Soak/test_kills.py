"""`kill -9` at any moment: what was accepted is there after a restart, finished, queued again, or failed with a reason."""

import random
import signal
import threading
import time

import requests

ROUNDS = 20
FINAL = ("succeeded", "failed", "cancelled")


def submit_until_it_dies(url: str, accepted: list, stop: threading.Event) -> None:
    chance = random.Random(len(accepted))
    session = requests.Session()
    while not stop.is_set():
        body = {"kind": "generation", "request": {
            "prompt": "a fox", "size": "64x64", "steps": chance.randint(1, 6), "scorers": []}}
        try:
            response = session.post(url + "/v1/jobs", json=body, timeout=10)
        except requests.RequestException:
            return  # it died with the request in hand: nothing was promised
        if response.status_code == 202:
            accepted.append(response.json()["id"])
        else:
            assert response.status_code == 429, response.text
            time.sleep(0.05)  # the queue is full, as it should be by now


def test_twenty_kills_lose_nothing(start, say):
    chance, accepted, data = random.Random(11), [], None
    for number in range(ROUNDS):
        server = start(data=data)
        data = server.data
        stop = threading.Event()
        thread = threading.Thread(target=submit_until_it_dies, args=(server.url, accepted, stop))
        thread.start()
        time.sleep(chance.uniform(0.05, 1.0))  # any moment
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        stop.set()
        thread.join()
    server = start(data=data)
    states, deadline = {}, time.monotonic() + 600
    for identifier in accepted:
        while True:
            response = server.get(f"/v1/jobs/{identifier}")
            assert response.status_code == 200, f"job {identifier} is lost"
            job = response.json()
            if job["state"] in FINAL:
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)
        states[job["state"]] = states.get(job["state"], 0) + 1
        if job["state"] == "succeeded":
            assert server.get(f"/v1/jobs/{identifier}/images/0").content.startswith(b"\x89PNG")
        else:
            assert job["error"]["code"] and job["error"]["detail"], job
    say(f"{ROUNDS} kills, {len(accepted)} accepted jobs: {states}, none lost")
    assert sum(states.values()) == len(accepted) > ROUNDS
