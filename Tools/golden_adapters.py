"""Adapters with random weights, and what diffusers and peft draw with them and the models of golden_diffusion_models.py.

    python Tools/golden_adapters.py [Tests/Golden/diffusion]

writes a folder per adapter under `adapters/`, each in another style of names, and `adapters/cases.safetensors`: the
U-Net's outputs, channels-last, for the inputs that `unet-cases.safetensors` has at 8x8; pictures [H, W, 3] as bytes;
and in the metadata, as JSON, which adapters each case has. Each output is also compared with that of a model whose
weights were changed by hand, so that nothing of a file was left out. Run twice, the bytes are the same.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import diffusers
import numpy
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import load_file

from golden_pipelines import TOOLS, USUAL, load
from golden_support import write_safetensors

diffusers.utils.logging.set_verbosity_error()

FILE = "pytorch_lora_weights.safetensors"
CASES = [
    ("peft", "sd15", {"peft": 1.0}),
    ("config", "sd15", {"config": 1.0}),
    ("kohya", "sd15", {"kohya": 1.0}),
    ("processor", "sd15", {"processor": 0.5}),
    ("linear", "sd2", {"linear": 1.0}),
    ("two", "sd15", {"peft": 0.7, "config": -0.3}),
    ("three", "sd15", {"kohya": 0.7, "peft": -0.3, "processor": 1.5}),
]


class Adapter:
    """Random low-rank terms for layers of a pipeline, and what is to be added to their weights."""

    def __init__(self, name, dtype):
        self.generator = torch.Generator().manual_seed(sum(name.encode()))
        self.dtype = dtype
        self.terms = {}

    def add(self, network, path, layer, rank, alpha=None, root=False):
        def normal(*shape):
            return torch.randn(shape, generator=self.generator)

        kernel = layer.weight.shape[2:]
        down = (normal(rank, *layer.weight.shape[1:]) / layer.weight[0].numel() ** 0.5).to(self.dtype)
        up = (0.5 * normal(layer.weight.shape[0], rank, *(1 for _ in kernel)) / rank**0.5).to(self.dtype)
        factor = 1 if alpha is None else alpha / (rank**0.5 if root else rank)
        self.terms[network, path] = (down, up, alpha, factor)

    def add_to(self, pipeline, scale):
        with torch.no_grad():
            for (network, path), (down, up, _, factor) in self.terms.items():
                weight = getattr(pipeline, network).get_submodule(path).weight
                product = up.float().flatten(1) @ down.float().flatten(1)
                weight += scale * factor * product.reshape(weight.shape)


def layers(model, kinds=(torch.nn.Linear, torch.nn.Conv2d)):
    return {path: layer for path, layer in model.named_modules() if isinstance(layer, kinds)}


def attentions(model):
    endings = ("to_q", "to_k", "to_v", "to_out.0", "q_proj", "k_proj", "v_proj", "out_proj")
    return {path: layer for path, layer in layers(model).items() if path.endswith(endings)}


def with_prefix(path):
    """CLIP's layers as checkpoints name them; transformers 5 has no module of that name."""
    return path if path.startswith("text_model.") else "text_model." + path


def peft(pipeline):
    """Names as diffusers writes them today; of the first layers only."""
    adapter = Adapter("peft", torch.float16)
    for path, layer in attentions(pipeline.unet).items():
        if path.startswith(("down_blocks.0", "mid_block", "up_blocks.3")):
            adapter.add("unet", path, layer, rank=4)
    tensors = {}
    for (network, path), (down, up, _, _) in adapter.terms.items():
        tensors |= {f"{network}.{path}.lora_A.weight": down, f"{network}.{path}.lora_B.weight": up}
    return adapter, tensors, None


def config(pipeline):
    """What diffusers itself saves of adapters that peft trains: alphas are in the metadata."""
    adapter = Adapter("config", torch.float32)
    lora = LoraConfig(
        r=8, lora_alpha=4, target_modules=["attn2.to_k", "attn2.to_v", "ff.net.2", "conv_shortcut"],
        alpha_pattern={"ff.net.2": 16, "^up_blocks.2.attentions.1.transformer_blocks.0.attn2.to_v": 2})
    root = LoraConfig(r=2, lora_alpha=3, use_rslora=True, target_modules=["q_proj", "fc1"])
    tensors, metadata = {}, {}
    for network, settings in (("unet", lora), ("text_encoder", root)):
        model = getattr(pipeline, network)
        plain = layers(model)
        model.add_adapter(settings, "default")
        for path, layer in plain.items():
            if path.endswith(tuple(settings.target_modules)):
                alpha = settings.lora_alpha
                for pattern, other in settings.alpha_pattern.items():
                    alpha = other if path.endswith(pattern.removeprefix("^")) else alpha
                adapter.add(network, path, layer, settings.r, alpha, settings.use_rslora)
        saved = get_peft_model_state_dict(model, adapter_name="default")
        for name in saved:
            path, part, _ = name.rsplit(".", 2)
            down, up, _, _ = adapter.terms[network, path]
            tensors[f"{network}.{name}"] = down if part == "lora_A" else up
        fields = model.peft_config["default"].to_dict() | {"base_model_name_or_path": None}
        metadata |= {f"{network}.{key}": sorted(x) if isinstance(x, set) else x for key, x in fields.items()}
    return adapter, tensors, {"format": "pt", "lora_adapter_metadata": json.dumps(metadata, sort_keys=True)}


def kohya(pipeline):
    """Every layer of both networks, as kohya's sd-scripts write them: LoCon, with a rank and alpha of convolutions."""
    adapter = Adapter("kohya", torch.float16)
    for network in ("unet", "text_encoder"):
        for path, layer in layers(getattr(pipeline, network)).items():
            is_convolution = layer.weight.shape[2:].numel() > 1
            adapter.add(network, path, layer, *((1, 0.5) if is_convolution else (2, 1.5)))
    tensors = {}
    for (network, path), (down, up, alpha, _) in adapter.terms.items():
        name = "lora_unet_" + path if network == "unet" else "lora_te_" + with_prefix(path)
        name = name.replace(".", "_")
        tensors |= {
            f"{name}.alpha": torch.tensor(alpha).half(), f"{name}.lora_down.weight": down,
            f"{name}.lora_up.weight": up}
    return adapter, tensors, {"ss_network_module": "networks.lora"}


def processor(pipeline):
    """Names of the attention processors of diffusers before 0.20."""
    adapter = Adapter("processor", torch.bfloat16)
    tensors = {}
    for path, layer in attentions(pipeline.unet).items():
        if path.startswith(("down_blocks.2", "mid_block", "up_blocks.1")):
            adapter.add("unet", path, layer, rank=4)
    for path, layer in attentions(pipeline.text_encoder).items():
        adapter.add("text_encoder", path, layer, rank=4)
    for (network, path), (down, up, _, _) in adapter.terms.items():
        module, layer = path.removesuffix(".0").rsplit(".", 1)
        layer = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"}.get(layer, layer)
        name = f"unet.{module}.processor.{layer}_lora"
        if network == "text_encoder":
            name = f"text_encoder.{with_prefix(module)}.{layer}_lora"
        tensors |= {f"{name}.down.weight": down, f"{name}.up.weight": up}
    return adapter, tensors, None


def linear(pipeline):
    """Names of diffusers in between, of a model whose transformers project by linear layers."""
    adapter = Adapter("linear", torch.float16)
    for path, layer in layers(pipeline.unet).items():
        if path.endswith(("to_q", "proj_in", "proj_out", "ff.net.0.proj")) and "_blocks.1" in path:
            adapter.add("unet", path, layer, rank=4)
    for path, layer in layers(pipeline.text_encoder).items():
        adapter.add("text_encoder", path, layer, rank=4)
    tensors = {}
    for (network, path), (down, up, _, _) in adapter.terms.items():
        name = f"unet.{path}.lora" if network == "unet" else f"text_encoder.{with_prefix(path)}.lora_linear_layer"
        tensors |= {f"{name}.down.weight": down, f"{name}.up.weight": up}
    return adapter, tensors, None


def prediction(pipeline, family):
    inputs = load_file(family / "unet-cases.safetensors")
    with torch.no_grad():
        output = pipeline.unet(
            inputs["8x8.latents"].permute(0, 3, 1, 2), inputs["8x8.timestep"][0], inputs["context"]).sample
    return output.permute(0, 2, 3, 1).contiguous()


def picture(pipeline, case):
    return numpy.asarray(pipeline(
        prompt=case["prompt"], width=case["width"], height=case["height"], num_inference_steps=case["steps"],
        guidance_scale=case["guidance_scale"], generator=torch.Generator().manual_seed(case["seed"]),
        output_type="pil").images[0])


def check_agreement(name, folder, case, adapters, output, image):
    """Compares with the weights changed by hand, and with the pipeline as it was."""
    pipeline = load(folder, case)
    plain_output, plain_image = prediction(pipeline, folder / case["family"]), picture(pipeline, case)
    for adapter, scale in case["adapters"].items():
        adapters[adapter].add_to(pipeline, scale)
    merged = prediction(pipeline, folder / case["family"])
    error = ((merged - output).abs().max() / output.abs().max()).item()
    effect = ((plain_output - output).abs().max() / output.abs().max()).item()
    squares = ((picture(pipeline, case).astype(float) - image) ** 2).mean()
    change = numpy.abs(plain_image.astype(float) - image).mean()
    print(f"{name:10} by hand {error:.1e}, squares {squares:.3f}; effect {effect:.2f}, {change:.1f} levels")
    assert error < 1e-5 and squares < 0.05 and effect > 0.05 and change > 2


def main(folder):
    torch.set_num_threads(1)
    families = dict(peft="sd15", config="sd15", kohya="sd15", processor="sd15", linear="sd2")
    adapters = {}
    for make in (peft, config, kohya, processor, linear):
        name = make.__name__
        adapters[name], tensors, metadata = make(load(folder, USUAL | dict(family=families[name])))
        write_safetensors(folder / "adapters" / name / FILE, tensors, metadata)
    outputs, listed = {}, []
    for name, family, scales in CASES:
        case = USUAL | dict(family=family, adapters=scales, steps=4, seed=20, prompt="an oil painting of a fox")
        pipeline = load(folder, case)
        assert isinstance(pipeline, StableDiffusionPipeline)
        for adapter in scales:
            pipeline.load_lora_weights(folder / "adapters" / adapter, weight_name=FILE, adapter_name=adapter)
        pipeline.set_adapters(list(scales), list(scales.values()))
        output, image = prediction(pipeline, folder / family), picture(pipeline, case)
        check_agreement(name, folder, case, adapters, output, image)
        outputs |= {f"{name}.unet": output, f"{name}.picture": image}
        listed.append(dict(name=name) | case)
    write_safetensors(folder / "adapters" / "cases.safetensors", outputs, dict(cases=json.dumps(listed)))


if __name__ == "__main__":
    default = TOOLS.parent / "Tests/Golden/diffusion"
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
