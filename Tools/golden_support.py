"""What the scripts that make golden files share: seeded numbers and safetensors files of the same bytes each run."""

import json
import os
import pathlib
import struct

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "Tests" / "Golden"

# The names that the format gives to NumPy's types; bfloat16 is passed as (uint16 array, "BF16").
TYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "uint16": "U16",
    "uint8": "U8", "int8": "I8", "bool": "BOOL",
}


def write_safetensors(path, tensors, metadata=None):
    """Writes named NumPy arrays (or torch tensors) in the order given, with the header padded to 8 bytes."""
    header, blobs, offset = {}, [], 0
    if metadata:
        header["__metadata__"] = {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                                  for key, value in metadata.items()}
    for name, array in tensors.items():
        array, kind = as_array(array)
        blob = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def as_array(value):
    """A NumPy array and the format's name of its type."""
    if isinstance(value, tuple):
        return value
    if hasattr(value, "detach"):
        import torch

        value = value.detach().contiguous()
        if value.dtype == torch.bfloat16:
            return value.view(torch.uint16).numpy(), "BF16"
        value = value.numpy()
    value = np.asarray(value)
    return value, TYPES[str(value.dtype)]


def write_json(path, value):
    """Writes a JSON file with sorted names."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
