"""Models, health, ids and methods."""

import pytest


def test_lists_and_retrieves_models(server):
    models = server.get("/v1/models").json()["data"]
    assert {model["kind"] for model in models} == {"pipeline", "clip", "gan"}
    for model in models:
        assert server.get(f"/v1/models/{model['id']}").json()["id"] == model["id"]


def test_lists_prompts_and_styles(server):
    catalogues = {entry["id"]: entry for entry in server.get("/v1/catalogues").json()["data"]}
    assert len(catalogues["training"]["prompts"]) == 25
    assert len(catalogues["comparison"]["prompts"]) == 27
    assert len(catalogues["wikiart-27"]["labels"]) == 27
    assert len(catalogues["emoji"]["labels"]) == 12


def test_lives_and_is_ready(server):
    assert server.get("/livez").json() == {"status": "ok"}
    assert server.get("/readyz").json() == {"status": "ready"}


def test_keeps_the_clients_request_id(server):
    assert server.get("/livez", headers={"X-Request-Id": "fox-1"}).headers["x-request-id"] == "fox-1"


@pytest.mark.parametrize("id", ["", "a b", "x" * 129, "<script>"])
def test_replaces_ids_that_do_not_fit(server, id):
    assert server.get("/livez", headers={"X-Request-Id": id}).headers["x-request-id"] != id


def test_ids_differ(server):
    assert len({server.get("/livez").headers["x-request-id"] for _ in range(10)}) == 10


def test_answers_head_and_options(server):
    head = server.request("HEAD", "/livez")
    assert (head.status_code, head.content) == (200, b"")
    options = server.request("OPTIONS", "/v1/scores")
    assert "POST" in options.headers["Allow"]
