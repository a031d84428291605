"""Jobs, by the contract: submit, follow, read, cancel, erase; across clients that leave and servers that die."""

import base64
import pathlib
import signal
import subprocess
import time

import pytest

from events import events
from images import base64_text, png
from server import WEIGHTS

JOBS = "/v1/jobs"
QUICK = {"prompt": "a watercolor painting of a fox", "size": "64x64", "steps": 2, "seed": 7, "scorers": ["clip"]}
LONG = {"prompt": "a fox", "size": "256x256", "steps": 150, "n": 2, "scorers": []}
SECRET = "a very private fox of the Rue de l'Abreuvoir"


def submit(server, kind="generation", headers=None, **request) -> dict:
    response = server.post(JOBS, json={"kind": kind, "request": request or QUICK}, headers=headers)
    assert response.status_code == 202, response.text
    job = response.json()
    assert response.headers["Location"] == f"{JOBS}/{job['id']}"
    return job


def job(server, identifier) -> dict:
    return server.get(f"{JOBS}/{identifier}").json()


def ended(server, identifier, seconds=60) -> dict:
    deadline = time.monotonic() + seconds
    while (found := job(server, identifier))["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, found
    return found


def follow(server, identifier, last=None):
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    response = server.session.get(f"{server.url}{JOBS}/{identifier}/events", headers=headers, stream=True, timeout=30)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    return events(response)


def test_a_job_is_the_call_that_waits(server):
    found = ended(server, submit(server)["id"])
    assert (found["state"], found["kind"], found["kept"], found["images"]) == ("succeeded", "generation", True, 1)
    assert found["request"] == QUICK and found["created_at"] <= found["started_at"] <= found["finished_at"]
    waited = server.generate(**QUICK)
    (picture,) = found["result"]["data"]
    raw = server.get(picture["url"])
    assert raw.headers["Content-Type"] == "image/png"
    assert raw.content == base64.b64decode(waited["data"][0]["b64_json"])
    assert picture["scores"] == waited["data"][0]["scores"] and picture["seed"] == 7
    assert server.get(f"{JOBS}/{found['id']}/images/1").status_code == 404


def test_a_job_saves_work_as_the_call_does(server):
    request = QUICK | {"steps": 4, "guidance_interval": [0.25, 0.75], "deep_cache_interval": 2}
    found = ended(server, submit(server, **request)["id"])
    assert (found["result"]["guidance_interval"], found["result"]["deep_cache_interval"]) == ([0.25, 0.75], 2)
    raw = server.get(found["result"]["data"][0]["url"]).content
    assert raw == base64.b64decode(server.generate(**request)["data"][0]["b64_json"])


@pytest.mark.parametrize(("kind", "request_", "key"), [
    ("gan", {"size": "64x64", "seed": 1}, "data"), ("scores", {"image": base64_text(png(20, 20))}, "data"),
    ("centroids", {"name": "by-job", "k": 2, "texts": ["a", "b", "c"]}, "sizes"),
    ("evaluation", {"prompts": ["a fox"], "systems": [{"name": "one", "size": "64x64", "steps": 1}], "metrics": []}, "systems"),
])
def test_every_kind_is_a_job(server, kind, request_, key):
    found = ended(server, submit(server, kind, **request_)["id"])
    assert found["state"] == "succeeded", found
    assert key in found["result"]
    if kind == "centroids":
        assert server.delete("/v1/centroids/by-job").status_code == 204


def test_events_come_in_order_and_once(server):
    identifier = submit(server, **{**QUICK, "steps": 20, "size": "128x128"})["id"]
    seen = list(follow(server, identifier))
    assert seen[0].name == "queued" and seen[-1].name == "succeeded"
    assert [event.id for event in seen] == sorted({event.id for event in seen})
    steps = [event.data["step"] for event in seen if event.name == "progress"]
    assert steps == list(range(1, 21))
    assert all(event.data["total"] == 20 for event in seen if event.name == "progress")


def test_a_client_that_comes_back_misses_nothing(server):
    identifier = submit(server, **{**QUICK, "steps": 60, "size": "128x128"})["id"]
    seen = []
    for event in follow(server, identifier):
        seen.append(event)
        if event.name == "progress" and event.data["step"] == 5:
            break
    seen += follow(server, identifier, seen[-1].id)
    steps = [event.data["step"] for event in seen if event.name == "progress"]
    assert steps == list(range(1, 61))
    assert [event.name for event in seen].count("succeeded") == 1
    assert list(follow(server, identifier, seen[-1].id)) == []
    assert [event.name for event in follow(server, identifier)] == ["succeeded"]


def test_cancels_what_runs_within_a_step_and_what_waits_at_once(server):
    running, waiting = submit(server, **LONG), submit(server, **LONG)
    follower = follow(server, running["id"])
    next(event for event in follower if event.name == "progress")
    assert job(server, waiting["id"])["position"] >= 0
    assert server.delete(f"{JOBS}/{waiting['id']}").status_code == 202
    assert ended(server, waiting["id"])["state"] == "cancelled"
    assert server.delete(f"{JOBS}/{running['id']}").status_code == 202
    assert list(follower)[-1].name == "cancelled"
    found = ended(server, running["id"])
    assert (found["state"], found["error"]["code"]) == ("cancelled", "cancelled")
    server.generate()


def test_what_ended_is_erased_with_its_prompt_and_pictures(start):
    server = start()
    identifier = submit(server, **{**QUICK, "prompt": SECRET})["id"]
    ended(server, identifier)

    def holds(text: bytes) -> bool:
        return any(text in path.read_bytes() for path in pathlib.Path(server.data).rglob("*") if path.is_file())

    picture = server.get(f"{JOBS}/{identifier}/images/0").content
    assert holds(SECRET.encode()) and holds(picture[100:400])
    assert server.delete(f"{JOBS}/{identifier}").status_code == 204
    assert not holds(SECRET.encode()) and not holds(picture[100:400])
    for path in ("", "/events", "/images/0"):
        assert server.get(f"{JOBS}/{identifier}{path}").status_code == 404
    assert server.delete(f"{JOBS}/{identifier}").status_code == 404


def test_lists_the_last_first_page_by_page(start):
    server = start()
    ids = [submit(server, "gan", size="64x64")["id"] for _ in range(5)]
    for identifier in ids:
        ended(server, identifier)
    first = server.get(JOBS + "?limit=2").json()
    assert [each["id"] for each in first["data"]] == ids[:2:-1] and first["has_more"]
    rest = server.get(f"{JOBS}?limit=3&after={ids[3]}").json()
    assert [each["id"] for each in rest["data"]] == ids[2::-1] and not rest["has_more"]
    for query in ("limit=0", "limit=101", "limit=x"):
        assert server.get(f"{JOBS}?{query}").status_code == 400
    assert server.get(f"{JOBS}?after=x").status_code == 404


def test_prefers(server):
    path, headers = "/v1/images/generations", {"Prefer": "respond-async"}
    response = server.post(path, json=QUICK, headers=headers)
    assert response.status_code == 202 and response.headers["Preference-Applied"] == "respond-async"
    assert ended(server, response.json()["id"])["state"] == "succeeded"
    response = server.post(path, json=QUICK, headers={"Prefer": "wait=60"})
    assert response.status_code == 200 and response.headers["Preference-Applied"] == "wait=60"
    assert response.json()["data"][0]["b64_json"]
    response = server.post(path, json=LONG, headers={"Prefer": "wait=1"})
    assert response.status_code == 202
    assert server.delete(response.headers["Location"]).status_code == 202
    raw = server.post("/v1/scores?scorers=clip", data=png(9, 9), headers={**headers, "Content-Type": "image/png"})
    assert ended(server, raw.json()["id"])["result"]["data"][0]["width"] == 9


def test_a_key_makes_one_job_of_what_is_repeated(server):
    path, headers = "/v1/images/generations", {"Idempotency-Key": "fox-1"}
    fields = {key: value for key, value in QUICK.items() if key != "seed"}
    first, second = (server.post(path, json=fields, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.headers["Content-Location"] == second.headers["Content-Location"]
    other = server.post(path, json={**fields, "n": 2}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    jobs = {submit(server, headers={"Idempotency-Key": "fox-2"})["id"] for _ in range(3)}
    assert len(jobs) == 1
    long = submit(server, headers={"Idempotency-Key": "fox-3"}, **LONG)
    assert submit(server, headers={"Idempotency-Key": "fox-3"}, **LONG)["id"] == long["id"]
    server.delete(f"{JOBS}/{long['id']}")
    for key in ("", "x" * 256):
        assert server.post(path, json=QUICK, headers={"Idempotency-Key": key}).status_code == 400


@pytest.mark.parametrize(("body", "status", "code", "pointer"), [
    ({}, 400, "missing_field", "/kind"), ({"kind": "fox", "request": {}}, 400, "unsupported_value", "/kind"),
    ({"kind": "generation"}, 400, "missing_field", "/request"), ({"kind": "gan", "request": 1}, 400, "wrong_type", "/request"),
    ({"kind": "generation", "request": {}}, 400, "missing_field", "/request/prompt"),
    ({"kind": "generation", "request": {**QUICK, "steps": 0}}, 400, "out_of_range", "/request/steps"),
    ({"kind": "scores", "request": {"image": "http://127.0.0.1/x.png"}}, 400, "invalid_image", "/request/image"),
    ({"kind": "gan", "request": {}, "when": 1}, 400, "unknown_field", "/when"),
])
def test_says_what_is_wrong_with_a_job(server, body, status, code, pointer):
    response = server.post(JOBS, json=body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("identifier", ["x", "0" * 32, "..%2f..%2fetc%2fpasswd", "%00", "'; DROP TABLE job;--", "F" * 32])
def test_unknown_ids_are_not_found(server, identifier):
    for method, path in [("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/images/0")]:
        assert server.request(method, f"{JOBS}/{identifier}{path}").status_code in (400, 404)


def test_a_server_that_was_killed_loses_no_job(start):
    server = start()
    done = ended(server, submit(server)["id"])
    picture = server.get(f"{JOBS}/{done['id']}/images/0").content
    running, waiting = submit(server, **{**LONG, "steps": 20, "n": 1}), submit(server)
    next(event for event in follow(server, running["id"]) if event.name == "progress")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    again = start(data=server.data)
    assert again.get(f"{JOBS}/{done['id']}/images/0").content == picture
    assert job(again, done["id"])["result"] == done["result"]
    taken_up = ended(again, running["id"])
    assert (taken_up["state"], taken_up["attempt"]) == ("succeeded", 2)
    assert ended(again, waiting["id"])["state"] == "succeeded"


def test_a_server_that_stops_leaves_waiting_jobs_to_the_next(start):
    server = start()
    running, waiting = submit(server, **{**LONG, "steps": 40, "n": 1}), submit(server)
    next(event for event in follow(server, running["id"]) if event.name == "progress")
    server.terminate()
    assert server.wait() == 0
    again = start(data=server.data)
    for identifier in (running["id"], waiting["id"]):
        assert ended(again, identifier)["state"] == "succeeded"


def test_two_servers_do_not_share_a_folder(start):
    server = start()
    with subprocess.Popen([*server.command, "--weights", WEIGHTS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as second:
        assert second.wait(30) == 1
        assert server.data in second.stderr.read()


def test_a_job_that_runs_too_long_fails(start):
    server = start("--job-seconds", "1")
    response = server.session.post(server.url + "/v1/images/generations", json=LONG)
    assert (response.status_code, response.json()["code"]) == (504, "deadline_exceeded")
    assert response.headers["x-should-retry"] == "false"
    found = ended(server, submit(server, **LONG)["id"])
    assert (found["state"], found["error"]["code"]) == ("failed", "deadline_exceeded")


def test_what_is_too_old_or_too_much_is_forgotten(start):
    server = start("--keep-count", "2")
    first = submit(server, "gan", size="64x64")["id"]
    deadline = time.monotonic() + 60
    while server.get(f"{JOBS}/{first}").status_code == 200:  # it is looked for once a second, when a job ends
        last = submit(server, "gan", size="64x64")["id"]
        ended(server, last)
        assert time.monotonic() < deadline, "nothing is forgotten"
    assert server.get(f"{JOBS}/{last}").status_code == 200


def test_a_client_that_leaves_cancels_what_it_waited_for(server):
    with server.session.__class__() as session:
        try:
            session.post(server.url + "/v1/images/generations", json=LONG, timeout=2)
        except Exception:  # noqa: BLE001 - whatever the library calls it
            pass
    deadline = time.monotonic() + 20
    while any(not each["kept"] for each in server.get(JOBS).json()["data"]):
        assert time.monotonic() < deadline, "the job goes on"
    server.generate()


def test_what_has_succeeded_has_its_pictures(server):
    """However soon one looks: the state and what came of it are of one moment."""
    for _ in range(20):
        identifier = submit(server, "gan", size="64x64")["id"]
        while True:
            listed = next(each for each in server.get(JOBS + "?limit=5").json()["data"] if each["id"] == identifier)
            found = job(server, identifier)
            assert listed["images"] == (1 if listed["state"] == "succeeded" else 0)
            if found["state"] == "succeeded":
                assert found["images"] == 1 and found["result"]["data"][0]["url"]
                break
