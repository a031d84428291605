"""Tiny U-Nets, autoencoders and pipelines with random weights, and what diffusers computes with them.

    python Tools/golden_diffusion_models.py [Tests/Golden/diffusion]

writes a folder per family (`sd15`, `sd2`, `sd21v`, `turbo`, `bksdm`: model_index.json, scheduler/, text_encoder/,
unet/, vae/), folders of models that stretch one option or another (`lcm`, `options`, `kl-f4`, `taesd`), and in each a
`unet-cases.safetensors` and `vae-cases.safetensors` of inputs and expected outputs, channels-last; the latter also for
the embedded pipeline, in `emoji`. Weights are float16; torch computes in float32 from the rounded values. Run twice,
the bytes are the same.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
EMBEDDED = REPOSITORY / "weights/diffusion/emoji"
TEXT_WIDTH = 24
TEXT_LENGTH = 32

# What the hub's configurations of Stable Diffusion have in common; only sizes are shrunk.
SD_UNET = dict(
    act_fn="silu",
    attention_head_dim=8,
    block_out_channels=[16, 24, 24, 32],
    center_input_sample=False,
    cross_attention_dim=TEXT_WIDTH,
    down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    downsample_padding=1,
    flip_sin_to_cos=True,
    freq_shift=0,
    in_channels=4,
    layers_per_block=2,
    mid_block_scale_factor=1,
    norm_eps=1e-05,
    norm_num_groups=8,
    out_channels=4,
    sample_size=8,
    up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
)
SD2_UNET = SD_UNET | dict(
    attention_head_dim=[2, 3, 6, 4], dual_cross_attention=False, only_cross_attention=False,
    use_linear_projection=True, upcast_attention=False)

UNETS = dict(
    sd15=SD_UNET,
    sd2=SD2_UNET,
    sd21v=SD2_UNET | dict(upcast_attention=True),
    turbo=SD2_UNET | dict(
        mid_block_type="UNetMidBlock2DCrossAttn", num_attention_heads=None, transformer_layers_per_block=1,
        time_embedding_type="positional", attention_type="default"),
    bksdm=SD_UNET | dict(
        block_out_channels=[16, 24, 32], down_block_types=["CrossAttnDownBlock2D"] * 3, layers_per_block=1,
        mid_block_type=None, up_block_types=["CrossAttnUpBlock2D"] * 3),
    lcm=SD_UNET | dict(
        block_out_channels=[16, 32], down_block_types=["DownBlock2D", "CrossAttnDownBlock2D"], layers_per_block=1,
        up_block_types=["CrossAttnUpBlock2D", "UpBlock2D"], time_cond_proj_dim=18),
    options=SD_UNET | dict(
        attention_head_dim=[3, 5], block_out_channels=[16, 24], conv_in_kernel=1, conv_out_kernel=1,
        down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], flip_sin_to_cos=False, freq_shift=1,
        in_channels=9, layers_per_block=[1, 2], norm_eps=1e-06, only_cross_attention=[True, False],
        time_embedding_dim=40, transformer_layers_per_block=[2, 1],
        up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"], use_linear_projection=True),
)

SD_VAE = dict(
    act_fn="silu",
    block_out_channels=[8, 8, 16, 16],
    down_block_types=["DownEncoderBlock2D"] * 4,
    in_channels=3,
    latent_channels=4,
    layers_per_block=1,
    norm_num_groups=4,
    out_channels=3,
    sample_size=64,
    scaling_factor=0.18215,
    up_block_types=["UpDecoderBlock2D"] * 4,
)
VAES = dict(
    sd15=SD_VAE,
    sd2=SD_VAE,
    sd21v=SD_VAE,
    turbo=SD_VAE | dict(force_upcast=True),
    bksdm=SD_VAE,
) | {
    "kl-f4": SD_VAE | dict(
        block_out_channels=[8, 16, 16], down_block_types=["DownEncoderBlock2D"] * 3, latent_channels=3,
        layers_per_block=2, mid_block_add_attention=False, scaling_factor=1.5305, shift_factor=0.0609,
        up_block_types=["UpDecoderBlock2D"] * 3, use_post_quant_conv=False, use_quant_conv=False),
}
TAESD = dict(
    act_fn="relu", decoder_block_out_channels=[16] * 4, encoder_block_out_channels=[16] * 4, force_upcast=False,
    in_channels=3, latent_channels=4, latent_magnitude=3, latent_shift=0.5, num_decoder_blocks=[3, 3, 3, 1],
    num_encoder_blocks=[1, 3, 3, 3], out_channels=3, scaling_factor=1.0, upsampling_scaling_factor=2)

BETAS = dict(beta_end=0.012, beta_schedule="scaled_linear", beta_start=0.00085, num_train_timesteps=1000)
PNDM = BETAS | dict(
    clip_sample=False, set_alpha_to_one=False, skip_prk_steps=True, steps_offset=1, trained_betas=None)
SCHEDULERS = dict(
    sd15=("PNDMScheduler", PNDM),
    sd2=("PNDMScheduler", PNDM | dict(prediction_type="epsilon")),
    sd21v=("DDIMScheduler", PNDM | dict(prediction_type="v_prediction")),
    turbo=(
        "EulerDiscreteScheduler",
        PNDM | dict(
            interpolation_type="linear", prediction_type="epsilon", sample_max_value=1.0, timestep_spacing="trailing",
            timestep_type="discrete", use_karras_sigmas=False)),
    bksdm=("PNDMScheduler", PNDM),
)
GELU = dict(sd15="quick_gelu", sd2="gelu", sd21v="gelu", turbo="gelu", bksdm="quick_gelu")

# The autoencoders that the hub keeps under the attention names of diffusers before 0.17.
OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
OLD_VAES = {"sd15", "sd2"}

TIMESTEPS = [981.0, 500.25, 1.0]
LATENT_SIZES = [(8, 8), (16, 12), (9, 17)]


def seed_of(name):
    return sum((i + 1) * b for i, b in enumerate(name.encode()))


def randomise(model, name):
    """Random weights of a spread that keeps activations near unit variance, rounded to float16."""
    generator = torch.Generator().manual_seed(seed_of(name))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim == 1:
                centre = 1.0 if "norm" in key and key.endswith("weight") else 0.0
                value = centre + 0.2 * noise
            elif "embedding" in key and "time" not in key:
                value = 0.5 * noise
            else:
                value = noise / parameter[0].numel() ** 0.5
            parameter.copy_(value.half().float())
    return model.eval()


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tensors(path, tensors, dtype=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key: (value.to(dtype) if dtype else value).contiguous() for key, value in tensors.items()}
    save_file(tensors, path, metadata={"format": "pt"})


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def write_model(folder, model, class_name, config, rename=None):
    write_json(folder / "config.json", {"_class_name": class_name, "_diffusers_version": "0.42.1"} | config)
    weights = model.state_dict()
    for new, old in (rename or {}).items():
        weights = {key.replace(f"attentions.0.{new}.", f"attentions.0.{old}."): w for key, w in weights.items()}
    write_tensors(folder / "diffusion_pytorch_model.safetensors", weights, torch.float16)


@torch.no_grad()
def unet_cases(model, name, context=None):
    generator = torch.Generator().manual_seed(seed_of(name) + 1)
    if context is None:
        context = torch.randn(2, TEXT_LENGTH, TEXT_WIDTH, generator=generator)
    cases = {"context": context}
    condition = None
    if model.config.time_cond_proj_dim is not None:
        # The guidance scale 7.5, embedded as the latent consistency pipeline does.
        condition = guidance_embedding(7.5 - 1, model.config.time_cond_proj_dim)
        cases["guidance"] = condition
    for (height, width), timestep in zip(LATENT_SIZES, TIMESTEPS):
        latents = torch.randn(2, model.config.in_channels, height, width, generator=generator)
        output = model(latents, timestep, context, timestep_cond=condition).sample
        case = f"{height}x{width}"
        cases |= {
            f"{case}.latents": channels_last(latents),
            f"{case}.timestep": torch.tensor([timestep]),
            f"{case}.output": channels_last(output),
        }
    return cases


def guidance_embedding(scale, width):
    from diffusers import LatentConsistencyModelPipeline

    return LatentConsistencyModelPipeline.get_guidance_scale_embedding(None, torch.tensor([scale]), width)


@torch.no_grad()
def autoencoder_cases(model, name, latent_channels):
    generator = torch.Generator().manual_seed(seed_of(name) + 2)
    cases = {}
    for height, width in [(32, 32), (24, 40)]:
        image = torch.rand(2, 3, height, width, generator=generator) * 2 - 1
        case = f"{height}x{width}"
        cases[f"{case}.image"] = channels_last(image)
        if isinstance(model, AutoencoderKL):
            posterior = model.encode(image).latent_dist
            cases[f"{case}.mean"] = channels_last(posterior.mean)
            cases[f"{case}.logVariance"] = channels_last(posterior.logvar)
        else:
            cases[f"{case}.mean"] = channels_last(model.encode(image).latents)
    for height, width in [(4, 4), (3, 5)]:
        latents = 2 * torch.randn(2, latent_channels, height, width, generator=generator)
        case = f"{height}x{width}"
        cases[f"{case}.latents"] = channels_last(latents)
        cases[f"{case}.decoded"] = channels_last(model.decode(latents).sample)
    return cases


def write_text_encoder(folder, activation):
    config = CLIPTextConfig(
        vocab_size=3914, hidden_size=TEXT_WIDTH, intermediate_size=4 * TEXT_WIDTH, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=TEXT_LENGTH, hidden_act=activation, bos_token_id=3912,
        eos_token_id=3913, pad_token_id=0, projection_dim=TEXT_WIDTH)
    model = randomise(CLIPTextModel(config), "text-" + activation)
    fields = [
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
        "max_position_embeddings", "hidden_act", "layer_norm_eps", "bos_token_id", "eos_token_id", "pad_token_id",
        "projection_dim"]
    write_json(
        folder / "config.json",
        {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model"}
        | {field: getattr(config, field) for field in fields})
    weights = {
        key if key.startswith("text_model.") else f"text_model.{key}": value
        for key, value in model.state_dict().items() if not key.endswith("position_ids")}
    write_tensors(folder / "model.safetensors", weights, torch.float16)


def write_index(folder, scheduler):
    write_json(
        folder / "model_index.json",
        {
            "_class_name": "StableDiffusionPipeline",
            "_diffusers_version": "0.42.1",
            "feature_extractor": [None, None],
            "requires_safety_checker": False,
            "safety_checker": [None, None],
            "scheduler": ["diffusers", scheduler],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        })


@torch.no_grad()
def write_embedded_cases(folder):
    """The trained weights of the embedded pipeline, whose activations are less tame than random ones."""
    parts = dict(pretrained_model_name_or_path=EMBEDDED, torch_dtype=torch.float32)
    ids = torch.zeros(2, TEXT_LENGTH, dtype=torch.long)
    for row, words in enumerate([[], [320, 950, 1700, 2400]]):
        ids[row, : len(words) + 2] = torch.tensor([3912, *words, 3913])
    context = CLIPTextModel.from_pretrained(EMBEDDED / "text_encoder", dtype=torch.float32)(ids).last_hidden_state
    unet = UNet2DConditionModel.from_pretrained(**parts, subfolder="unet")
    write_tensors(folder / "unet-cases.safetensors", unet_cases(unet, "emoji", context))
    vae = AutoencoderKL.from_pretrained(**parts, subfolder="vae")
    write_tensors(folder / "vae-cases.safetensors", autoencoder_cases(vae, "emoji", 4))
    tiny = AutoencoderTiny.from_pretrained(**parts, subfolder="vae_tiny")
    write_tensors(folder / "vae_tiny-cases.safetensors", autoencoder_cases(tiny, "emoji-tiny", 4))


def main(root):
    torch.set_num_threads(1)
    for name, config in UNETS.items():
        # One set of weights for the families of one architecture, so that the repository holds it once.
        model = randomise(UNet2DConditionModel(**config), "sd2" if name in ("sd21v", "turbo") else name)
        write_model(root / name / "unet", model, "UNet2DConditionModel", config)
        write_tensors(root / name / "unet-cases.safetensors", unet_cases(model, name))
    for name, config in VAES.items():
        # One set of weights for every family, so that the repository holds it once per spelling of its names.
        seed = "vae-" + str(len(config["block_out_channels"]))
        model = randomise(AutoencoderKL(**config), seed)
        write_model(
            root / name / "vae", model, "AutoencoderKL", config, OLD_ATTENTION if name in OLD_VAES else None)
        if name in ("sd15", "turbo", "kl-f4"):
            write_tensors(
                root / name / "vae-cases.safetensors", autoencoder_cases(model, seed, config["latent_channels"]))
    tiny = randomise(AutoencoderTiny(**TAESD), "taesd")
    write_model(root / "taesd" / "vae", tiny, "AutoencoderTiny", TAESD)
    write_tensors(root / "taesd" / "vae-cases.safetensors", autoencoder_cases(tiny, "taesd", 4))
    for name, (scheduler, config) in SCHEDULERS.items():
        write_json(root / name / "scheduler" / "scheduler_config.json", {"_class_name": scheduler} | config)
        write_text_encoder(root / name / "text_encoder", GELU[name])
        write_index(root / name, scheduler)
    write_embedded_cases(root / "emoji")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "Tests/Golden/diffusion")
