"""OpenVINO: models of fixed shape, converted once by openvino_conversion.py from diffusers' and transformers' own."""

import numpy as np
import openvino
import torch

import openvino_conversion
import peer_server
from picture_peer import FACTOR, PicturePeer, timed


class OpenVINOPeer(PicturePeer):
    """Holds each model at one shape, the last that was asked for: a copy for every size would not be fair to memory."""

    def __init__(self, options):
        super().__init__(options)
        self.core = openvino.Core()
        self.settings = {
            "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[options.precision],
            "INFERENCE_NUM_THREADS": options.threads, "PERFORMANCE_HINT": "LATENCY"}
        self.text_shape = openvino_conversion.text_shape(self.folder)
        self.compiled = {}

    def model(self, part: str, shapes: dict):
        """A part compiled for these shapes."""
        if part in self.compiled and self.compiled[part][0] == shapes:
            return self.compiled[part][1]
        self.compiled.pop(part, None)
        folder = self.options.clip if part == "clip" else self.folder
        model = self.core.read_model(openvino_conversion.path(self.options.cache, folder, part))
        model.reshape(shapes)
        request = self.core.compile_model(model, "CPU", self.settings).create_infer_request()
        self.compiled[part] = (shapes, request)
        return request

    def run(self, request, inputs: dict) -> np.ndarray:
        return request.infer(inputs, share_inputs=True, share_outputs=True)[0]

    def unet_model(self, width, height, batch):
        side = [height // FACTOR, width // FACTOR]
        return self.model(
            "unet", {"latents": [batch, 4, *side], "timestep": [], "context": [batch, *self.text_shape]})

    def vae_model(self, width, height):
        return self.model("vae", {"latents": [1, 4, height // FACTOR, width // FACTOR]})

    def text_model(self, count):
        return self.model("text_encoder", {"ids": [count, self.text_shape[0]]})

    def load_parts(self, width, height, guided) -> None:
        self.load_small_parts()
        count = 2 if guided else 1
        self.parts = (self.text_model(count), self.unet_model(width, height, count), self.vae_model(width, height))
        self.scaling_factor = openvino_conversion.scaling_factor(self.folder)

    def encode(self, ids):
        return torch.from_numpy(self.run(self.parts[0], {"ids": ids.numpy()}).copy())

    def noise(self, latents, timestep, context):
        inputs = {
            "latents": latents.contiguous().numpy(), "timestep": np.array(timestep, np.float32),
            "context": context.numpy()}
        return torch.from_numpy(self.run(self.parts[1], inputs))

    def decoded(self, latents):
        return torch.from_numpy(self.run(self.parts[2], {"latents": latents.numpy()}))

    def unet(self, width, height, batch=2) -> dict:
        count = int(batch)
        model = self.unet_model(int(width), int(height), count)
        inputs = {
            "latents": normals(count, 4, int(height) // FACTOR, int(width) // FACTOR),
            "timestep": np.array(501, np.float32), "context": normals(count, *self.text_shape)}
        return timed(lambda: self.run(model, inputs))

    def decode(self, width, height) -> dict:
        model = self.vae_model(int(width), int(height))
        inputs = {"latents": normals(1, 4, int(height) // FACTOR, int(width) // FACTOR)}
        return timed(lambda: self.run(model, inputs))

    def text(self) -> dict:
        model = self.text_model(2)
        return timed(lambda: self.run(model, {"ids": np.arange(1, 155).reshape(2, 77)}))

    def clip(self, count) -> dict:
        model = self.model("clip", {"pixels": [int(count), 3, 224, 224]})
        inputs = {"pixels": normals(int(count), 3, 224, 224)}
        return timed(lambda: self.run(model, inputs))


def normals(*shape) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(shape, dtype=np.float32)


if __name__ == "__main__":
    peer_server.serve(OpenVINOPeer(peer_server.options()))
