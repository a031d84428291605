"""How large each stage is: `tiny` proves the recipe, `cpu` is what ships, `cuda` is for one large GPU."""

from dataclasses import dataclass

# The curriculum: the first FIRST are taught alone, then all of them together. Names as Unicode's.
NAMED = (
    "cat face", "fox", "panda", "owl", "penguin", "frog", "turtle", "octopus", "butterfly", "rose",
    "sunflower", "cactus", "mushroom", "red apple", "banana", "pizza", "doughnut", "house",
    "sailboat", "rocket", "airplane", "star", "umbrella", "ghost",
    "dog face", "rabbit face", "lion", "pig face", "bear", "elephant", "duck", "tropical fish",
    "spouting whale", "snail", "honeybee", "tulip", "palm tree", "evergreen tree", "watermelon",
    "lemon", "pineapple", "strawberry", "carrot", "cherries", "hamburger", "soft ice cream",
    "birthday cake", "castle", "automobile", "crescent moon", "snowman", "crown", "guitar",
    "jack-o-lantern", "balloon", "light bulb", "skull", "robot", "bell", "key",
)
FIRST = 24
SIZES = (64, 128, 256, 512)


@dataclass(frozen=True)
class Renders:
    """What is drawn at one size: seeds by artist for named concepts, and further pictures at random."""

    seeds: dict[str, int]
    others: int
    pairs: int = 0  # two objects side by side
    blends: int = 0  # one object, two styles


@dataclass(frozen=True)
class Stage:
    """A training budget: optimizer steps of `batch` samples."""

    steps: int
    batch: int
    rate: float


@dataclass(frozen=True)
class Scale:
    """One size of the recipe; channel counts are those of the classes' configurations."""

    name: str
    named: tuple[str, ...]
    merges: int
    native: int
    renders: dict[int, Renders]
    text: Stage
    vae: Stage
    decoder: Stage
    texture: Stage
    unet: Stage
    clip: Stage
    clip_tune: Stage
    can: dict[int, Stage]
    can_generator: dict[int, Stage]
    judge: Stage
    tiny_decoder: Stage
    softened: int  # drawings whose latents the diffusion model draws anew
    judged: dict[int, int]  # pictures that the evaluation draws, by size
    judged_blends: int


CPU = Scale(
    name="cpu", named=NAMED, merges=3400, native=128,
    renders={
        64: Renders({"twemoji": 1, "noto": 1}, others=400),
        128: Renders({"twemoji": 3, "noto": 1, "emojione": 1}, others=2000, pairs=400, blends=500),
        256: Renders({"twemoji": 1, "emojione": 1}, others=300, pairs=60, blends=60),
        512: Renders({"twemoji": 1}, others=60),
    },
    text=Stage(1500, 48, 1e-3), vae=Stage(6000, 4, 1e-3), decoder=Stage(4500, 4, 5e-4),
    texture=Stage(7000, 8, 4e-4), unet=Stage(8100, 32, 8e-4), clip=Stage(2000, 64, 7e-4), clip_tune=Stage(2900, 64, 5e-4),
    can={64: Stage(1300, 32, 2e-4), 128: Stage(900, 32, 2e-4), 256: Stage(300, 16, 2e-4),
         512: Stage(260, 8, 2e-4)},
    can_generator={64: Stage(1300, 32, 3e-4), 128: Stage(400, 24, 3e-4), 256: Stage(240, 12, 3e-4),
                   512: Stage(300, 6, 4e-4)},
    judge=Stage(1200, 64, 1e-3), tiny_decoder=Stage(900, 8, 1e-3),
    softened=2000, judged={64: 72, 128: 144, 256: 48, 512: 12}, judged_blends=500,
)

TINY = Scale(
    name="tiny", named=NAMED[:3], merges=300, native=64,
    renders={
        64: Renders({"twemoji": 1}, others=12, pairs=4, blends=8),
        128: Renders({"twemoji": 1}, others=4),
        256: Renders({}, others=4),
        512: Renders({}, others=2),
    },
    text=Stage(20, 16, 1e-3), vae=Stage(20, 4, 1e-3), decoder=Stage(10, 4, 5e-4),
    texture=Stage(10, 4, 4e-4), unet=Stage(20, 8, 8e-4), clip=Stage(20, 16, 7e-4), clip_tune=Stage(10, 16, 5e-4),
    can={64: Stage(4, 8, 2e-4), 128: Stage(3, 8, 2e-4), 256: Stage(2, 2, 2e-4),
         512: Stage(2, 2, 2e-4)},
    can_generator={64: Stage(4, 8, 3e-4), 128: Stage(3, 8, 3e-4), 256: Stage(2, 2, 3e-4), 512: Stage(2, 2, 3e-4)},
    judge=Stage(20, 16, 1e-3), tiny_decoder=Stage(10, 4, 1e-3),
    softened=16, judged={64: 4, 128: 2, 256: 2, 512: 1}, judged_blends=8,
)

# One H200-class GPU, an hour: every concept, every artist, native 256 px. `named` () means all.
CUDA = Scale(
    name="cuda", named=(), merges=3400, native=256,
    renders={
        64: Renders({"twemoji": 1, "noto": 1, "emojione": 1}, others=0),
        128: Renders({"twemoji": 1, "noto": 1, "emojione": 1}, others=0, pairs=3000, blends=3000),
        256: Renders({"twemoji": 2, "noto": 1, "emojione": 1}, others=0, pairs=6000, blends=6000),
        512: Renders({"twemoji": 1}, others=0),
    },
    text=Stage(6000, 256, 1e-3), vae=Stage(20000, 32, 1e-3), decoder=Stage(10000, 32, 5e-4),
    texture=Stage(10000, 32, 4e-4), unet=Stage(40000, 256, 8e-4), clip=Stage(10000, 512, 7e-4), clip_tune=Stage(4000, 512, 5e-4),
    can={64: Stage(10000, 128, 2e-4), 128: Stage(10000, 128, 2e-4), 256: Stage(8000, 64, 2e-4),
         512: Stage(6000, 32, 2e-4)},
    can_generator={64: Stage(20000, 128, 3e-4), 128: Stage(20000, 128, 3e-4), 256: Stage(10000, 64, 3e-4),
                   512: Stage(8000, 32, 3e-4)},
    judge=Stage(8000, 256, 1e-3), tiny_decoder=Stage(10000, 32, 1e-3),
    softened=20000, judged={64: 200, 128: 200, 256: 200, 512: 200}, judged_blends=500,
)

SCALES = {scale.name: scale for scale in (TINY, CPU, CUDA)}
