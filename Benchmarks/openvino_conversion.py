"""Makes OpenVINO's files of a part of a pipeline, with weights of 16 bits, once:

    python Benchmarks/openvino_conversion.py CACHE FOLDER PART...      PART: unet, vae, text_encoder, clip
"""

import argparse
import json
import os
import pathlib


def path(cache: pathlib.Path, folder: pathlib.Path, part: str) -> pathlib.Path:
    """Where a part's file is kept: folders that share a part share it."""
    source = folder if part == "clip" else folder / part
    return cache / ("-".join(source.resolve().parts[-2:]) + ".xml")


def scaling_factor(folder: pathlib.Path) -> float:
    return json.loads((folder / "vae" / "config.json").read_text()).get("scaling_factor", 1.0)


def text_shape(folder: pathlib.Path) -> tuple[int, int]:
    """Tokens and width of what the text encoder makes of a prompt."""
    fields = json.loads((folder / "text_encoder" / "config.json").read_text())
    return fields["max_position_embeddings"], fields["hidden_size"]


def modules():
    """The parts as torch modules of positional inputs, which is what conversion traces."""
    import torch
    from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
    from transformers import CLIPModel, CLIPTextModel

    class Part(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model.eval()

    class UNet(Part):
        def forward(self, latents, timestep, context):
            return self.model(latents, timestep, encoder_hidden_states=context, return_dict=False)[0]

    class Decoder(Part):
        def forward(self, latents):
            return self.model.decode(latents, return_dict=False)[0]

    class TextEncoder(Part):
        def forward(self, ids):
            return self.model(ids).last_hidden_state

    class ImageEncoder(Part):
        def forward(self, pixels):
            features = self.model.get_image_features(pixel_values=pixels)
            return getattr(features, "pooler_output", features)

    def unet(folder):
        model = UNet(UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32))
        width = model.model.config.cross_attention_dim
        return model, {
            "latents": torch.randn(2, 4, 16, 16), "timestep": torch.tensor(1.0),
            "context": torch.randn(2, text_shape(folder)[0], width)}

    def vae(folder):
        name = AutoencoderKL.load_config(folder / "vae")["_class_name"]
        kind = {"AutoencoderKL": AutoencoderKL, "AutoencoderTiny": AutoencoderTiny}[name]
        return Decoder(kind.from_pretrained(folder / "vae", torch_dtype=torch.float32)), {
            "latents": torch.randn(1, 4, 16, 16)}

    def text_encoder(folder):
        model = CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32)
        return TextEncoder(model), {"ids": torch.arange(2 * text_shape(folder)[0]).reshape(2, -1)}

    def clip(folder):
        model = CLIPModel.from_pretrained(folder, dtype=torch.float32)
        return ImageEncoder(model), {"pixels": torch.randn(1, 3, 224, 224)}

    return {"unet": unet, "vae": vae, "text_encoder": text_encoder, "clip": clip}


def convert(cache: pathlib.Path, folder: pathlib.Path, part: str) -> None:
    import openvino
    import torch

    module, inputs = modules()[part](folder)
    with torch.no_grad():
        model = openvino.convert_model(module, example_input=inputs)
    for port, name in zip(model.inputs, inputs, strict=True):
        port.get_tensor().set_names({name})
    target = path(cache, folder, part)
    unfinished = target.with_name(f"unfinished-{target.name}")
    openvino.save_model(model, unfinished, compress_to_fp16=True)
    os.replace(unfinished.with_suffix(".bin"), target.with_suffix(".bin"))
    os.replace(unfinished, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("parts", nargs="+", choices=["unet", "vae", "text_encoder", "clip"])
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    for part in arguments.parts:
        if not path(arguments.cache, arguments.folder, part).exists():
            print(f"converting {part} of {arguments.folder} for OpenVINO", flush=True)
            convert(arguments.cache, arguments.folder, part)


if __name__ == "__main__":
    main()
