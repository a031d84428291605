"""Captions of a picture: paraphrases, keywords, backgrounds, two objects, blends and dropout."""

import numpy as np

from recipe.names import with_article

# The first phrase of a style is the one that prompts and contact sheets use.
PHRASES = {
    "flat": ("a flat illustration of {}", "{}, flat illustration", "flat design, {}",
             "{} as a flat vector icon"),
    "pixel": ("pixel art of {}", "{}, pixel art", "{} in pixel art style", "a pixel art picture of {}"),
    "watercolor": ("a watercolor painting of {}", "{}, watercolor", "{} in watercolor style",
                   "watercolor, {}"),
    "oil": ("an oil painting of {}", "{}, oil painting", "{} in oil painting style",
            "oil on canvas, {}"),
    "pencil": ("a pencil sketch of {}", "{}, pencil drawing", "{} in pencil sketch style",
               "pencil, {}"),
    "stained": ("a stained glass window of {}", "{}, stained glass", "{} in stained glass style",
                "stained glass, {}"),
    "pop": ("a pop art print of {}", "{}, pop art", "{} in pop art style", "pop art, {}"),
    "woodcut": ("a woodcut print of {}", "{}, woodcut", "{} in woodcut style", "woodcut, {}"),
    "neon": ("a neon sign of {}", "{}, neon", "{} in neon style", "neon light, {}"),
    "blueprint": ("a blueprint of {}", "{}, blueprint", "{} in blueprint style",
                  "blueprint drawing, {}"),
    "point": ("a pointillist painting of {}", "{}, pointillism", "{} in pointillism style",
              "pointillism, {}"),
    "chalk": ("a chalk drawing of {}", "{}, chalk", "{} in chalk style", "chalk on a blackboard, {}"),
}
# A style's name alone: the scorers' list, and the words of "half ..., half ...".
STYLE_NAMES = {
    "flat": "flat illustration", "pixel": "pixel art", "watercolor": "watercolor",
    "oil": "oil painting", "pencil": "pencil sketch", "stained": "stained glass", "pop": "pop art",
    "woodcut": "woodcut", "neon": "neon", "blueprint": "blueprint", "point": "pointillism",
    "chalk": "chalk drawing",
}
SYNONYM, ARTICLE, BACKGROUND, ON = 0.15, 0.8, 0.5, 0.7  # how often each is used


def prompt(style: str, name: str) -> str:
    """The prompt that evaluation and contact sheets use."""
    return PHRASES[style][0].format(with_article(name))


def subject(rng: np.random.Generator, names: tuple[str, ...], background: str) -> str:
    """The thing, now and then by a synonym or without article, now and then on its background."""
    synonym = len(names) > 1 and rng.random() < SYNONYM
    name = names[rng.integers(1, len(names))] if synonym else names[0]
    text = with_article(name) if rng.random() < ARTICLE else name
    if background and rng.random() < BACKGROUND:
        on = rng.random() < ON
        text += f" on a {background} background" if on else f", {background} background"
    return text


def caption(rng: np.random.Generator, style: str | None, names: tuple[str, ...],
            background: str = "", *, other: tuple[str, ...] = (), second: str = "") -> str:
    """A caption; `other` names the object on the right, `second` the style it is blended with."""
    if other:
        thing = f"{with_article(names[0])} and {with_article(other[0])}"
    else:
        thing = subject(rng, names, background)
    if style is None:
        return thing
    if second:
        first, then = (style, second) if rng.random() < 0.5 else (second, style)
        return f"{thing}, half {STYLE_NAMES[first]}, half {STYLE_NAMES[then]}"
    return PHRASES[style][rng.integers(len(PHRASES[style]))].format(thing)
