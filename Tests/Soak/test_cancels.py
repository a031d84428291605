"""Cancelling at any moment: at once or within a step, one final state, and the slot is free."""

import random
import statistics
import time

from events import events

JOBS = "/v1/jobs"
FINAL = ("succeeded", "failed", "cancelled")
ROUNDS = 200


def drawing(steps: int) -> dict:
    return {"kind": "generation", "request": {"prompt": "a fox", "size": "64x64", "steps": steps, "scorers": []}}


def step_seconds(server) -> float:
    began = time.monotonic()
    server.generate(steps=40)
    return (time.monotonic() - began) / 40


def ended(server, identifier) -> tuple[dict, float]:
    """The job once it has ended, and how long that took."""
    began = time.monotonic()
    response = server.session.get(f"{server.url}{JOBS}/{identifier}/events", stream=True, timeout=60)
    finals = [event for event in events(response) if event.name in FINAL]
    seconds = time.monotonic() - began
    assert len(finals) == 1, finals
    job = server.get(f"{JOBS}/{identifier}").json()
    assert job["state"] == finals[0].name
    return job, seconds


def test_two_hundred_cancels_end_in_one_state_and_free_their_slot(start, say):
    server = start()
    chance = random.Random(5)
    step, waits, states = step_seconds(server), [], {}
    for number in range(ROUNDS):
        ahead = [server.post(JOBS, json=drawing(20)).json()["id"] for _ in range(chance.randint(0, 2))]
        steps = chance.randint(1, 12)
        job = server.post(JOBS, json=drawing(steps)).json()["id"]
        time.sleep(chance.uniform(0, 1.2 * step * (steps + 20 * len(ahead))))  # any moment of its life
        began = time.monotonic()
        answer = server.delete(f"{JOBS}/{job}")
        if answer.status_code == 202:
            found, _ = ended(server, job)
            waits.append(time.monotonic() - began)
            states[found["state"]] = states.get(found["state"], 0) + 1
        else:
            assert answer.status_code == 204  # it had ended, and is erased
            states["erased"] = states.get("erased", 0) + 1
        for other in ahead:
            server.delete(f"{JOBS}/{other}")
        for other in ahead:
            if server.get(f"{JOBS}/{other}").status_code == 200:
                ended(server, other)
    assert [job for job in server.get(JOBS).json()["data"] if job["state"] not in FINAL] == []
    server.generate()
    waits.sort()
    say(f"{ROUNDS} cancels: {states}; a step takes {step * 1000:.0f} ms; to the end: median "
        f"{statistics.median(waits) * 1000:.0f} ms, largest {waits[-1] * 1000:.0f} ms")
    assert waits[-1] <= step * 3 + 0.1 + 0.25  # a step may take thrice its mean on a shared machine; two round trips
