"""A one-step pipeline of SD-Turbo's shape: the parts of a Stable Diffusion 2 folder, and TAESD's decoder for its own.

    python Tools/random_turbo.py FOLDER SD2_FOLDER

The small autoencoder has random float16 weights and the configuration of madebyollin/taesd; the rest is linked.
"""

import argparse
import os
import pathlib

import numpy
import torch
from diffusers import AutoencoderTiny

from random_sd2 import INDEX, shapes_of, write_json, write_random

TAESD = {
    "act_fn": "relu", "block_out_channels": [64] * 4, "decoder_block_out_channels": [64] * 4,
    "encoder_block_out_channels": [64] * 4, "force_upcast": False, "in_channels": 3, "latent_channels": 4,
    "latent_magnitude": 3, "latent_shift": 0.5, "num_decoder_blocks": [3, 3, 3, 1], "num_encoder_blocks": [1, 3, 3, 3],
    "out_channels": 3, "scaling_factor": 1.0, "upsampling_scaling_factor": 2,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("sd2", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    with torch.device("meta"):
        model = AutoencoderTiny(**{name: value for name, value in TAESD.items() if name != "block_out_channels"})
    write_json(folder / "vae/config.json", {"_class_name": "AutoencoderTiny"} | TAESD)
    generator = numpy.random.Generator(numpy.random.SFC64(4))
    count = write_random(folder / "vae/diffusion_pytorch_model.safetensors", shapes_of(model), generator)
    for part in ["scheduler", "text_encoder", "tokenizer", "unet"]:
        link = folder / part
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(arguments.sd2 / part, folder), target_is_directory=True)
    write_json(folder / "model_index.json", INDEX | {"vae": ["diffusers", "AutoencoderTiny"]})
    print(f"vae: {count / 1e6:.1f} M parameters", flush=True)


if __name__ == "__main__":
    main()
