"""A CLIP ViT-L/14 of full size (428 M parameters) with random float16 weights, for measuring speed and memory.

    python Tools/random_clip.py FOLDER

Nothing is downloaded: the configuration is that of openai/clip-vit-large-patch14.
"""

import argparse
import pathlib

import numpy
import torch
from transformers import CLIPConfig, CLIPModel

from random_sd2 import REPOSITORY, shapes_of, write_json, write_random, write_tokenizer

CLIP = {
    "projection_dim": 768, "logit_scale_init_value": 2.6592,
    "text_config": {
        "bos_token_id": 49406, "eos_token_id": 49407, "hidden_act": "quick_gelu", "hidden_size": 768,
        "intermediate_size": 3072, "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "num_attention_heads": 12,
        "num_hidden_layers": 12, "pad_token_id": 1, "projection_dim": 768, "vocab_size": 49408,
    },
    "vision_config": {
        "hidden_act": "quick_gelu", "hidden_size": 1024, "image_size": 224, "intermediate_size": 4096,
        "layer_norm_eps": 1e-05, "num_attention_heads": 16, "num_channels": 3, "num_hidden_layers": 24,
        "patch_size": 14, "projection_dim": 768,
    },
}
PREPROCESSOR = {
    "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True,
    "size": {"shortest_edge": 224}, "resample": 3, "do_center_crop": True, "crop_size": {"height": 224, "width": 224},
    "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    with torch.device("meta"):
        model = CLIPModel(CLIPConfig(**CLIP))
    write_json(folder / "preprocessor_config.json", PREPROCESSOR)
    write_tokenizer(folder, REPOSITORY / "Tests/Golden/tokenizer/clip/merges.txt")
    count = write_random(folder / "model.safetensors", shapes_of(model), numpy.random.Generator(numpy.random.SFC64(3)))
    # Last, since its presence says that all is there.
    write_json(folder / "config.json", {"architectures": ["CLIPModel"], "model_type": "clip"} | CLIP)
    print(f"clip: {count / 1e6:.1f} M parameters", flush=True)


if __name__ == "__main__":
    main()
