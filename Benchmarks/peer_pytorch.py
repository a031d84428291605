"""PyTorch by diffusers and transformers, as their users run them on a CPU: fp32, or bf16 with channels-last weights."""

import functools

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPModel, CLIPTextModel

import peer_server
from picture_peer import FACTOR, PicturePeer, timed


class PyTorchPeer(PicturePeer):
    def __init__(self, options):
        super().__init__(options)
        self.is_bf16 = options.precision == "bf16"
        self.dtype = torch.bfloat16 if self.is_bf16 else torch.float32

    def arranged(self, model):
        return model.eval().to(memory_format=torch.channels_last) if self.is_bf16 else model.eval()

    def images(self, tensor):
        tensor = tensor.to(self.dtype)
        return tensor.contiguous(memory_format=torch.channels_last) if self.is_bf16 else tensor.contiguous()

    @functools.cached_property
    def unet_model(self):
        return self.arranged(UNet2DConditionModel.from_pretrained(self.folder / "unet", torch_dtype=self.dtype))

    @functools.cached_property
    def vae_model(self):
        name = AutoencoderKL.load_config(self.folder / "vae")["_class_name"]
        kind = {"AutoencoderKL": AutoencoderKL, "AutoencoderTiny": AutoencoderTiny}[name]
        return self.arranged(kind.from_pretrained(self.folder / "vae", torch_dtype=self.dtype))

    @functools.cached_property
    def text_model(self):
        return CLIPTextModel.from_pretrained(self.folder / "text_encoder", dtype=self.dtype).eval()

    @functools.cached_property
    def clip_model(self):
        return self.arranged(CLIPModel.from_pretrained(self.options.clip, dtype=self.dtype))

    def load_parts(self, width, height, guided) -> None:
        self.load_small_parts()
        self.unet_model, self.vae_model, self.text_model

    def encode(self, ids):
        return self.text_model(ids).last_hidden_state

    def noise(self, latents, timestep, context):
        return self.unet_model(self.images(latents), timestep, encoder_hidden_states=context.to(self.dtype)).sample

    def decoded(self, latents):
        return self.vae_model.decode(self.images(latents)).sample

    @property
    def scaling_factor(self):
        return self.vae_model.config.scaling_factor

    def unet(self, width, height, batch=2) -> dict:
        model, count = self.unet_model, int(batch)
        latents = self.images(torch.randn(count, model.config.in_channels, int(height) // FACTOR, int(width) // FACTOR))
        context = torch.randn(count, 77, model.config.cross_attention_dim).to(self.dtype)
        return timed(lambda: model(latents, 501, encoder_hidden_states=context))

    def decode(self, width, height) -> dict:
        model = self.vae_model
        latents = self.images(torch.randn(1, 4, int(height) // FACTOR, int(width) // FACTOR))
        return timed(lambda: model.decode(latents))

    def text(self) -> dict:
        model = self.text_model
        ids = torch.arange(1, 155).reshape(2, 77)
        return timed(lambda: model(ids))

    def clip(self, count) -> dict:
        model = self.clip_model
        pixels = self.images(torch.randn(int(count), 3, 224, 224))
        return timed(lambda: model.get_image_features(pixel_values=pixels))


if __name__ == "__main__":
    peer_server.serve(PyTorchPeer(peer_server.options()))
