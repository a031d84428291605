"""The contract is served, agrees with its source, and says what the server does."""

import json
import subprocess
import sys

import jsonschema
import yaml

from server import ROOT

METHODS = ("get", "post", "put", "delete", "patch")


def test_is_served_as_it_is_written(server):
    written = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    assert server.get("/openapi.json").json() == written


def test_the_embedded_source_is_up_to_date():
    subprocess.run([sys.executable, ROOT / "Tools" / "openapi.py", "--check"], check=True)


def test_every_schema_is_one(contract):
    for schema in contract.document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_example_fits_its_schema(contract):
    def walk(node):
        if isinstance(node, dict):
            if "schema" in node and "examples" in node:
                for example in node["examples"].values():
                    contract.validate(node["schema"], example["value"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(contract.document)


def test_every_operation_takes_its_examples(server, contract):
    for path, item in contract.document["paths"].items():
        for method in METHODS:
            content = item.get(method, {}).get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in content.get("examples", {}).values():
                body = json.dumps({**example["value"], "n": 1, "steps": 1} if "generations" in path else example["value"])
                if "scores" in path:
                    continue  # its picture is a stand-in
                response = server.request(method.upper(), path, data=body)
                assert response.status_code in (200, 201, 202), response.text


def test_every_operation_has_an_id_and_is_served(server, contract):
    for path, item in contract.document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            assert item[method]["operationId"]
            response = server.request("OPTIONS", path.replace("{model}", "emoji").replace("{name}", "emoji-text-5")
                                      .replace("{id}", "0").replace("{file}", "table.csv"))
            assert method.upper() in response.headers["Allow"]
