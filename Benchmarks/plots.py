"""Draws what bench.py measured:

    make bench-plots                                          out/bench.json to docs/plots/*.svg
    make bench-plots ARGS="--results out/a.json out/b.json"   several runs of different tasks
"""

import argparse
import json
import pathlib
import statistics

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "liminal"  # the same figures give the same file
from matplotlib import pyplot  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLOURS = {
    "liminal": "#d62728", "liminal-fp32": "#ff9896", "openvino-bf16": "#1f77b4", "openvino-fp32": "#aec7e8",
    "pytorch-bf16": "#2ca02c", "pytorch-fp32": "#98df8a", "sd.cpp-f16": "#7f7f7f",
}


class Results:
    def __init__(self, paths: list[pathlib.Path]):
        self.all = [result for path in paths for result in json.loads(path.read_text())["results"]]

    def lines(self, select) -> dict[str, dict[int, float]]:
        """For each peer its medians; `select` gives a result's place on the axis, or None where it is of no concern."""
        found = {}
        for result in self.all:
            place = select(result)
            if place is None:
                continue
            for peer, values in result["rounds"].items():
                found.setdefault(peer, {})[place] = statistics.median(values)
        return found


def numbered(task: str):
    """Picks results of tasks such as `batch 4`."""
    def select(result):
        name, _, number = result["task"].partition(" ")
        return int(number) if name == task else None
    return select


def draw(lines: dict, title: str, across: str, up: str, target: pathlib.Path, log: bool = True) -> None:
    if not lines:
        return
    figure, axes = pyplot.subplots(figsize=(6.4, 4))
    for peer, points in sorted(lines.items(), key=lambda line: list(COLOURS).index(line[0])):
        places = sorted(points)
        axes.plot(
            places, [points[place] for place in places], marker="o", markersize=4, color=COLOURS[peer], label=peer,
            linewidth=2.4 if peer == "liminal" else 1.3)
    places = sorted({place for points in lines.values() for place in points})
    axes.set_xscale("log", base=2)
    axes.set_xticks(places, [str(place) for place in places], minor=False)
    axes.minorticks_off()
    if log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, frameon=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    print(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=pathlib.Path, nargs="+", default=[ROOT / "out/bench.json"])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/plots")
    parser.add_argument("--format", choices=["svg", "png"], default="svg")
    arguments = parser.parse_args()
    results = Results(arguments.results)

    def target(name):
        return arguments.out / f"{name}.{arguments.format}"

    for task, title in [("unet", "A guidance step of Stable Diffusion 2's U-Net"), ("decode", "Latents to a picture"),
                        ("picture", "A whole picture of 20 steps")]:
        lines = results.lines(lambda result: result["size"] if result["task"] == task else None)
        draw(lines, title, "side, px", "seconds", target(f"{task}-by-size"))
    batches = results.lines(numbered("batch"))
    each = {peer: {count: seconds / count for count, seconds in points.items()} for peer, points in batches.items()}
    draw(each, "The U-Net's step at 64 px, by batch", "predictions in the batch", "seconds a prediction",
         target("unet-by-batch"))
    draw(results.lines(numbered("threads")), "A guidance step at 128 px, by threads", "threads", "seconds",
         target("unet-by-threads"), log=False)


if __name__ == "__main__":
    main()
