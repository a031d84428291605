"""stable-diffusion.cpp by its Python binding: weights of 16 bits, flash attention. It only draws whole pictures, so the
times of the parts come from its callbacks: of each step, and of the lines that it logs around the others."""

import ctypes
import time

import peer_server
import sdcpp_conversion
import stable_diffusion_cpp
from stable_diffusion_cpp import StableDiffusion

PROMPT = "a watercolour of a lighthouse"
GUIDANCE_SCALE = 7.5


class Log:
    """When each line was logged."""

    def __init__(self):
        self.lines = []
        self.callback = stable_diffusion_cpp.sd_log_callback(self.note)
        stable_diffusion_cpp.sd_set_log_callback(self.callback, ctypes.c_void_p(0))

    def note(self, _level, text, _data):
        self.lines.append((time.perf_counter(), text.decode("utf-8", "replace")))

    def time_of(self, words: str) -> float:
        for at, line in self.lines:
            if words in line:
                return at
        raise LookupError(f"no line with {words!r} among {[line for _, line in self.lines]}")


class SDCPPPeer:
    def __init__(self, options):
        self.options = options
        self.model = None
        self.decoder = None
        self.log = Log()

    def loaded(self, decoder: str) -> StableDiffusion:
        """The model with the folder's autoencoder, or with TAESD where the decoding is not what counts."""
        if self.decoder != decoder:
            self.model = None
            # The parts are those of the folder that is named after it, whichever autoencoder stands there.
            small = self.options.cache.parent / "turbo-random/vae/diffusion_pytorch_model.safetensors"
            self.model = StableDiffusion(
                model_path=str(sdcpp_conversion.path(self.options.cache, self.options.folder)),
                taesd_path=str(small) if decoder == "small" else "", n_threads=self.options.threads, wtype="f16",
                diffusion_flash_attn=True, vae_decode_only=True, prediction="eps", verbose=False)
            self.decoder = decoder
        return self.model

    def draw_picture(self, decoder, width, height, steps, scale) -> dict:
        model = self.loaded(decoder)
        self.log.lines.clear()
        times = []
        started = time.perf_counter()
        model.generate_image(
            PROMPT, width=int(width), height=int(height), sample_steps=int(steps), cfg_scale=scale,
            sample_method="ddim_trailing", seed=1, progress_callback=lambda step, count, seconds: times.append(seconds))
        return {"seconds": time.perf_counter() - started, "step_seconds": [seconds for seconds in times if seconds > 0]}

    def unet(self, width, height, batch=2) -> dict:
        if int(batch) != 2:
            return {"unsupported": "batches"}
        return {"seconds": self.draw_picture("small", width, height, 1, GUIDANCE_SCALE)["step_seconds"][0]}

    def decode(self, width, height) -> dict:
        self.draw_picture("full", width, height, 1, 1)
        return {"seconds": self.log.time_of("decode_first_stage completed") - self.log.time_of("decoding 1 latents")}

    def text(self) -> dict:
        """Both prompts, one after the other."""
        self.draw_picture("small", 64, 64, 1, GUIDANCE_SCALE)
        return {"seconds": self.log.time_of("get_learned_condition completed") - self.log.lines[0][0]}

    def picture(self, width, height, steps) -> dict:
        return self.draw_picture("full", width, height, steps, GUIDANCE_SCALE)

    def turbo(self, width, height, steps=1) -> dict:
        return self.draw_picture("small", width, height, steps, 1)

    def load(self, kind, *_size) -> dict:
        started = time.perf_counter()
        self.loaded("small" if kind == "turbo" else "full")
        return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    peer_server.serve(SDCPPPeer(peer_server.options()))
