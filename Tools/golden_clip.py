"""Tiny CLIP models with random weights, and what transformers computes with them and with the embedded one.

    python Tools/golden_clip.py [Tests/Golden/clip]

writes a folder per CLIPModel (`quick`, `exact`, `sharded`) and per CLIPTextModel (`text`, `text-prefixed`), each with a
`cases.safetensors` of inputs and expected outputs (images channels-last), `preprocess.safetensors` for the image
processor alone, and `emoji.safetensors` for weights/clip/emoji. torch computes in float32 from the weights as
they are stored. Run twice, the bytes are the same.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from golden_support import GOLDEN, ROOT, write_json, write_safetensors
from transformers import AutoTokenizer, CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModel, CLIPTokenizer
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

TEXTS = ["a fox", "An octopus, neon sign!", "", "p\u00e9ch\u00e9 \u732b " + "long " * 20]

MODELS = {
    # OpenAI's activation, the legacy eos_token_id, heads of 5, pixels left over at the right and below, float16.
    "quick": dict(
        dtype=torch.float16, projection=12, logit_scale=3.1,
        text=dict(hidden_size=24, intermediate_size=56, num_hidden_layers=2, num_attention_heads=3,
                  max_position_embeddings=16, hidden_act="quick_gelu", bos_token_id=0, eos_token_id=2),
        vision=dict(hidden_size=20, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=18,
                    patch_size=4, hidden_act="quick_gelu"),
        processor=dict(size={"shortest_edge": 18}, crop_size={"height": 18, "width": 18})),
    # The exact GELU, the tokenizer's own eos_token_id, patches of 8, bfloat16.
    "exact": dict(
        dtype=torch.bfloat16, projection=20, logit_scale=2.6592,
        text=dict(hidden_size=32, intermediate_size=40, num_hidden_layers=1, num_attention_heads=2,
                  max_position_embeddings=20, hidden_act="gelu", bos_token_id=512, eos_token_id=513,
                  layer_norm_eps=1e-6),
        vision=dict(hidden_size=16, intermediate_size=64, num_hidden_layers=3, num_attention_heads=1, image_size=24,
                    patch_size=8, hidden_act="gelu", layer_norm_eps=1e-6),
        processor=dict(size=30, crop_size=24, image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5])),
    # The tanh GELU, float32 in three shards, sizes that no register width divides.
    "sharded": dict(
        dtype=torch.float32, projection=7, logit_scale=4.6052, shards=3,
        text=dict(hidden_size=15, intermediate_size=33, num_hidden_layers=2, num_attention_heads=5,
                  max_position_embeddings=11, hidden_act="gelu_pytorch_tanh", bos_token_id=512, eos_token_id=513),
        vision=dict(hidden_size=21, intermediate_size=17, num_hidden_layers=1, num_attention_heads=3, image_size=15,
                    patch_size=5, hidden_act="gelu_new"),
        processor=dict(size={"height": 15, "width": 15}, do_center_crop=False)),
}

PROCESSORS = [
    dict(size={"shortest_edge": 9}, crop_size={"height": 9, "width": 9}),
    dict(size=9, crop_size=9),
    dict(size={"height": 7, "width": 12}, crop_size={"height": 5, "width": 8}),
    dict(size=[8, 6], do_center_crop=False),
    dict(do_resize=False, crop_size={"height": 12, "width": 11}),
    dict(do_resize=False, crop_size={"height": 40, "width": 7}),
    dict(size={"shortest_edge": 5}, crop_size={"height": 12, "width": 13}),
    dict(size={"shortest_edge": 9}, crop_size=8, do_rescale=False),
    dict(size={"shortest_edge": 9}, crop_size=8, do_normalize=False),
    dict(size={"shortest_edge": 9}, crop_size=8, do_rescale=False, do_normalize=False),
    dict(size={"shortest_edge": 9}, crop_size=8, rescale_factor=1 / 127.5, image_mean=1.0, image_std=[1, 0.5, 2.5]),
    dict(size={"shortest_edge": 224}, crop_size=3),
]


def picture(height, width, seed):
    """Waves, an edge and noise, as 8-bit pixels [height, width, 3]."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x * (0.11 + 0.05 * c) + y * 0.07 * (c + 1) + seed) for c in range(3)]
    pixels = 127 + 90 * np.stack(waves, -1) + random.normal(0, 12, (height, width, 3))
    pixels[: height // 3, width // 2 :] = random.integers(0, 256, 3)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def write_tokenizer(folder, length):
    """The tokenizer of single bytes: OpenAI's alphabet, each with and without the end of a word, and no merges."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    alphabet = list(bytes_to_unicode().values())
    tokens = alphabet + [letter + "</w>" for letter in alphabet] + ["<|startoftext|>", "<|endoftext|>"]
    write_json(folder / "vocab.json", {token: index for index, token in enumerate(tokens)})
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": length, "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>"})
    return CLIPTokenizer.from_pretrained(folder)


def randomise(model, dtype):
    """Weights large enough that every layer matters, rounded to the type in which they are stored."""
    for name, parameter in model.named_parameters():
        if name == "logit_scale":
            continue
        scale = 0.6 / parameter.shape[-1] ** 0.5 if parameter.dim() > 1 else 0.2
        if "embedding" in name:
            scale = 0.7
        values = torch.randn(parameter.shape) * scale
        parameter.data = values + 1 if "norm" in name and name.endswith("weight") else values
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype).float()
    return model.eval()


def write_weights(folder, tensors, shards=1):
    if shards == 1:
        write_safetensors(folder / "model.safetensors", tensors)
        return
    names = list(tensors)
    weight_map = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        mine = names[shard * len(names) // shards : (shard + 1) * len(names) // shards]
        write_safetensors(folder / file, {name: tensors[name] for name in mine}, {"format": "pt"})
        weight_map |= {name: file for name in mine}
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": 0}, "weight_map": weight_map})


def clip_cases(model, tokenizer, processor, texts, images):
    """What a CLIPModel makes of texts and images, step by step."""
    ids = tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids
    pixels = torch.cat([processor(image, return_tensors="pt").pixel_values for image in images])
    text, vision = model.text_model(input_ids=ids), model.vision_model(pixel_values=pixels)
    both = model(input_ids=ids, pixel_values=pixels)
    tensors = {f"image.{index}": image for index, image in enumerate(images)}
    tensors |= {
        "ids": ids, "text.hidden": text.last_hidden_state, "text.pooled": text.pooler_output,
        "text.embedded": both.text_embeds, "pixels": pixels.permute(0, 2, 3, 1),
        "image.pooled": vision.pooler_output,
        "image.embedded": both.image_embeds, "logits": both.logits_per_image}
    return tensors


def write_clip(folder, recipe, seed):
    torch.manual_seed(seed)
    tokenizer = write_tokenizer(folder, recipe["text"]["max_position_embeddings"])
    config = CLIPConfig(
        text_config=dict(recipe["text"], vocab_size=514), vision_config=recipe["vision"],
        projection_dim=recipe["projection"], logit_scale_init_value=recipe["logit_scale"])
    model = randomise(CLIPModel(config), recipe["dtype"])
    settings = {"model_type": "clip", "projection_dim": recipe["projection"],
                "text_config": dict(recipe["text"], vocab_size=514), "vision_config": recipe["vision"]}
    write_json(folder / "config.json", settings)
    write_json(folder / "preprocessor_config.json", dict(recipe["processor"], image_processor_type="CLIPImageProcessor"))
    tensors = {name: value.to(recipe["dtype"]) for name, value in model.state_dict().items()}
    write_weights(folder, tensors, recipe.get("shards", 1))
    images = [picture(height, width, seed + index) for index, (height, width) in enumerate([(23, 37), (41, 12)])]
    processor = CLIPImageProcessorPil(**recipe["processor"])
    write_safetensors(
        folder / "cases.safetensors", clip_cases(model, tokenizer, processor, TEXTS, images),
        {"texts": TEXTS, "logit_scale": repr(float(model.logit_scale.exp()))})


def write_text(folder, prefix, seed, **settings):
    """A pipeline's text encoder, with the keys of transformers 5 or of the versions before."""
    torch.manual_seed(seed)
    settings = dict(
        vocab_size=60, hidden_size=18, intermediate_size=70, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=13, **settings)
    model = randomise(CLIPTextModel(CLIPTextConfig(**settings)), torch.float16)
    write_json(folder / "config.json", dict(settings, model_type="clip_text_model", architectures=["CLIPTextModel"]))
    tensors = {prefix + name: value.half() for name, value in model.state_dict().items()}
    if prefix:
        tensors[prefix + "embeddings.position_ids"] = torch.arange(13)[None]
    write_safetensors(folder / "model.safetensors", tensors, {"format": "pt"})
    # The end of text in the middle, twice, first, and not at all.
    ids = torch.tensor([
        [57, 4, 9, 1, 58, 58, 0, 0, 0, 0, 0, 0, 0], [57, 4, 9, 1, 58, 3, 59, 58, 59, 0, 0, 0, 2],
        [58, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4], [57, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 57]])
    cases = {}
    for length in [13, 5, 1]:
        output = model(input_ids=ids[:, :length])
        cases |= {f"ids.{length}": ids[:, :length].contiguous(), f"hidden.{length}": output.last_hidden_state,
                  f"pooled.{length}": output.pooler_output}
    write_safetensors(folder / "cases.safetensors", cases)


def write_processors(path):
    tensors, settings = {}, []
    images = [picture(19, 31, 50), picture(26, 14, 51), picture(8, 8, 52), picture(1, 30, 53)]
    for index, image in enumerate(images):
        tensors[f"image.{index}"] = image
    for index, recipe in enumerate(PROCESSORS):
        processor = CLIPImageProcessorPil(**recipe)
        for number, image in enumerate(images):
            pixels = processor(image, return_tensors="pt", input_data_format="channels_last").pixel_values[0].permute(1, 2, 0)
            tensors[f"pixels.{index}.{number}"] = pixels.float()
        settings.append(recipe)
    write_safetensors(path, tensors, {"processors": settings})


def write_embedded(path, folder):
    """The embedded model on its own ten styles and on made-up pictures."""
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with open(folder / "preprocessor_config.json", encoding="utf-8") as file:
        processor = CLIPImageProcessorPil(**json.load(file))
    styles = (ROOT / "weights" / "styles" / "emoji.txt").read_text(encoding="utf-8").splitlines()
    texts = styles + ["", "A Watercolour of a FOX, n\u00ba 7 \U0001f98a", "very " * 60 + "long"]
    images = [picture(*size, 90 + index) for index, size in enumerate([(128, 128), (64, 64), (97, 61), (40, 150)])]
    tensors = clip_cases(model, tokenizer, processor, texts, images)
    for name in ["text.hidden", "pixels"]:
        tensors[name] = tensors[name][:2]
    write_safetensors(path, tensors, {"texts": texts, "logit_scale": repr(float(model.logit_scale.exp()))})


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN / "clip"
    for seed, (name, recipe) in enumerate(MODELS.items()):
        write_clip(out / name, recipe, 100 + 10 * seed)
    write_text(out / "text", "", 200, hidden_act="gelu", eos_token_id=58)
    write_text(out / "text-prefixed", "text_model.", 201, hidden_act="quick_gelu", eos_token_id=2)
    write_processors(out / "preprocess.safetensors")
    write_embedded(out / "emoji.safetensors", ROOT / "weights" / "clip" / "emoji")


if __name__ == "__main__":
    main()
