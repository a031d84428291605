"""The things that can be drawn: names, groups and keywords from Unicode's and CLDR's own files."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

# Groups of emoji-test.txt that hold things; of the smileys only the subgroups below.
GROUPS = ("Animals & Nature", "Food & Drink", "Objects", "Travel & Places", "Activities")
FACES = ("face", "cat-face", "monkey-face")


@dataclass(frozen=True)
class Concept:
    """A thing with a name: one code point, in hexadecimal as the drawings' files name it."""

    code: str
    name: str
    group: str
    subgroup: str
    keywords: tuple[str, ...]


def read_keywords(annotations: Path) -> dict[str, tuple[str, ...]]:
    """CLDR's English keywords by character (common/annotations/en.xml)."""
    return {
        entry.attrib["cp"]: tuple(word.strip() for word in (entry.text or "").split("|"))
        for entry in ElementTree.parse(annotations).getroot().iter("annotation")
        if entry.get("type") != "tts"
    }


def is_wanted(group: str, subgroup: str, name: str) -> bool:
    """Whether an emoji is a thing or a face; the 24 clock faces all look alike and are not."""
    if group == "Smileys & Emotion":
        return subgroup.startswith(FACES)
    clock = subgroup == "time" and ("o’clock" in name or "thirty" in name)
    return group in GROUPS and not clock


def read_concepts(emoji_test: Path, annotations: Path) -> list[Concept]:
    """The concepts in the order of emoji-test.txt: fully qualified single code points."""
    keywords = read_keywords(annotations)
    concepts, group, subgroup = [], "", ""
    for line in emoji_test.read_text(encoding="utf-8").splitlines():
        if line.startswith("# group:"):
            group = line.removeprefix("# group:").strip()
        elif line.startswith("# subgroup:"):
            subgroup = line.removeprefix("# subgroup:").strip()
        elif "; fully-qualified" in line:
            # Only the first '#' opens the comment: the keycap '#' is itself an emoji.
            fields, comment = line.split("#", 1)
            points = [point for point in fields.split(";")[0].split() if point != "FE0F"]
            name = re.sub(r"^E[\d.]+ ", "", comment.strip().split(" ", 1)[1])
            if len(points) == 1 and is_wanted(group, subgroup, name):
                character = chr(int(points[0], 16))
                concepts.append(Concept(f"{int(points[0], 16):x}", name, group, subgroup,
                                        keywords.get(character, ())))
    return concepts
