"""Requests that schemathesis makes of the contract, right and wrong: no 5xx, no status or shape that it does not have."""

import collections

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from contract import Contract
from server import ROOT, Server

EXAMPLES = 120
MINIMUM = 5000
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

counts = collections.Counter()
schema = schemathesis.openapi.from_path(ROOT / "openapi.yaml")


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    contract = Contract(ROOT / "openapi.yaml")
    # Hundreds of jobs are submitted: none may fill the queue.
    with Server("--queue-length", "10000", "--keep-count", "200", contract=contract) as server:
        yield server


def cheap(value, key=None):
    """The same request, but for what would be drawn for minutes."""
    if isinstance(value, dict):
        return {name: cheap(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [cheap(member, key) for member in value]
    if isinstance(value, bool):
        return value
    if key in ("steps", "num_inference_steps") and isinstance(value, int) and 1 < value <= 150:
        return 2
    if key in ("n", "batch_size", "n_iter") and isinstance(value, int) and 2 < value <= 64:
        return 2
    if key in ("width", "height") and isinstance(value, int) and 64 < value <= 1024:
        return 64
    if key == "size" and isinstance(value, str) and value not in ("auto", ""):
        return value if len(value) < 5 else "64x64"
    return value


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_contract(case, served):
    if isinstance(case.body, (dict, list)):
        case.body = cheap(case.body)
    counts[case.operation.label] += 1
    case.call_and_validate(base_url=served.url, checks=CHECKS, timeout=120)


def test_there_were_enough(say):
    total = sum(counts.values())
    say(f"{total} cases over {len(counts)} operations")
    assert total >= MINIMUM
