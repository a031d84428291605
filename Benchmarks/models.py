"""The random weights of the benchmarks, and what peers make of them: all made once."""

import pathlib
import subprocess
import sys

import openvino_conversion
import sdcpp_conversion
from roster import Peer, Setting

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*command) -> None:
    subprocess.run([sys.executable, *map(str, command)], check=True, stdout=sys.stderr)


def make(setting: Setting, peers: list[Peer]) -> None:
    sd2, turbo, clip = setting.sd2, setting.turbo, setting.clip
    if not (sd2 / "text_encoder/model.safetensors").exists():
        run(ROOT / "Tools/random_sd2.py", sd2)
    if not (turbo / "model_index.json").exists():
        run(ROOT / "Tools/random_turbo.py", turbo, sd2)
    if not (clip / "config.json").exists():
        run(ROOT / "Tools/random_clip.py", clip)
    if any(peer.script == "peer_openvino.py" for peer in peers):
        for folder, parts in [(sd2, ["unet", "vae", "text_encoder"]), (turbo, ["vae"]), (clip, ["clip"])]:
            for part in parts:
                if not openvino_conversion.path(setting.cache, folder, part).exists():
                    # In a process of its own, whose memory goes with it.
                    run(ROOT / "Benchmarks/openvino_conversion.py", setting.cache, folder, part)
    if any(peer.script == "peer_sdcpp.py" for peer in peers):
        for folder in [sd2, turbo]:
            if not (sdcpp_conversion.path(setting.cache, folder) / "text_encoder/model.safetensors").exists():
                run(ROOT / "Benchmarks/sdcpp_conversion.py", setting.cache, folder)
