"""Converts ImageReward-v1.0 to a folder that the server loads.

    python Tools/convert_image_reward.py OUT --weights ImageReward.pt --vocabulary vocab.txt [--config med_config.json]

The state dict is that of the package image-reward 1.5; nothing but tensors is unpickled. vocab.txt is bert-base-uncased's,
med_config.json is the one beside the weights and by default what is known of it. The image encoder, which is timm's, gets the
names of transformers' ViTModel, with queries, keys and values apart; the text encoder keeps its names; what only BLIP's
training reads is left out. DINO needs no such script: a folder of the hub, such as facebook/dino-vits16 with
model.safetensors, drops in unchanged.
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file

# ImageReward.py: `ImageReward.__init__`.
MEAN, STD = 0.16717362830052426, 1.0333394966054072
# blip.py, `create_vit("large", 224)`, and vit.py's norms and activation.
VISION = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=224,
              patch_size=16, hidden_act="gelu", layer_norm_eps=1e-6)
# BLIP's configs/med_config.json.
TEXT = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, vocab_size=30524,
            max_position_embeddings=512, hidden_act="gelu", layer_norm_eps=1e-12)
# Of the `MLP` in ImageReward.py; dropout lies between.
HEAD_PLACES = [0, 2, 4, 6, 7]

OUTER = {"cls_token": "embeddings.cls_token", "pos_embed": "embeddings.position_embeddings",
         "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
         "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
         "norm.weight": "layernorm.weight", "norm.bias": "layernorm.bias"}
INNER = {"norm1": "layernorm_before", "norm2": "layernorm_after", "attn.proj": "attention.output.dense",
         "mlp.fc1": "intermediate.dense", "mlp.fc2": "output.dense"}


def vision_tensors(state):
    """timm's names to those of a ViTModel."""
    tensors = {}
    for name, tensor in state.items():
        if name in OUTER:
            tensors[OUTER[name]] = tensor
            continue
        _, index, inner = name.split(".", 2)
        inner, _, part = inner.rpartition(".")
        layer = f"encoder.layer.{index}"
        if inner == "attn.qkv":
            for kind, third in zip(("query", "key", "value"), tensor.chunk(3)):
                tensors[f"{layer}.attention.attention.{kind}.{part}"] = third
        else:
            tensors[f"{layer}.{INNER[inner]}.{part}"] = tensor
    return tensors


def part_of(state, prefix):
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def convert(state, sizes):
    """The folder's tensors and its configuration."""
    tensors = {f"vision.{name}": tensor for name, tensor in vision_tensors(part_of(state, "blip.visual_encoder.")).items()}
    tensors |= {f"text.{name}": tensor for name, tensor in part_of(state, "blip.text_encoder.").items()
                if not name.endswith("position_ids")}
    for index, place in enumerate(HEAD_PLACES):
        tensors |= {f"head.{index}.{part}": state[f"mlp.layers.{place}.{part}"] for part in ("weight", "bias")}
    widths = [len(tensors[f"head.{index}.bias"]) for index in range(len(HEAD_PLACES))]
    if widths.pop() != 1:
        raise SystemExit("the head does not end in one number")
    config = sizes | {"model_type": "image_reward", "mean": MEAN, "std": STD, "head_features": widths}
    return tensors, config


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--vocabulary", type=pathlib.Path, required=True)
    parser.add_argument("--config", type=pathlib.Path)
    arguments = parser.parse_args()
    text = TEXT
    if arguments.config:
        stated = json.loads(arguments.config.read_text(encoding="utf-8"))
        text = {name: stated.get(name, value) for name, value in TEXT.items()}
    state = torch.load(arguments.weights, map_location="cpu", weights_only=True)
    tensors, config = convert(state, {"vision": VISION, "text": text})
    arguments.out.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.float().contiguous() for name, tensor in tensors.items()}
    save_file(tensors, arguments.out / "model.safetensors", {"format": "pt"})
    (arguments.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(arguments.vocabulary, arguments.out / "vocab.txt")
    print(f"{arguments.out}: {sum(tensor.numel() for tensor in tensors.values()) / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
