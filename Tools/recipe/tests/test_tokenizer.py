"""The byte-pair vocabulary, and that transformers reads it."""

from collections import Counter

from recipe.tokenizer import byte_letters, learn_merges, merged


def test_the_most_frequent_pair_is_merged_first() -> None:
    # "aab" five times and "ab" twice: a b</w> occurs seven times, a a five.
    merges = learn_merges(Counter({"aab": 5, "ab": 2}), 3)
    assert merges == [("a", "b</w>"), ("a", "ab</w>")]


def test_pairs_are_joined_from_the_left() -> None:
    assert merged(["a", "a", "a"], ("a", "a")) == ["aa", "a"]


def test_every_byte_has_a_letter_of_its_own() -> None:
    letters = byte_letters()
    assert sorted(letters) == list(range(256))
    assert len(set(letters.values())) == 256
    assert all(letter.isprintable() for letter in letters.values())
