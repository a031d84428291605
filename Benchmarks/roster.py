"""The peers, and how the process of each is started."""

import pathlib
import sys
from dataclasses import dataclass

import openvino_conversion
import sdcpp_conversion
from peer_process import PeerProcess

HERE = pathlib.Path(__file__).resolve().parent


@dataclass(frozen=True)
class Peer:
    name: str
    script: str | None  # of this folder; None for Liminal itself
    precision: str

    @property
    def is_liminal(self) -> bool:
        return self.script is None

    @property
    def is_fp32(self) -> bool:
        return self.precision == "fp32"


PEERS = [
    Peer("liminal", None, "auto"),
    Peer("liminal-fp32", None, "fp32"),
    Peer("liminal-int8", None, "int8"),
    Peer("pytorch-fp32", "peer_pytorch.py", "fp32"),
    Peer("pytorch-bf16", "peer_pytorch.py", "bf16"),
    Peer("openvino-fp32", "peer_openvino.py", "fp32"),
    Peer("openvino-bf16", "peer_openvino.py", "bf16"),
    Peer("sd.cpp-f16", "peer_sdcpp.py", "f16"),
]


@dataclass(frozen=True)
class Setting:
    """What all peers are started with."""

    liminal: pathlib.Path  # liminal-bench; `liminal` itself lies beside it
    models: pathlib.Path
    threads: int

    @property
    def cache(self) -> pathlib.Path:
        return self.models / "converted"

    @property
    def sd2(self) -> pathlib.Path:
        return self.models / "sd2-random"

    @property
    def turbo(self) -> pathlib.Path:
        return self.models / "turbo-random"

    @property
    def clip(self) -> pathlib.Path:
        return self.models / "clip-random"

    def files(self, peer: Peer, folder: pathlib.Path) -> list[pathlib.Path]:
        """What a peer reads of a pipeline when it loads it."""
        if peer.script == "peer_openvino.py":
            parts = ["unet", "vae", "text_encoder"]
            return [openvino_conversion.path(self.cache, folder, part).with_suffix(".bin") for part in parts]
        if peer.script == "peer_sdcpp.py":
            folder = sdcpp_conversion.path(self.cache, folder)
        return list(folder.glob("*/*.safetensors"))

    def start(self, peer: Peer, folder: pathlib.Path) -> PeerProcess:
        words = [folder, "--clip", self.clip, "--threads", self.threads, "--precision", peer.precision]
        if peer.is_liminal:
            command = [self.liminal, *words]
        else:
            command = [sys.executable, HERE / peer.script, *words, "--cache", self.cache]
        return PeerProcess(peer.name, command, self.models / f"{peer.name}.log")
