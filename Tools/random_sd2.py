"""A pipeline of Stable Diffusion 2-base's full size with random float16 weights, for measuring speed and memory.

    python Tools/random_sd2.py FOLDER [--merges MERGES.TXT]

writes model_index.json, scheduler/, text_encoder/ (340 M parameters), tokenizer/, unet/ (865.9 M) and vae/ (83.7 M),
2.6 GB in all, one tensor in memory at a time. Nothing is downloaded: the configurations are those that
stabilityai/stable-diffusion-2-base publishes, and names and shapes come from diffusers and transformers. MERGES.TXT is
OpenAI's BPE vocabulary, by default the copy among the tokenizer's golden files.
"""

import argparse
import json
import pathlib
import struct

import numpy
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent

UNET = {
    "act_fn": "silu", "attention_head_dim": [5, 10, 20, 20], "block_out_channels": [320, 640, 1280, 1280],
    "center_input_sample": False, "cross_attention_dim": 1024,
    "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"], "downsample_padding": 1,
    "dual_cross_attention": False, "flip_sin_to_cos": True, "freq_shift": 0, "in_channels": 4, "layers_per_block": 2,
    "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 32, "out_channels": 4, "sample_size": 64,
    "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3, "use_linear_projection": True,
}
VAE = {
    "act_fn": "silu", "block_out_channels": [128, 256, 512, 512], "down_block_types": ["DownEncoderBlock2D"] * 4,
    "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3,
    "sample_size": 768, "scaling_factor": 0.18215, "up_block_types": ["UpDecoderBlock2D"] * 4,
}
TEXT = {
    "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 2, "hidden_act": "gelu", "hidden_size": 1024,
    "intermediate_size": 4096, "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "num_attention_heads": 16,
    "num_hidden_layers": 23, "pad_token_id": 1, "projection_dim": 512, "vocab_size": 49408,
}
SCHEDULER = {
    "_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
    "clip_sample": False, "num_train_timesteps": 1000, "prediction_type": "epsilon", "set_alpha_to_one": False,
    "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None,
}
INDEX = {
    "_class_name": "StableDiffusionPipeline", "feature_extractor": [None, None], "requires_safety_checker": False,
    "safety_checker": [None, None], "scheduler": ["diffusers", "PNDMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_random(path, shapes, generator):
    """A safetensors file of float16 normals, scaled so that activations stay near unit variance."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        size = 2 * int(numpy.prod(shape))
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            values = generator.standard_normal(shape or 1, dtype=numpy.float32)
            if len(shape) <= 1:
                values *= 0.02
                values += 1.0 if "norm" in name and name.endswith("weight") else 0.0
            elif "embedding" in name and "time" not in name:
                values *= 0.02
            else:
                values *= numpy.prod(shape[1:]) ** -0.5
            values.astype(numpy.float16).tofile(file)
    return sum(int(numpy.prod(shape)) for shape in shapes.values())


def shapes_of(model):
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items() if "position_ids" not in name}


def write_tokenizer(folder, merges_file):
    """OpenAI's vocabulary follows from its merges: bytes, bytes that end a word, merges, two special tokens."""
    merges = [line for line in merges_file.read_text(encoding="utf-8").splitlines() if not line.startswith("#version")]
    merges = [line for line in merges if line]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    tokens = symbols + [s + "</w>" for s in symbols] + [merge.replace(" ", "") for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    assert len(tokens) == TEXT["vocab_size"], len(tokens)
    write_json(folder / "vocab.json", {token: index for index, token in enumerate(tokens)})
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "bos_token": "<|startoftext|>",
            "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "!", "add_prefix_space": False,
            "do_lower_case": True, "errors": "replace",
        })


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument(
        "--merges", type=pathlib.Path, default=REPOSITORY / "Tests/Golden/tokenizer/clip/merges.txt")
    arguments = parser.parse_args()
    generator = numpy.random.Generator(numpy.random.SFC64(2))
    with torch.device("meta"):
        models = [
            ("unet", "diffusion_pytorch_model", UNet2DConditionModel(**UNET), {"_class_name": "UNet2DConditionModel"} | UNET),
            ("vae", "diffusion_pytorch_model", AutoencoderKL(**VAE), {"_class_name": "AutoencoderKL"} | VAE),
            (
                "text_encoder", "model", CLIPTextModel(CLIPTextConfig(**TEXT)),
                {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model"} | TEXT),
        ]
    write_json(arguments.folder / "model_index.json", INDEX)
    write_json(arguments.folder / "scheduler/scheduler_config.json", SCHEDULER)
    write_tokenizer(arguments.folder / "tokenizer", arguments.merges)
    for name, stem, model, config in models:
        write_json(arguments.folder / name / "config.json", config)
        count = write_random(arguments.folder / name / f"{stem}.safetensors", shapes_of(model), generator)
        print(f"{name}: {count / 1e6:.1f} M parameters", flush=True)


if __name__ == "__main__":
    main()
