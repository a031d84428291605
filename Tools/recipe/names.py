"""What people call a concept: its spoken name, and the keywords that mean no other concept."""

from collections import Counter

from recipe.sprite import Entry

# Unicode names the drawing of a head "dog face"; people say "dog".
HEADS = ("cat", "dog", "pig", "rabbit", "mouse", "cow", "tiger", "horse", "monkey", "dragon", "clown")
# Where Unicode's name is not the word that people use, and words of our own beside CLDR's.
SPOKEN = {"automobile": "car", "soft ice cream": "ice cream", "spouting whale": "whale"}
EXTRA = {"jack-o-lantern": ("pumpkin",), "evergreen tree": ("pine tree",), "airplane": ("plane",)}
# Keywords that say how a thing is or where, not what it is.
QUALITIES = {"wise", "pretty", "slice", "cheese", "resort", "sea", "leo", "citrus", "european",
             "king", "queen", "idea", "password", "cream", "halloween", "jack", "spouting"}
# Names that take no article: plurals and stuff.
BARE = {"glasses", "jeans", "grapes", "cherries", "french fries", "pancakes", "popcorn", "sushi",
        "books", "scissors", "crossed swords", "fire", "bread", "tennis", "broccoli", "shorts",
        "chopsticks", "bubbles"}
KEYWORDS = 2  # at most so many synonyms a concept
RARE = 3  # a keyword shared by more concepts than this is a kind ("fruit"), not a name


def spoken(name: str) -> str:
    """The name as people say it, in lower case."""
    first, _, rest = name.lower().partition(" ")
    return first if rest == "face" and first in HEADS else SPOKEN.get(name, name.lower())


def with_article(name: str) -> str:
    """The name after "a" or "an", or alone where it is a plural or stuff."""
    if name in BARE:
        return name
    vowel = name[0] in "aeio" or name.startswith("um")  # an umbrella, but a unicorn
    return f"an {name}" if vowel else f"a {name}"


def names_of(entries: list[Entry]) -> dict[str, tuple[str, ...]]:
    """By code: the spoken name, then the keywords that mean this concept and hardly any other."""
    uses = Counter(word.lower() for entry in entries for word in set(entry.keywords))
    taken = {spoken(entry.name) for entry in entries}
    names = {}
    for entry in entries:
        synonyms = [word for word in map(str.lower, entry.keywords)
                    if uses[word] <= RARE and word not in taken | QUALITIES]
        own = (entry.name,) if entry.name in SPOKEN else EXTRA.get(entry.name, ())
        rarest = sorted(synonyms, key=uses.__getitem__)[:KEYWORDS]
        names[entry.code] = (spoken(entry.name), *own, *rarest)
    return names
