"""Seconds of peers that took turns, and what they say."""

import statistics
from dataclasses import dataclass, field

from roster import PEERS

LIMINAL = {peer.name for peer in PEERS if peer.is_liminal}
FP32 = {peer.name for peer in PEERS if peer.is_fp32}


@dataclass
class Measurement:
    """One task at one size: for each peer a number for each round, and what its first run took."""

    task: str
    size: int | None
    unit: str = "s"
    first: dict[str, float] = field(default_factory=dict)
    rounds: dict[str, list[float]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.task if self.size is None else f"{self.task}, {self.size} px"

    def note(self, peer: str, value: float) -> None:
        self.rounds.setdefault(peer, []).append(value)

    def ratios(self, peer: str, own: str) -> list[float]:
        """How many times Liminal's figure the peer's is, round by round."""
        return [theirs / ours for theirs, ours in zip(self.rounds[peer], self.rounds[own]) if ours]

    def fastest(self, among: set[str] | None = None) -> str | None:
        """The peer with the smallest median, Liminal aside."""
        names = [name for name in self.rounds if name not in LIMINAL and (among is None or name in among)]
        return min(names, key=lambda name: statistics.median(self.rounds[name]), default=None)

    def as_json(self) -> dict:
        return {"task": self.task, "size": self.size, "unit": self.unit, "first": self.first, "rounds": self.rounds}

    def table(self) -> str:
        """A Markdown table of the peers, and the ratios to the fastest under it."""
        owns = [name for name in ["liminal", "liminal-fp32"] if self.rounds.get(name)]
        head = ["", "first", "min", "median", "spread", *[f"ratio to {own}" for own in owns]]
        rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
        for name, values in self.rounds.items():
            middle = statistics.median(values)
            first = number(self.first[name]) if name in self.first else ""
            cells = [name, first, number(min(values)), number(middle), f"{(max(values) - min(values)) / middle:.0%}"]
            rows.append(cells + ["" if name == own else spread(self.ratios(name, own)) for own in owns])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([f"**{self.title}** ({self.unit})", "", *lines, "", *self.verdicts(owns)])

    def verdicts(self, owns: list[str]) -> list[str]:
        """Liminal against the fastest peer of each kind, in a sentence."""
        lines = []
        for own, among, kind in [("liminal", None, "fastest peer"), ("liminal-fp32", FP32, "fastest fp32 peer")]:
            peer = self.fastest(among)
            if own in owns and peer:
                lines.append(f"{own}: {spread(self.ratios(peer, own))} times the {kind}, {peer}.  ")
        return lines


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def spread(values: list[float]) -> str:
    """Median (least-most)."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"
