"""A pipeline's folder as stable-diffusion.cpp reads it, made once:

    python Benchmarks/sdcpp_conversion.py CACHE FOLDER

The U-Net and the autoencoder are linked. It knows a text encoder by names that begin with `text_model.`, as files of
transformers before 5 have them.
"""

import json
import os
import pathlib
import shutil
import struct
import sys


def path(cache: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    return cache / f"{folder.resolve().name}-sdcpp"


def rename(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copies a safetensors file with the prefix in front of names that lack it."""
    with open(source, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        prefix = "text_model."
        named = {name if name.startswith(("__", prefix)) else prefix + name: value for name, value in header.items()}
        text = json.dumps(named).encode()
        text += b" " * (-len(text) % 8)
        with open(target, "wb") as copy:
            copy.write(struct.pack("<Q", len(text)) + text)
            shutil.copyfileobj(file, copy)


def main() -> None:
    cache, folder = map(pathlib.Path, sys.argv[1:])
    target = path(cache, folder)
    (target / "text_encoder").mkdir(parents=True, exist_ok=True)
    for part in ["unet", "vae"]:
        (target / part).unlink(missing_ok=True)
        (target / part).symlink_to(os.path.relpath((folder / part).resolve(), target), target_is_directory=True)
    rename(folder / "text_encoder/model.safetensors", target / "text_encoder/unfinished")
    # Last, since its presence says that all is there.
    os.replace(target / "text_encoder/unfinished", target / "text_encoder/model.safetensors")


if __name__ == "__main__":
    main()
