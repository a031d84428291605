"""Which pairs are held out, decided by a hash so that no list has to be kept."""

import hashlib

# The order is the class order everywhere. The short ids are hashed: changing one moves the split.
STYLES = ("flat", "pixel", "watercolor", "oil", "pencil", "stained", "pop", "woodcut", "neon",
          "blueprint", "point", "chalk")


def _bucket(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10


def is_held_out(name: str, style: str) -> bool:
    """Whether no training stage may see this concept in this style (a tenth of the pairs)."""
    return _bucket(f"{name}|{style}") == 0


def is_artist_held_out(name: str, artist: str) -> bool:
    """Whether the CLIP, further, may not see this artist's drawing of the concept."""
    return artist == "emojione" and _bucket(name) == 1
