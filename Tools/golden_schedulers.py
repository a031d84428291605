"""What diffusers' schedulers make of given U-Net outputs, after every step, and what torch.randn draws.

    python Tools/golden_schedulers.py [Tests/Golden/schedulers]

writes `cases.json` (a scheduler_config.json for each case), `latents.safetensors` (channels-last) and
`normals.safetensors`. The stand-in for a U-Net is outputs[step] + input / 4 + timestep / 1000 * drift. Run twice, the
bytes are the same.
"""

import inspect
import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import diffusers
import torch
from safetensors.torch import save_file

diffusers.utils.logging.set_verbosity_error()

SHAPE = (1, 4, 6, 5)  # 120 numbers: not a multiple of 16, so that the noise has a tail
MOST_STEPS = 20
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, clip_sample=False)
CLASSES = dict(
    ddim="DDIMScheduler", ddpm="DDPMScheduler", euler="EulerDiscreteScheduler",
    ancestral="EulerAncestralDiscreteScheduler", dpm="DPMSolverMultistepScheduler", unipc="UniPCMultistepScheduler",
    lcm="LCMScheduler", pndm="PNDMScheduler")
SPACINGS = ["leading", "trailing", "linspace"]


def cases():
    """Each case: name, short class name, fields, steps, eta."""
    for kind in CLASSES:
        own = dict(skip_prk_steps=True) if kind == "pndm" else {}
        yield f"{kind}-defaults", kind, own, 10, 0
        for prediction in ["epsilon", "v_prediction"]:
            if kind == "lcm":
                for steps in [1, 2, 4, 10]:
                    yield f"lcm-{prediction}-{steps}", kind, SD | dict(prediction_type=prediction), steps, 0
                continue
            for spacing in SPACINGS:
                for steps in [1, 2, 10]:
                    fields = SD | own | dict(prediction_type=prediction, timestep_spacing=spacing)
                    yield f"{kind}-{prediction}-{spacing}-{steps}", kind, fields, steps, 0
        if kind != "pndm":
            zero = SD | dict(
                rescale_betas_zero_snr=True, prediction_type="v_prediction", timestep_spacing="trailing")
            for steps in [1, 4, 10]:
                yield f"{kind}-zero-{steps}", kind, zero, steps, 0
        if kind not in ("pndm", "ancestral"):
            yield f"{kind}-sample", kind, SD | dict(prediction_type="sample"), 10, 0
        for schedule in ["linear", "squaredcos_cap_v2"]:
            fields = own | dict(beta_schedule=schedule, beta_start=0.0002, beta_end=0.015, num_train_timesteps=600)
            yield f"{kind}-{schedule}", kind, fields, 10, 0
    v = dict(prediction_type="v_prediction")
    for eta in [0.5, 1]:
        for prediction in ["epsilon", "v_prediction"]:
            yield f"ddim-eta{eta}-{prediction}", "ddim", SD | dict(prediction_type=prediction), 10, eta
    for kind in ["ddim", "ddpm", "lcm"]:
        yield f"{kind}-clip", kind, SD | v | dict(clip_sample=True, clip_sample_range=0.7), 10, 0
    for kind, to_one in [("ddim", False), ("lcm", False), ("pndm", True)]:
        own = dict(skip_prk_steps=True) if kind == "pndm" else {}
        yield f"{kind}-one-{to_one}", kind, SD | own | dict(set_alpha_to_one=to_one), 10, 0
    for variance in ["fixed_small_log", "fixed_large"]:
        yield f"ddpm-{variance}", "ddpm", SD | dict(variance_type=variance), 10, 0
    for kind in ["euler", "dpm", "unipc"]:
        for steps in [1, 2, 10]:
            yield f"{kind}-karras-{steps}", kind, SD | dict(use_karras_sigmas=True), steps, 0
        fields = dict(use_karras_sigmas=True, beta_schedule="squaredcos_cap_v2", final_sigmas_type="sigma_min")
        yield f"{kind}-karras-cosine", kind, fields, 10, 0
        yield f"{kind}-sigma-min", kind, SD | dict(final_sigmas_type="sigma_min"), 10, 0
    for kind, types in [("dpm", ["heun", "bh1"]), ("unipc", ["bh1", "midpoint"])]:
        for solver in types:
            # At a last noise level of zero diffusers' bh1 is NaN.
            last = dict(final_sigmas_type="sigma_min") if solver == "bh1" else {}
            yield f"{kind}-{solver}", kind, SD | v | last | dict(solver_type=solver), 10, 0
        for order in [1, 3]:
            for steps in [4, 10, MOST_STEPS]:
                yield f"{kind}-order{order}-{steps}", kind, SD | dict(solver_order=order), steps, 0
        yield f"{kind}-{MOST_STEPS}", kind, SD, MOST_STEPS, 0
    last = dict(final_sigmas_type="sigma_min", lower_order_final=False)
    yield "dpm-highest-order", "dpm", SD | last, 10, 0
    yield "dpm-euler-at-final", "dpm", SD | last | dict(euler_at_final=True), 10, 0
    yield "unipc-highest-order", "unipc", SD | last, 10, 0
    for spacing in SPACINGS:
        fields = dict(beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1, timestep_spacing=spacing)
        yield f"dpm-clipped-{spacing}", "dpm", fields, 10, 0
    yield "lcm-original-20", "lcm", dict(original_inference_steps=20, timestep_scaling=8.0), 3, 0


def walk(kind, fields, steps, eta, seed, outputs, drift):
    scheduler = getattr(diffusers, CLASSES[kind]).from_config(fields)
    scheduler.set_timesteps(steps)
    generator = torch.Generator().manual_seed(seed)
    latents = torch.randn(SHAPE, generator=generator) * scheduler.init_noise_sigma
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a repeated first timestep starts at its second place, and ends too soon
    accepted = inspect.signature(scheduler.step).parameters
    extra = {k: v for k, v in dict(eta=eta, generator=generator).items() if k in accepted}
    after = []
    for step, time in enumerate(scheduler.timesteps):
        shown = scheduler.scale_model_input(latents, time)
        output = outputs[step : step + 1] + 0.25 * shown + (time.float() / 1000) * drift
        latents = scheduler.step(output, time, latents, **extra).prev_sample
        assert latents.isfinite().all(), (kind, fields, step)
        after.append(latents)
    return torch.cat(after), scheduler.timesteps.float()


def channels_last(x):
    return x.permute(0, 2, 3, 1).contiguous()


def draw(seed, counts):
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([torch.randn(count, generator=generator) for count in counts])


def main(folder):
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(20240)
    outputs = torch.randn(MOST_STEPS + 1, *SHAPE[1:], generator=generator)
    drift = torch.randn(SHAPE, generator=generator)
    tensors = dict(outputs=channels_last(outputs), drift=channels_last(drift))
    listed = []
    for seed, (name, kind, fields, steps, eta) in enumerate(cases()):
        latents, timesteps = walk(kind, fields, steps, eta, seed, outputs, drift)
        tensors[f"{name}.latents"] = channels_last(latents)
        tensors[f"{name}.timesteps"] = timesteps
        configuration = dict(_class_name=CLASSES[kind]) | fields
        listed.append(dict(name=name, seed=seed, steps=steps, eta=eta, configuration=configuration))
    lines = ",\n".join(json.dumps(case) for case in listed)
    (folder / "cases.json").write_text(f'{{"cases": [\n{lines}\n]}}\n')
    save_file(tensors, folder / "latents.safetensors")
    normals = {
        f"{seed}.{count}": draw(seed, [count])
        for seed in [0, 1, 42, 2**31, 2**32 - 1]
        for count in [1, 15, 16, 17, 256, 1000]
    }
    normals["sequence"] = draw(7, [3, 5, 16, 17, 2, 1, 40])
    save_file(normals, folder / "normals.safetensors")
    print(len(listed), "cases")


if __name__ == "__main__":
    default = pathlib.Path(__file__).parent.parent / "Tests/Golden/schedulers"
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
