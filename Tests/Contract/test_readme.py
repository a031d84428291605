"""The commands of the README do what it says, as a reader would run them."""

import base64
import re
import shutil
import subprocess

import pytest

from server import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(heading: str) -> list[str]:
    """The shell commands of a section, block by block."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.S)


@pytest.mark.parametrize(("heading", "least", "made"), [
    ("Score, by curl", 6, ["rocket.png"]),
    ("Compare systems, by curl", 1, ["contact-sheet.png", "rewards.png", "posteriors.png"]),
    ("From other clients", 1, ["rocket.png"]), ("Draw from a picture, by curl", 2, ["repainted.png"]),
    ("Leave it to a job, by curl", 1, ["second.png"]),
])
def test_every_command_of_the_cookbook_works(server, tmp_path, heading, least, made):
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/contact-sheet.png", tmp_path / "docs")
    drawn = server.generate(prompt="a neon sign of a rocket", size="128x128", steps=10)["data"][0]["b64_json"]
    (tmp_path / "rocket.png").write_bytes(base64.b64decode(drawn))  # as the first section leaves it
    commands = blocks(heading)
    assert len(commands) >= least
    for block in commands:
        # A request that is refused fails here, where in a terminal its problem would be printed.
        script = block.replace("curl -s", "curl -fsS").replace("localhost:8080", server.url.removeprefix("http://"))
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert ended.returncode == 0, f"{block}\n{ended.stdout}{ended.stderr}"
    for name in made:
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
