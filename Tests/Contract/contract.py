"""openapi.yaml as a judge of answers."""

import json
import pathlib
import re

import jsonschema
import requests
import yaml


class Contract:
    """The operations of openapi.yaml and what they may answer."""

    def __init__(self, path: pathlib.Path):
        self.document = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.templates = {
            re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$"): template
            for template in self.document["paths"]
        }
        self.covered = set()

    def template(self, path: str) -> str | None:
        path = path.split("?")[0]
        return next((template for pattern, template in self.templates.items() if pattern.match(path)), None)

    def resolved(self, node: dict) -> dict:
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def validate(self, schema: dict, value) -> None:
        # With the document's own members beside it, the schema's `#/components/…` references resolve.
        root = {**{key: self.document[key] for key in ("components", "paths")}, "allOf": [schema]}
        jsonschema.Draft202012Validator(root).validate(value)

    def check(self, method: str, path: str, response: requests.Response, may_fail: bool = False) -> None:
        """Fails for a status, a header or a body that the contract does not have, and for a 500 unless it is wanted."""
        assert may_fail or response.status_code != 500, response.text
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", response.headers.get("x-request-id", ""))
        template = self.template(path)
        operation = template and self.document["paths"][template].get(method.lower())
        if operation is None:
            assert response.status_code in (200, 204, 401, 404, 405, 429)
            return
        documented = operation["responses"]
        assert str(response.status_code) in documented, f"{method} {template} may not answer {response.status_code}"
        self.covered.add((operation["operationId"], response.status_code))
        answer = self.resolved(documented[str(response.status_code)])
        for name, header in answer.get("headers", {}).items():
            required = name.lower() != "x-should-retry"
            if name in response.headers:
                text = response.headers[name]
                schema = self.resolved(header)["schema"]
                self.validate(schema, int(text) if schema.get("type") == "integer" else text)
            else:
                assert not required, f"{method} {template}: no {name}"
        if "content" not in answer:
            assert not response.content
            return
        media = response.headers["Content-Type"].split(";")[0]
        assert media in answer["content"], f"{method} {template} may not answer with {media}"
        is_json = media.endswith("json")
        self.validate(answer["content"][media]["schema"], json.loads(response.content) if is_json else response.text)
