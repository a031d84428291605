"""`/metrics` as Prometheus reads it."""

import os

import pytest
from prometheus_client.parser import text_string_to_metric_families

from images import png

BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, float("inf")]


@pytest.fixture
def own(start):
    """A server whose counts are this test's."""
    return start("--queue-length", "2")


def families(server) -> list:
    response = server.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = list(text_string_to_metric_families(response.text))
    assert response.text.endswith("\n") and len(found) == response.text.count("# TYPE ")
    return found


def value(server, name: str, **labels) -> float:
    """A sample's value; 0 where there is none yet."""
    for family in families(server):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return 0


def test_every_family_has_its_type_and_its_help(server):
    found = families(server)
    # This parser leaves `_total` out of a counter's name, so that there are two of `liminal_jobs`.
    assert sorted(family.type for family in found if family.name == "liminal_jobs") == ["counter", "gauge"]
    assert {family.name: family.type for family in found if family.name != "liminal_jobs"} == {
        "liminal_http_requests": "counter", "liminal_http_request_duration_seconds": "histogram", "liminal_queue_depth": "gauge", "liminal_queue_wait_seconds": "histogram", "liminal_job_duration_seconds": "histogram",
        "liminal_denoise_step_seconds": "histogram", "liminal_score_duration_seconds": "histogram", "liminal_rejected": "counter",
        "liminal_nonfinite": "counter", "liminal_model_loaded": "gauge", "liminal_model_load_seconds": "gauge",
        "process_resident_memory_bytes": "gauge", "process_open_fds": "gauge", "process_cpu_seconds": "counter",
        "process_start_time_seconds": "gauge", "liminal_build_info": "gauge",
    }
    assert all(family.documentation for family in found)


def test_counts_what_was_asked_and_done(own, contract):
    own.generate(size="64x64", steps=3)
    own.generate(size="72x64", steps=2, n=2, scorers=["clip", "clip-score", {"name": "secret", "terms": [{"scorer": "clip", "weight": 1}]}])
    own.post("/v1/scores?scorers=gan", data=png(64, 64))
    own.post("/v1/gan/images", json={"size": "64x64", "scorers": []})
    assert own.get("/v1/models/none-such").status_code == 404
    own.session.request("BREW", own.url + "/nowhere")
    # The warm-up is a job as well: one step of 64 pixels.
    assert value(own, "liminal_jobs_total", kind="generation", outcome="succeeded") == 3
    assert value(own, "liminal_jobs_total", kind="gan", outcome="succeeded") == 1
    assert value(own, "liminal_denoise_step_seconds_count", size="64x64") == 1 + 3
    assert value(own, "liminal_denoise_step_seconds_count", size="128x128") == 2 * 2
    assert value(own, "liminal_job_duration_seconds_count", kind="generation", size="128x128") == 1
    assert value(own, "liminal_job_duration_seconds_count", kind="scores", size="") == 1
    assert value(own, "liminal_job_duration_seconds_sum", kind="generation", size="64x64") > 0
    for scorer in ("clip-score", "composite", "gan"):
        assert value(own, "liminal_score_duration_seconds_count", scorer=scorer) == 1
    assert value(own, "liminal_queue_wait_seconds_count") == 5
    assert value(own, "liminal_http_requests_total", route="/v1/images/generations", method="POST", code="200") == 2
    assert value(own, "liminal_http_requests_total", route="/v1/models/{model}", method="GET", code="404") == 1
    assert value(own, "liminal_http_requests_total", route="none", method="other", code="404") == 1
    assert value(own, "liminal_http_request_duration_seconds_count", route="/v1/images/generations") == 2
    assert value(own, "liminal_build_info", version=contract.document["info"]["version"]) == 1
    assert value(own, "liminal_model_loaded", model="emoji") == 1
    assert value(own, "liminal_model_load_seconds") > 0


def test_counts_what_was_refused_and_waits(own):
    long = {"kind": "generation", "request": {"prompt": "a fox", "size": "256x256", "steps": 150, "scorers": []}}
    jobs = [own.post("/v1/jobs", json=long).json()["id"] for _ in range(2)]
    refused = own.post("/v1/jobs", json=long)
    assert refused.status_code == 429
    # Two of 256 px and 150 steps: more than the warm-up's minute at its rate, and no more than the SDKs wait.
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert value(own, "liminal_rejected_total", reason="queue_full") == 1
    assert value(own, "liminal_jobs", state="queued") + value(own, "liminal_jobs", state="running") == 2
    assert value(own, "liminal_queue_depth") in (1, 2)
    for job in jobs:
        own.delete(f"/v1/jobs/{job}")
    while value(own, "liminal_jobs", state="queued") + value(own, "liminal_jobs", state="running"):
        pass
    assert value(own, "liminal_jobs_total", kind="generation", outcome="cancelled") == 2


def test_histograms_are_cumulative(server):
    server.generate()
    for family in families(server):
        if family.type != "histogram":
            continue
        series = {}
        for sample in family.samples:
            labels = {name: text for name, text in sample.labels.items() if name != "le"}
            series.setdefault(tuple(sorted(labels.items())), []).append(sample)
        for samples in series.values():
            buckets = [sample for sample in samples if sample.name.endswith("_bucket")]
            assert [float(sample.labels["le"]) for sample in buckets] == BUCKETS
            counts = [sample.value for sample in buckets]
            assert counts == sorted(counts)
            (count,) = [sample.value for sample in samples if sample.name.endswith("_count")]
            assert counts[-1] == count > 0


def test_knows_its_process(server):
    resident = value(server, "process_resident_memory_bytes")
    assert abs(resident - server.resident_bytes()) < 64 << 20
    assert abs(value(server, "process_open_fds") - len(os.listdir(f"/proc/{server.process.pid}/fd"))) <= 8
    before = value(server, "process_cpu_seconds_total")
    server.generate()
    assert value(server, "process_cpu_seconds_total") > before > 0
    started = value(server, "process_start_time_seconds")
    assert abs(started - os.stat(f"/proc/{server.process.pid}").st_mtime) < 60


def test_labels_stay_few_whatever_clients_send(own):
    def series() -> int:
        return sum(len(family.samples) for family in families(own))

    def ask(number: int) -> None:
        own.get(f"/v1/models/m{number}")
        own.get(f"/nowhere/{number}")
        own.session.request(f"VERB{number}", own.url + "/v1/jobs")
        own.post("/v1/gan/images", json={"size": "64x64", "seed": number, "scorers": [
            {"name": f"s{number}", "terms": [{"scorer": "clip", "weight": 1}]}]})

    ask(0)
    series()  # which is a route as well
    before = series()
    for number in range(1, 6):
        ask(number)
    assert series() == before
