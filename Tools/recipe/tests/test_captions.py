"""Names and captions: what people say, and nothing that the picture does not show."""

import numpy as np
import pytest

from recipe.captions import PHRASES, STYLE_NAMES, caption, prompt
from recipe.names import names_of, spoken, with_article
from recipe.split import STYLES
from recipe.sprite import Entry


def entry(code: str, name: str, *keywords: str) -> Entry:
    return Entry(code, name, "Food & Drink", "food-fruit", keywords, ("twemoji",))


@pytest.mark.parametrize(("name", "said"), [
    ("dog face", "dog"), ("grinning face", "grinning face"), ("T-Rex", "t-rex"),
    ("automobile", "car"), ("red apple", "red apple")])
def test_names_are_what_people_say(name: str, said: str) -> None:
    assert spoken(name) == said


@pytest.mark.parametrize(("name", "phrase"), [
    ("fox", "a fox"), ("owl", "an owl"), ("umbrella", "an umbrella"), ("unicorn", "a unicorn"),
    ("cherries", "cherries")])
def test_names_take_their_article(name: str, phrase: str) -> None:
    assert with_article(name) == phrase


def test_a_keyword_counts_as_a_name_only_where_it_is_rare() -> None:
    entries = [entry(str(k), f"fruit {k}", "fruit", f"own {k}") for k in range(5)]
    names = names_of([*entries, entry("9", "soft ice cream", "dessert", "fruit 1")])
    assert names["0"] == ("fruit 0", "own 0")
    assert names["9"] == ("ice cream", "soft ice cream", "dessert")


def test_every_style_has_paraphrases_with_a_place_for_the_thing() -> None:
    assert tuple(PHRASES) == tuple(STYLE_NAMES) == STYLES
    for phrases in PHRASES.values():
        assert len(set(phrases)) >= 3
        assert all(phrase.count("{}") == 1 for phrase in phrases)
    assert prompt("neon", "owl") == "a neon sign of an owl"


def test_captions_vary_by_paraphrase_synonym_article_and_background() -> None:
    rng = np.random.default_rng(0)
    texts = {caption(rng, "pop", ("car", "automobile"), "blue") for _ in range(400)}
    assert all("car" in text or "automobile" in text for text in texts)
    assert any("a car" in text for text in texts) and any("automobile" in text for text in texts)
    assert any("on a blue background" in text for text in texts)
    assert any("background" not in text for text in texts)
    assert all("background" not in caption(rng, "oil", ("car",)) for _ in range(100))


def test_two_objects_and_two_styles_are_both_named() -> None:
    rng = np.random.default_rng(0)
    two = caption(rng, "flat", ("fox",), "white", other=("owl",))
    assert "a fox and an owl" in two
    blends = {caption(rng, "oil", ("fox",), second="neon") for _ in range(50)}
    assert any("half oil painting, half neon" in text for text in blends)
    assert any("half neon, half oil painting" in text for text in blends)


def test_without_style_only_the_thing_is_named() -> None:
    text = caption(np.random.default_rng(0), None, ("fox",))
    assert text in {"fox", "a fox"}
