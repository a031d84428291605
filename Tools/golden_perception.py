"""Small DINO and ImageReward models with random weights, and what transformers computes with them.

    python Tools/golden_perception.py [Tests/Golden/perception]

writes `dino/NAME`, folders as transformers saves a ViTModel without pooler; `image_reward`, a folder as
Tools/convert_image_reward.py makes it, from a state dict with the names of the package image-reward 1.5 that is filled by
transformers' BlipVisionModel and BlipTextModel; each with a `cases.safetensors`. `tokens.json` has the ids that BertTokenizer
gives for texts, and `words.bin`, for each block of 256 characters, a checksum of the words that `BertNormalizer` and
`BertPreTokenizer` make of them. torch computes in float32 from the weights as they are stored. Run twice, the bytes are
the same.
"""

import json
import os
import pathlib
import struct
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from convert_image_reward import MEAN, STD, convert
from golden_clip import picture
from golden_support import GOLDEN, write_json, write_safetensors
from PIL import Image
from safetensors.torch import load_file
from tokenizers import normalizers, pre_tokenizers
from torch import nn
from transformers import (
    BertTokenizer, BlipTextConfig, BlipTextModel, BlipVisionConfig, BlipVisionModel, ViTConfig, ViTModel)
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

DINO = {
    # The type, the size and the resampling that the hub's facebook/dino-vits16 has, pixels left over, float16.
    "small": dict(
        dtype=torch.float16, image_size=34, patch_size=8, hidden_size=24, intermediate_size=56, num_hidden_layers=3,
        num_attention_heads=3, layer_norm_eps=1e-12,
        processor=dict(feature_extractor_type="ViTFeatureExtractor", size=34, resample=2,
                       image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])),
    # Bicubic, ViTImageProcessor's own mean and deviation, sizes that no register width divides, float32.
    "odd": dict(
        dtype=torch.float32, image_size=15, patch_size=5, hidden_size=15, intermediate_size=33, num_hidden_layers=1,
        num_attention_heads=5, layer_norm_eps=1e-6, hidden_act="gelu_new",
        processor=dict(image_processor_type="ViTImageProcessor", size={"height": 15, "width": 15}, resample=3)),
}

VISION = dict(hidden_size=20, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4, image_size=34, patch_size=16,
              hidden_act="gelu", layer_norm_eps=1e-6)
TEXT = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=3, max_position_embeddings=40,
            hidden_act="gelu", layer_norm_eps=1e-12)
HEAD = [32, 12, 8, 4]

PIECES = """
[PAD] [unused0] [UNK] [CLS] [SEP] [MASK] ! " ' ( ) , - . / : ? # a b c d e f g h i j k l m n o p q r s t u v w
x y z 0 1 2 ##a ##b ##c ##d ##e ##f ##g ##h ##i ##j ##k ##l ##m ##n ##o ##p ##q ##r ##s ##t ##u ##v ##w ##x
##y ##z ##0 ##1 the of a fox painting paint ##ing ##er water ##color un ##aff ##able cafe naive straße
ıstanbul σ οδυσσευσ ##σ 猫 東 京 漢 ᄒ ##ᅡ ##ᆫ ト ##サ москва ##й — ¿ 。 🦊 ß ø ##ø ##ʼ 8 ##k art ##work in style
"""

TEXTS = [
    "a painting of a fox", "", " ", "Unaffable!", "PAINTING, by Water-Color; 8k?",
    "café naïve cafe\u0301 NAI\u0308VE", "猫東京漢 \ufa0b\U0002b820\U0002f800 a猫b", "straße STRASSE ẞ İstanbul ıstanbul",
    "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς Σ", "한 トサ ド ザ", "Москвай й ё", "—¿que?。", "fox🦊fox 🦊", "qqqqzzzz xyzæ", "a" * 100, "a" * 101,
    "fox " * 40, "fox, " * 60, "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 the fox of",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 the fox of art in",
    "\u0000a\u0001b\ufffdc\u200bd\u00ade\tf\ng\rh\u000bi\u000cj\u0085k\u00a0l\u2028m\u3000n\u180eo\ufeffp",
    "[CLS] a [MASK] fox[SEP]", "[DEC]paint[ENC]ing [enc] [unused0] [UNK", "x[PAD]y [ CLS ] [[CLS]] [CLSS]",
    "สว\u0e31สด\u0e35 नमस\u094dत\u0947 ש\u05b8לו\u05b9ם", "a\u0301\u0323\u0328b ṩ \u212b \u2126 ﬁ",
    "\u1734\U000111c9\u166d\u07fd\u2e43\u0c04x", "##a # ##", "e\u0302\u0301\u0301\u0301x\u20dd",
    "it's don't 'tis $5 <b> ^_^ a|b ~`", "un" * 30,
]

PROMPTS = ["a painting of a fox", "Unaffable, naïve 猫!", "fox, " * 60, "", "the art of water in style", "a painting of a fox"]


def randomise(model, dtype, seed):
    """Weights large enough that every layer matters, rounded to the type in which they are stored."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        scale = 0.8 / parameter[0].numel() ** 0.5 if parameter.dim() > 1 else 0.2
        if "embedding" in name and "patch" not in name or "cls_token" in name:
            scale = 0.7
        if "head" in name:  # or rewards would differ little
            scale *= 3
        values = torch.randn(parameter.shape, generator=generator) * scale
        is_scale = "norm" in name.lower() and name.endswith("weight")
        parameter.data = (values + 1 if is_scale else values).to(dtype).float()
    return model.eval()


def write_dino(folder, recipe, seed):
    recipe = dict(recipe)
    dtype, processor = recipe.pop("dtype"), recipe.pop("processor")
    model = randomise(ViTModel(ViTConfig(**recipe), add_pooling_layer=False), dtype, seed)
    with tempfile.TemporaryDirectory() as saved:  # for the names that save_pretrained gives the tensors
        model.save_pretrained(saved)
        config = json.loads(pathlib.Path(saved, "config.json").read_text(encoding="utf-8"))
        tensors = load_file(pathlib.Path(saved, "model.safetensors"))
    write_json(folder / "config.json", config)
    write_json(folder / "preprocessor_config.json", processor)
    write_safetensors(folder / "model.safetensors", {name: tensors[name].to(dtype) for name in sorted(tensors)})
    settings = {name: value for name, value in processor.items() if not name.endswith("_type")}
    images = [picture(height, width, seed + index) for index, (height, width) in enumerate([(23, 37), (90, 41), (7, 60)])]
    pixels = ViTImageProcessorPil(**settings)([Image.fromarray(image) for image in images], return_tensors="pt").pixel_values
    whole, keys = dino_features(model, pixels)
    features = {"style": whole[:, 0], "content": keys.flatten(1), "whole": whole.flatten(1)}
    tensors = {f"image.{index}": image for index, image in enumerate(images)} | features
    for name, values in features.items():
        tensors[f"similarity.{name}"] = nn.functional.cosine_similarity(values[0], values[1:])
    write_safetensors(folder / "cases.safetensors", tensors | {"pixels": pixels.permute(0, 2, 3, 1)})


def dino_features(model, pixels):
    """The last hidden state [N, T, D] and the keys of the last block [N, heads, T, d]."""
    keys = []
    hook = model.layers[-1].attention.k_proj.register_forward_hook(lambda module, inputs, output: keys.append(output))
    whole = model(pixel_values=pixels).last_hidden_state
    hook.remove()
    count, length, width = whole.shape
    heads = model.config.num_attention_heads
    return whole, keys[0].view(count, length, heads, width // heads).transpose(1, 2)


class Reward(nn.Module):
    """ImageReward of image-reward 1.5, with transformers' BLIP for its own, and its preprocessing and names."""

    def __init__(self, vision, text, head):
        super().__init__()
        self.vision = BlipVisionModel(BlipVisionConfig(**vision))
        # is_decoder makes the layers of cross-attention here, which med.py calls add_cross_attention.
        self.text = BlipTextModel(
            BlipTextConfig(**text, encoder_hidden_size=vision["hidden_size"], bos_token_id=0, is_decoder=True),
            add_pooling_layer=False)
        widths = [text["hidden_size"], *head, 1]
        self.head = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, pixels, ids, mask):
        seen = self.vision(pixel_values=pixels).last_hidden_state
        hidden = self.text(
            input_ids=ids, attention_mask=mask, encoder_hidden_states=seen,
            encoder_attention_mask=torch.ones(seen.shape[:-1], dtype=torch.long), is_decoder=False).last_hidden_state
        x = hidden[:, 0]
        for layer in self.head:
            x = layer(x)
        return seen, hidden, (x[:, 0] - MEAN) / STD

    def package_state(self):
        """The state dict that the package would save for these weights, with what only BLIP's training reads."""
        names = [("embeddings.class_embedding", "cls_token"), ("embeddings.position_embedding", "pos_embed"),
                 ("embeddings.patch_embedding", "patch_embed.proj"), ("encoder.layers.", "blocks."), ("self_attn", "attn"),
                 ("attn.projection", "attn.proj"), ("layer_norm", "norm"), ("post_layernorm", "norm")]
        state = {}
        for name, tensor in self.vision.state_dict().items():
            for ours, theirs in names:
                name = name.replace(ours, theirs)
            state[f"blip.visual_encoder.{name}"] = tensor
        state |= {f"blip.text_encoder.{name}": tensor for name, tensor in self.text.state_dict().items()}
        for index, place in enumerate([0, 2, 4, 6, 7]):  # dropout lies between
            state |= {f"mlp.layers.{place}.{part}": value for part, value in self.head[index].state_dict().items()}
        positions = self.text.config.max_position_embeddings
        state["blip.text_encoder.embeddings.position_ids"] = torch.arange(positions)[None]
        state |= {"blip.vision_proj.weight": torch.zeros(4, 4), "blip.text_proj.bias": torch.zeros(4)}
        return state


def preprocess(image, side):
    """`_transform` of ImageReward.py by Pillow and torchvision's arithmetic: [H, W, 3] -> [3, side, side]."""
    height, width = image.shape[:2]
    short = min(height, width)
    size = (int(side * width / short), int(side * height / short))
    image = Image.fromarray(image).resize(size, Image.BICUBIC)
    # torchvision.transforms.functional.center_crop
    top, left = int(round((size[1] - side) / 2.0)), int(round((size[0] - side) / 2.0))
    image = image.crop((left, top, left + side, top + side))
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float().div(255)
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
    return (pixels - mean) / deviation


def bert_tokenizer(vocabulary):
    """`init_tokenizer` of BLIP's blip.py."""
    tokenizer = BertTokenizer(vocab={token: index for index, token in enumerate(vocabulary)})
    tokenizer.add_special_tokens({"bos_token": "[DEC]"})
    tokenizer.add_special_tokens({"additional_special_tokens": ["[ENC]"]})
    return tokenizer


def tokens_of(tokenizer, texts):
    return tokenizer(texts, padding="max_length", truncation=True, max_length=35, return_tensors="pt")


def write_reward(folder, seed):
    vocabulary = list(dict.fromkeys(PIECES.split()))
    tokenizer = bert_tokenizer(vocabulary)
    text = dict(TEXT, vocab_size=len(tokenizer))
    model = randomise(Reward(VISION, text, HEAD), torch.float16, seed)
    tensors, config = convert(model.package_state(), {"vision": VISION, "text": text})
    write_json(folder / "config.json", config)
    write_safetensors(folder / "model.safetensors", {name: tensors[name].half() for name in sorted(tensors)})
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in vocabulary), encoding="utf-8")
    # Margins of 1 and 3, of which the halves round to the even neighbour; squares, and strips.
    sizes = [(34, 35), (37, 34), (50, 71), (90, 41), (34, 34), (3, 60)]
    images = [picture(height, width, seed + index) for index, (height, width) in enumerate(sizes)]
    pixels = torch.stack([preprocess(image, VISION["image_size"]) for image in images])
    tokens = tokens_of(tokenizer, PROMPTS)
    seen, hidden, rewards = model(pixels, tokens.input_ids, tokens.attention_mask)
    assert rewards.std() > 0.1, rewards
    cases = {f"image.{index}": image for index, image in enumerate(images)}
    cases |= {"pixels": pixels.permute(0, 2, 3, 1), "ids": tokens.input_ids, "mask": tokens.attention_mask,
              "seen": seen, "hidden": hidden, "rewards": rewards}
    write_safetensors(folder / "cases.safetensors", cases, {"prompts": PROMPTS})
    return tokenizer


def write_tokens(path, tokenizer):
    tokens = tokens_of(tokenizer, TEXTS)
    totals = [len(ids) for ids in tokenizer(TEXTS).input_ids]
    ids = [row[:sum(mask)] for row, mask in zip(tokens.input_ids.tolist(), tokens.attention_mask.tolist())]
    write_json(path, [{"text": text, "ids": row, "total": total} for text, row, total in zip(TEXTS, ids, totals)])


def checksum(data):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def write_words(path):
    """For every 256 characters, the checksum of each alone between an x and a y, as words that end with a newline."""
    normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    splitter = pre_tokenizers.BertPreTokenizer()
    sums = []
    for block in range(0x110000 >> 8):
        words = []
        for code in range(block << 8, (block + 1) << 8):
            if not 0xD800 <= code < 0xE000:
                words += [word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(f"x{chr(code)}y"))]
        sums.append(checksum("".join(word + "\n" for word in words).encode()))
    path.write_bytes(struct.pack(f"<{len(sums)}Q", *sums))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN / "perception"
    for seed, (name, recipe) in enumerate(DINO.items()):
        write_dino(out / "dino" / name, recipe, 300 + 10 * seed)
    tokenizer = write_reward(out / "image_reward", 340)
    write_tokens(out / "tokens.json", tokenizer)
    write_words(out / "words.bin")


if __name__ == "__main__":
    main()
