"""Starts the built server once, and checks every answer against openapi.yaml."""

import os

import pytest

from contract import Contract
from server import ROOT, Server


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract(ROOT / "openapi.yaml")


@pytest.fixture(scope="session")
def server(contract):
    """A server with the repository's weights, shared by the tests that don't stop it."""
    with Server(contract=contract) as server:
        yield server


@pytest.fixture
def start(contract):
    """Starts servers of a test's own, and ends those that it leaves running."""
    servers = []

    def start(*arguments, **options) -> Server:
        server = Server(*arguments, contract=contract, **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.kill()


def pytest_report_header() -> str:
    return f"server: {os.environ.get('LIMINAL_BINARY', ROOT / '.build/release/liminal')}"
