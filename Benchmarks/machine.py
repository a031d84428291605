"""What a measurement depends on, to be kept beside it."""

import importlib.metadata
import os
import pathlib
import platform
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAGS = [
    "avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8"]
PACKAGES = ["torch", "diffusers", "transformers", "openvino", "stable-diffusion-cpp-python", "numpy"]


def processor() -> dict:
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    flags = fields.get("flags", "").split()
    return {
        "cpu": fields.get("model name", platform.processor()), "cores": os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in flags]}


def versions() -> dict:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def commit() -> str:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return described.stdout.strip()


def description(threads: int) -> dict:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return processor() | {
        "memory_gib": round(memory, 1), "kernel": platform.release(), "threads": threads, "versions": versions(),
        "commit": commit(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def words(machine: dict) -> str:
    """The description as two sentences."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (f"{machine['cpu']}, {machine['cores']} cores ({' '.join(machine['flags'])}), {machine['memory_gib']} GiB; "
            f"{machine['threads']} threads each. {versions}; commit {machine['commit']}, {machine['date']}.")
