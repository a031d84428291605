"""Keys, and who sees what with them; pages of other origins; the rate limit; and what the log does not hold."""

import base64
import http.client
import json
import re
import socket
import subprocess
import time

import pytest

from images import png
from server import BINARY, WEIGHTS, Server

ANN, BOB, PLAIN, NEXT = "ann-0123456789abcdef", "bob-0123456789abcdef", "plain-0123456789abcdef", "ann-next-0123456789"
KEYS = f"# who may\nann:{ANN}\nbob: {BOB}\n\n{PLAIN}  # nobody's in particular\nann:{NEXT}\n"
METHODS = ("get", "post", "put", "delete", "patch")
PARAMETERS = {"id": "0" * 32, "index": "0", "file": "table.csv", "model": "emoji", "name": "emoji-text-5"}


def basic(text: str) -> dict:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


RIGHT = {
    "bearer": {"Authorization": f"Bearer {ANN}"},
    "lower-case bearer": {"authorization": f"bearer {ANN}"},
    "basic": basic(f"anyone:{ANN}"),
    "basic, no password": basic(f"{ANN}:"),
    "basic, no user": basic(f":{ANN}"),
    "x-api-key": {"x-api-key": PLAIN},
    "two that agree": {"Authorization": f"Bearer {BOB}", "X-API-Key": BOB},
}
WRONG = {
    "none": {},
    "empty": {"Authorization": ""},
    "bearer without a key": {"Authorization": "Bearer "},
    "wrong bearer": {"Authorization": "Bearer none"},
    "a prefix": {"Authorization": f"Bearer {ANN[:-1]}"},
    "a longer one": {"Authorization": f"Bearer {ANN}0"},
    "another case": {"Authorization": f"Bearer {ANN.upper()}"},
    "with its name": {"Authorization": f"Bearer ann:{ANN}"},
    "no scheme": {"Authorization": ANN},
    "another scheme": {"Authorization": f"Digest {ANN}"},
    "wrong basic": basic("ann:wrong-0123456789abcdef"),
    "basic that is no base64": {"Authorization": "Basic %%%"},
    "basic without a colon": basic(ANN),
    "basic, key as user of another password": basic(f"{ANN}:x"),
    "wrong x-api-key": {"x-api-key": "wrong-0123456789abcdef"},
    "empty x-api-key": {"x-api-key": ""},
    "two that differ": {"Authorization": f"Bearer {ANN}", "x-api-key": BOB},
    "a right and a wrong one": {"Authorization": f"Bearer {ANN}", "x-api-key": "x"},
    "a cookie": {"Cookie": f"key={ANN}"},
}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "keys"
    path.write_text(KEYS)
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def locked(contract, key_file):
    """A server that asks for keys, on every address: with keys it needs no --open."""
    with Server("--api-key-file", str(key_file), contract=contract, key=ANN) as server:
        yield server


def sent(server, method: str, target: str, headers: dict | list, body: bytes | None = None):
    """A request whose target nobody normalises."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers.items() if isinstance(headers, dict) else headers:
        connection.putheader(name, value)
    if method in ("POST", "PUT", "PATCH"):
        connection.putheader("Content-Length", str(len(body or b"")))
    connection.endheaders(body)
    response = connection.getresponse()
    response.content = response.read()
    connection.close()
    return response


def operations(contract) -> list[tuple[str, str, bool]]:
    """Method, path and openness of every operation."""
    found = []
    for template, item in contract.document["paths"].items():
        path = re.sub(r"\{(\w+)\}", lambda match: PARAMETERS.get(match[1], "x"), template)
        for method in METHODS:
            if method in item:
                found.append((method.upper(), path, item[method].get("security") == []))
    return found


def spellings(path: str) -> list[str]:
    """The path itself, and what a careless reader may take for it."""
    last = path.rsplit("/", 1)[1]
    escaped = path[: -len(last)] + "".join(f"%{ord(letter):02x}" for letter in last)
    return [
        path, path + "/", "/" + path, path.replace("/", "//"), path + "//", path.upper(), path.title(), escaped,
        "/" + path[1:].replace("/", "%2f"), "/" + path[1:].replace("/", "%2F"), "/%2f" + path[1:], "/." + path,
        "/livez/.." + path, "/livez/%2e%2e" + path, "/livez" + path, path + "/../livez", path + "/livez", path + ";/livez",
        "/livez;" + path, path + "%00", path + "%00/livez", path + "%20", path + ".json", path + "?x=/livez", path + "?key=" + ANN,
        "/livez%3f/.." + path, "\\" + path, "/\\" + path[1:], "http://localhost" + path, "http://localhost/livez/.." + path,
    ]


def test_the_open_operations_are_those_that_probes_and_readers_need(contract):
    assert {path for _, path, is_open in operations(contract) if is_open} >= {
        "/livez", "/readyz", "/openapi.json", "/version"}
    for method, path, is_open in operations(contract):
        assert not is_open or method == "GET", path


def test_nothing_but_open_operations_answers_without_a_key(locked, contract):
    """CVE-2026-24207 was a path that was not checked: every route x every spelling x every method."""
    for method, path, is_open in operations(contract):
        if is_open:
            continue
        for target in spellings(path):
            for verb in {method, "HEAD", "OPTIONS", "GET"}:
                response = sent(locked, verb, target, {})
                assert response.status in (400, 401), (verb, target, response.status)
        for verb in ("PUT", "PATCH", "TRACE", "get", "BREW", "DELETE"):
            assert sent(locked, verb, path, {}).status == 401, (verb, path)


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_credential_passes_anywhere(locked, contract, name):
    for method, path, is_open in operations(contract):
        response = sent(locked, method, path, WRONG[name])
        if is_open:
            assert response.status in (200, 404), path
            continue
        assert response.status == 401, (method, path)
        assert response.getheader("WWW-Authenticate") == 'Bearer, Basic realm="liminal"'
        problem = json.loads(response.content)
        if path in ("/embed", "/info"):
            assert problem["error_type"] == "Validation"
        elif path.startswith(("/hf/", "/pipeline/")):
            assert problem["error_type"] == "unauthorized"
        elif path.startswith("/sdapi/"):
            assert problem["errors"] == "unauthorized"
        elif path.startswith("/v2"):
            assert list(problem) == ["error"]
        else:
            assert (problem["code"], problem["status"]) == ("unauthorized", 401)
            assert ("error" in problem) == path.startswith(("/v1/images/", "/v1/models", "/v1/embeddings"))
        assert ANN not in response.content.decode()


@pytest.mark.parametrize("name", RIGHT)
def test_every_right_credential_passes_everywhere(locked, contract, name):
    for method, path, _ in operations(contract):
        if method == "DELETE" or path.endswith("/unload"):
            continue
        assert sent(locked, method, path, RIGHT[name]).status != 401, (method, path)
    assert sent(locked, "GET", "/v1/models", RIGHT[name]).status == 200


def test_whoever_knows_the_address_of_a_picture_may_fetch_it(locked):
    """The clients of the OpenAI API show no key to a URL that they were answered."""
    body = {"prompt": "a fox", "size": "64x64", "steps": 1, "scorers": [], "response_format": "url"}
    answer = sent(locked, "POST", "/v1/images/generations", RIGHT["bearer"], json.dumps(body).encode())
    path = json.loads(answer.content)["data"][0]["url"].removeprefix(locked.url)
    assert sent(locked, "GET", path, {}).content.startswith(b"\x89PNG")


def test_a_key_shown_twice_is_none(locked):
    for name, value in (("Authorization", f"Bearer {ANN}"), ("x-api-key", ANN)):
        assert sent(locked, "GET", "/v1/models", [(name, value), (name, value)]).status == 401


def test_only_holders_of_a_key_learn_what_there_is_not(locked):
    for path in ("/nowhere", "/v1/nowhere", "/livez/x", "/v1/images/x"):
        assert sent(locked, "GET", path, {}).status == 401
        assert sent(locked, "GET", path, RIGHT["bearer"]).status == 404


def test_head_and_options_are_as_their_route(locked):
    assert sent(locked, "HEAD", "/livez", {}).status == 200
    assert sent(locked, "OPTIONS", "/livez", {}).status == 204
    assert sent(locked, "HEAD", "/v1/models", {}).status == 401
    assert sent(locked, "OPTIONS", "/v1/models", {}).status == 401
    assert sent(locked, "HEAD", "/v1/models", RIGHT["bearer"]).status == 200
    assert sent(locked, "OPTIONS", "/v1/models", RIGHT["bearer"]).status == 204


def test_refuses_before_the_body_is_sent(locked):
    host, port = locked.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST /v1/scores HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 401 ")


def test_the_answers_fit_the_contract(locked):
    for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/scores"), ("POST", "/v1/images/generations"), ("GET", "/metrics")):
        assert locked.request(method, path, headers={"Authorization": "Bearer x"}).status_code == 401


def submitted(server, key: str, **headers) -> str:
    response = server.post(
        "/v1/jobs", json={"kind": "gan", "request": {"size": "64x64", "seed": 1, "scorers": []}},
        headers={"Authorization": f"Bearer {key}", **headers})
    assert response.status_code == 202, response.text
    identifier = response.json()["id"]
    deadline = time.monotonic() + 60
    while server.get(f"/v1/jobs/{identifier}", headers={"Authorization": f"Bearer {key}"}).json()["state"] != "succeeded":
        assert time.monotonic() < deadline
    return identifier


def listed(server, key: str) -> list[str]:
    return [job["id"] for job in server.get("/v1/jobs?limit=100", headers={"x-api-key": key, "Authorization": None}).json()["data"]]


def test_a_job_is_seen_by_its_own_key_alone(locked):
    identifier = submitted(locked, BOB)
    path = f"/v1/jobs/{identifier}"
    for key in (ANN, PLAIN):
        headers = {"Authorization": f"Bearer {key}"}
        for target in (path, path + "/events", path + "/images/0", f"/v1/evaluations/{identifier}"):
            assert locked.get(target, headers=headers).status_code == 404, target
        assert locked.delete(path, headers=headers).status_code == 404
        assert locked.get(f"/v1/jobs?after={identifier}", headers=headers).status_code == 404
        assert identifier not in listed(locked, key)
    own = {"Authorization": f"Bearer {BOB}"}
    assert listed(locked, BOB) == [identifier]
    assert locked.get(path + "/images/0", headers=own).content.startswith(b"\x89PNG")
    assert locked.delete(path, headers=own).status_code == 204


def test_idempotency_keys_are_each_callers_own(locked):
    ann = submitted(locked, ANN, **{"Idempotency-Key": "the-same"})
    assert submitted(locked, BOB, **{"Idempotency-Key": "the-same"}) != ann
    assert submitted(locked, ANN, **{"Idempotency-Key": "the-same"}) == ann


def test_the_keys_of_a_name_are_one_callers(locked):
    assert submitted(locked, ANN) in listed(locked, NEXT)


def test_an_awaited_call_is_no_others_job(locked):
    assert locked.generate()["data"]
    assert all(job["kept"] for job in locked.get("/v1/jobs", headers={"Authorization": f"Bearer {BOB}"}).json()["data"])


def refusal(*arguments: str, status: int) -> str:
    """The one sentence with which a server refuses to start."""
    command = [BINARY, "serve", "--port", "0", "--weights", WEIGHTS, "--log-level", "error", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (status, ""), ended.stderr
    (sentence,) = ended.stderr.splitlines()
    assert ANN not in sentence
    return sentence


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_does_not_let_everyone_in_by_mistake(host):
    sentence = refusal("--host", host, status=2)
    assert host in sentence and "--api-key-file" in sentence and "--open" in sentence


def test_says_that_open_and_keys_contradict_each_other(key_file):
    assert "--open" in refusal("--open", "--api-key-file", str(key_file), status=2)


@pytest.mark.parametrize(("text", "word"), [
    ("", "no key"), ("# nobody\n\n", "no key"), ("too-short\n", "line 1"), (f"{ANN}\n{ANN}\n", "line 2 repeats"),
    (f"a:{ANN}\nb:{ANN}\n", "line 2 repeats"), (f"{ANN} {BOB}\n", "line 1"), (f"a b:{ANN}\n", "line 1"), (f":{ANN}\n", "line 1"),
    (f"{ANN}\0\n", "line 1"), ("k" * 257, "line 1"), ("#" * 70_000, "more than 65536 bytes"),
    ("\n".join(f"key-{number:016}" for number in range(1001)), "more than 1000 keys"),
])
def test_refuses_a_file_of_keys_that_is_none(tmp_path, text, word):
    path = tmp_path / "keys"
    path.write_text(text)
    sentence = refusal("--api-key-file", str(path), status=1)
    assert str(path) in sentence and word in sentence, sentence


def test_refuses_a_file_that_is_not_there(tmp_path):
    assert "nowhere" in refusal("--api-key-file", str(tmp_path / "nowhere"), status=1)


@pytest.mark.parametrize("arguments", [
    ("--allow-origin", "*"), ("--allow-origin", "null"), ("--allow-origin", "example.org"), ("--allow-origin", "https://a/b"),
    ("--rate-limit", "1000001"), ("--rate-limit", "many"),
])
def test_refuses_settings_that_are_none(arguments):
    assert arguments[0] in refusal(*arguments, status=2)


def test_serves_everyone_who_is_let_in(start, monkeypatch):
    monkeypatch.setenv("LIMINAL_OPEN", "1")
    monkeypatch.setenv("LIMINAL_RATE_LIMIT", "1000")
    server = start("--host", "0.0.0.0")
    assert server.get("/v1/models").status_code == 200


def test_the_rate_limit_is_each_keys_own(start, key_file):
    server = start("--api-key-file", str(key_file), "--rate-limit", "3")
    for left in (2, 1, 0):
        response = server.get("/v1/models", headers={"x-api-key": ANN})
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == '"requests";q=3;w=60'
        assert response.headers["RateLimit"].startswith(f'"requests";r={left};t=')
    for path in ("/v1/models", "/v1/jobs", "/metrics", "/nowhere"):
        refused = server.get(path, headers={"x-api-key": ANN})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert refused.headers["RateLimit"].startswith('"requests";r=0;t=')
    assert server.get("/v1/models", headers={"x-api-key": NEXT}).status_code == 429
    assert server.get("/v1/models", headers={"x-api-key": BOB}).status_code == 200
    for _ in range(5):
        assert server.get("/livez").status_code == 200
        assert server.get("/readyz").status_code == 200
    # Whoever guesses keys is slowed down as well, and does not use up anybody's.
    assert [server.get("/v1/models", headers={"x-api-key": "x"}).status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert server.get("/v1/models", headers={"x-api-key": BOB}).status_code == 200


PAGE = "https://page.example"
ASK = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def shared(contract, key_file):
    with Server("--api-key-file", str(key_file), "--allow-origin", PAGE, "--allow-origin", "http://localhost:3000",
                contract=contract, key=ANN) as server:
        yield server


def test_a_preflight_needs_no_key(shared):
    wanted = "Authorization, Content-Type, x-stainless-os, X-Evil, Idempotency-Key, x-stainless-\u00e9"
    response = sent(shared, "OPTIONS", "/v1/images/generations", {**ASK, "Access-Control-Request-Headers": wanted.encode()})
    assert response.status == 204
    assert response.getheader("Access-Control-Allow-Origin") == PAGE
    assert response.getheader("Access-Control-Allow-Methods") == "OPTIONS, POST"
    assert response.getheader("Access-Control-Allow-Headers") == "authorization, content-type, x-stainless-os, idempotency-key"
    assert "Origin" in response.getheader("Vary")
    assert response.getheader("Access-Control-Allow-Credentials") is None


def test_a_page_reads_answers_and_refusals(shared):
    for key, status in ((ANN, 200), ("x", 401)):
        response = sent(shared, "GET", "/v1/models", {"Origin": PAGE, "x-api-key": key})
        assert (response.status, response.getheader("Access-Control-Allow-Origin")) == (status, PAGE)
        assert {"x-request-id", "retry-after", "location", "content-location", "preference-applied"} <= set(
            response.getheader("Access-Control-Expose-Headers").split(", "))
    other = sent(shared, "GET", "/livez", {"Origin": "http://localhost:3000"})
    assert other.getheader("Access-Control-Allow-Origin") == "http://localhost:3000"


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "*", "https://page.example.evil.example", "http://page.example", "https://page.example:8443",
    "https://PAGE.example", "https://page.example/", "", f"{PAGE}, https://evil.example",
])
def test_no_other_page_does(shared, origin):
    for method, path in (("GET", "/livez"), ("OPTIONS", "/livez"), ("OPTIONS", "/v1/scores"), ("GET", "/v1/models")):
        response = sent(shared, method, path, {**ASK, "Origin": origin})
        assert response.getheader("Access-Control-Allow-Origin") is None
        assert response.getheader("Access-Control-Allow-Methods") is None
        assert response.getheader("Vary") == "Origin"
        assert response.status == (401 if path.startswith("/v1") else 204 if method == "OPTIONS" else 200)


def test_a_preflight_of_no_path_is_none(shared):
    assert sent(shared, "OPTIONS", "/nowhere", ASK).status == 401
    assert sent(shared, "OPTIONS", "/v1/models", {"Origin": PAGE}).status == 401


def test_no_page_does_unless_one_is_named(server):
    response = sent(server, "OPTIONS", "/v1/scores", ASK)
    assert not [name for name, _ in response.getheaders() if name.lower().startswith("access-control") or name == "Vary"]


SECRET = "the-very-private-fox"


def test_the_log_holds_no_secret(contract, key_file, tmp_path):
    log = tmp_path / "log"
    key_file.chmod(0o644)
    with Server("--api-key-file", str(key_file), "--log-level", "trace", contract=contract, key=ANN, log=log) as server:
        server.generate(prompt=SECRET)
        server.post("/v1/images/generations", data=b'{"prompt": "' + SECRET.encode() + b'", "n": "x"}')
        server.post(f"/v1/scores?scorers=clip&prompt={SECRET}&styles={SECRET},other", data=png(8, 8))
        server.post("/v1/jobs", json={"kind": "generation", "request": {"prompt": SECRET, "size": "64x64", "steps": 1}})
        for path in (f"/v1/models/{SECRET}", f"/v1/centroids/{SECRET}", f"/v1/jobs/{SECRET}", f"/{SECRET}", f"/v1/{SECRET}%zz"):
            sent(server, "GET", path, RIGHT["bearer"])
            sent(server, "GET", path, {"Authorization": f"Bearer {SECRET}", "Cookie": SECRET, "User-Agent": SECRET, "Referer": SECRET})
        sent(server, SECRET.upper(), "/livez", {"x-api-key": SECRET})
        sent(server, "GET", "/livez", {"X-Request-Id": f"not {SECRET}", "Origin": SECRET})
        server.get("/v1/models", headers={"X-Request-Id": "fox-7"})
        assert SECRET not in server.get("/metrics").text.lower()
    text = log.read_text()
    key_file.chmod(0o600)
    for secret in (SECRET, SECRET.upper(), ANN, BOB, PLAIN, NEXT, base64.b64encode(SECRET.encode()).decode()):
        assert secret not in text
    assert "may read the API keys" in text
    (line,) = [line for line in text.splitlines() if "id=fox-7" in line]
    fields = dict(pair.split("=", 1) for pair in re.findall(r"\w+=\S+", line))
    assert (fields["method"], fields["route"], fields["status"]) == ("GET", "/v1/models", "200")
    assert (fields["caller"], fields["address"], fields["in"]) == ("ann", "127.0.0.1", "0")
    assert float(fields["ms"]) >= 0 and int(fields["out"]) > 100
    assert "route=/v1/models/{model}" in text and "method=other" in text


def test_takes_the_trace_id_of_other_clients(server):
    assert server.get("/livez", headers={"X-Amzn-Trace-Id": "fox-2"}).headers["x-request-id"] == "fox-2"
    both = {"X-Amzn-Trace-Id": "fox-2", "X-Request-Id": "fox-3"}
    assert server.get("/livez", headers=both).headers["x-request-id"] == "fox-3"
    assert server.get("/livez", headers={"X-Amzn-Trace-Id": "Root=1;x"}).headers["x-request-id"] != "Root=1;x"


def test_tells_its_version(server, contract):
    assert server.get("/version").json() == {"name": "liminal", "version": contract.document["info"]["version"]}
    shown = subprocess.run([BINARY, "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
    assert shown == contract.document["info"]["version"]
