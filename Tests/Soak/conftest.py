"""Long races, bursts and fuzzing over a built server; `make soak` runs them, with the figures that they print."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Contract"))

from contract import Contract  # noqa: E402
from server import ROOT, Server  # noqa: E402


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract(ROOT / "openapi.yaml")


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


@pytest.fixture
def say(capsys):
    """Prints a figure, whether or not the test's output is shown."""
    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {text}")
    return say
