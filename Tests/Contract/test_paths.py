"""Names are looked up, never opened: no spelling of a path reaches a file."""

import urllib.parse

import pytest

from images import base64_text, png
from paths import VECTORS

SECRETS = ("root:x:0", "BEGIN OPENSSH", "LIMINAL_", "PATH=")
PICTURE = base64_text(png(8, 8))
DRAWING = {"prompt": "a fox", "size": "64x64", "steps": 1}

#: Every field that names something, by the request around it.
FIELDS = {
    "model": lambda name: ("/v1/images/generations", {**DRAWING, "model": name}),
    "adapter": lambda name: ("/v1/images/generations", {**DRAWING, "adapters": [{"name": name}]}),
    "scorer": lambda name: ("/v1/scores", {"image": PICTURE, "scorers": [name]}),
    "styles": lambda name: ("/v1/scores", {"image": PICTURE, "styles": name}),
    "gan": lambda name: ("/v1/gan/images", {"model": name}),
    "embedder": lambda name: ("/v1/centroids", {"name": "x", "k": 2, "texts": ["a", "b"], "embedder": name}),
    "centroids": lambda name: ("/v1/centroids", {"name": name, "k": 2, "texts": ["a", "b"], "embedder": "nobody"}),
    "catalogue": lambda name: ("/v1/evaluations", {"catalogue": name, "systems": [{"name": "a"}]}),
    "job": lambda name: ("/v1/jobs", {"kind": "generation", "request": {**DRAWING, "model": name}}),
}
#: Every path with a name in it.
PATHS = ["/v1/models/{}", "/v1/centroids/{}", "/v1/jobs/{}", "/v1/jobs/{}/events", "/v1/jobs/{}/images/0", "/v1/jobs/0/images/{}",
         "/v1/evaluations/{}", "/v1/evaluations/0/{}"]
REAL = {"model": ["emoji"], "gan": [], "styles": [], "embedder": [], "centroids": [], "adapter": [], "scorer": [], "catalogue": [],
        "job": ["emoji"]}


@pytest.mark.parametrize("field", FIELDS)
def test_a_name_in_a_body_opens_nothing(server, field):
    for name in VECTORS:
        if name in REAL[field]:
            continue
        path, body = FIELDS[field](name)
        response = server.post(path, json=body)
        assert response.status_code in (400, 404), (name, response.status_code, response.text)
        assert not any(secret in response.text for secret in SECRETS), name


@pytest.mark.parametrize("template", PATHS)
def test_a_name_in_a_path_opens_nothing(server, template):
    for name in VECTORS:
        for spelling in (name, urllib.parse.quote(name, safe="")):
            spelling = spelling.replace("\0", "%00").replace("\n", "%0A").replace(" ", "%20")
            if len(spelling) > 20_000 or spelling in ("", "/"):
                continue
            response = server.session.get(server.url + template.format(spelling), timeout=30)
            inside = response.status_code == 200 and not any(secret in response.text for secret in SECRETS)
            assert response.status_code in (400, 404, 405, 409) or inside, (spelling, response.status_code)
