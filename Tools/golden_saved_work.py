"""Pictures for which work is saved across steps, with the tiny models of golden_diffusion_models.py.

    python Tools/golden_saved_work.py [Tests/Golden/diffusion]

writes `saved-work.safetensors` there: pictures [H, W, 3] as bytes, and in the metadata, as JSON, how each was asked
for. diffusers' pipelines draw them, with another `forward` of the U-Net: on steps outside the guidance interval
(arXiv 2404.07724; the steps are those of diffusers' `ClassifierFreeGuidance`) it predicts for the prompt alone, and
between full evaluations only the last layer is evaluated (DeepCache, arXiv 2312.00858, branch 0). The pictures that
some begin from are in `image-to-image.safetensors`. Run twice, the bytes are the same.
"""

import json
import pathlib
import sys

import numpy
import torch
from safetensors.numpy import save_file

import golden_image_to_image
import golden_pipelines
from golden_image_to_image import PICTURE, source, sources
from golden_pipelines import TOOLS, USUAL

PLAIN = USUAL | dict(strength=None, picture=None, mask=None, sees_masks=False, interval=None, deep=1)
CHANGED = PLAIN | PICTURE | dict(picture="same")


def cases():
    for seed, (family, deep) in enumerate([("sd15", 2), ("sd2", 3), ("sd21v", 5), ("bksdm", 3)]):
        yield f"{family}-deep-{deep}", PLAIN | dict(family=family, deep=deep, seed=seed)
    for scheduler in ["ddim", "euler_ancestral", "dpmpp_2m_karras", "unipc", "pndm"]:
        yield f"sd15-{scheduler}-deep", PLAIN | dict(family="sd15", scheduler=scheduler, deep=3, seed=4)
        yield f"sd15-{scheduler}-interval", PLAIN | dict(
            family="sd15", scheduler=scheduler, interval=[0.2, 0.8], seed=5, negative_prompt="a rocket, blue")
    for interval in [[0, 0.5], [0.29, 1], [0.35, 0.75], [0.01, 0.02]]:  # int() cuts off; of 10 steps the last has none
        for deep in [1, 3]:
            yield f"sd21v-{interval}-deep-{deep}", PLAIN | dict(
                family="sd21v", scheduler="ddim", interval=interval, deep=deep, seed=6)
    yield "sd2-odd", PLAIN | dict(family="sd2", width=72, height=136, interval=[0.2, 0.8], deep=2, seed=7)
    yield "sd15-unguided-deep", PLAIN | dict(family="sd15", guidance_scale=1.0, deep=2, seed=8)
    yield "turbo-deep", PLAIN | dict(family="turbo", guidance_scale=0.0, steps=4, deep=2, seed=9)
    yield "consistency-deep", PLAIN | dict(
        family="sd15", consistency=True, guidance_scale=8.5, steps=4, deep=2, seed=10)
    for scheduler in ["ddim", "pndm"]:
        both = CHANGED | dict(family="sd15", scheduler=scheduler, interval=[0.5, 0.8], deep=2)
        yield f"sd15-{scheduler}-changed", both | dict(seed=11)
        yield f"sd15-{scheduler}-masked", both | dict(seed=12, mask="same")
        yield f"sd15-{scheduler}-nine", both | dict(seed=13, mask="same", sees_masks=True)


class SavedWork:
    """The `forward` of a U-Net that is called once a step, and saves some of its work."""

    def __init__(self, pipeline, interval, deep):
        self.pipeline, self.unet, self.interval, self.deep = pipeline, pipeline.unet, interval, deep
        self.whole, self.step, self.features, self.reuses = pipeline.unet.forward, None, None, 0
        self.block = self.unet.up_blocks[-1]
        self.block.resnets[-1].register_forward_pre_hook(self.keep)

    def __call__(self, sample, timestep, encoder_hidden_states, timestep_cond=None, **_):
        steps = len(self.pipeline.scheduler.timesteps)
        self.step = steps - self.pipeline.num_timesteps if self.step is None else self.step + 1
        isolated = self.interval and not (
            int(self.interval[0] * steps) <= self.step < int(self.interval[1] * steps))
        if isolated:
            sample, encoder_hidden_states = sample[1:], encoder_hidden_states[1:]
            if self.features is not None:
                self.features = self.features[-1:]
        if self.features is None or len(self.features) < len(sample) or self.reuses == self.deep - 1:
            self.features, self.reuses = None, 0
            output = self.whole(
                sample, timestep, encoder_hidden_states=encoder_hidden_states, timestep_cond=timestep_cond).sample
        else:
            self.reuses += 1
            output = self.last(sample, timestep, encoder_hidden_states, timestep_cond)
        return (torch.cat([output, output]) if isolated else output,)

    def keep(self, _, inputs):
        if self.features is None:
            self.features = inputs[0][:, : -self.unet.conv_in.out_channels]

    def last(self, sample, timestep, context, condition):
        unet, block = self.unet, self.block
        time = unet.time_embedding(unet.get_time_embed(sample=sample, timestep=timestep), condition)
        x = block.resnets[-1](torch.cat([self.features, unet.conv_in(sample)], dim=1), time)
        if hasattr(block, "attentions"):
            x = block.attentions[-1](x, encoder_hidden_states=context, return_dict=False)[0]
        return unet.conv_out(unet.conv_act(unet.conv_norm_out(x)))


def draw(folder, case, given, saves=True):
    if case["picture"]:
        pipeline, arguments = golden_image_to_image.prepared(folder, case, given)
    else:
        pipeline, arguments = golden_pipelines.prepared(folder, case)
    if saves:
        pipeline.unet.forward = SavedWork(pipeline, case["interval"], case["deep"])
    return numpy.asarray(pipeline(**arguments).images[0])


def ratio(picture, other):
    error = numpy.square(picture.astype(float) - other).mean()
    return 10 * numpy.log10(255**2 / max(error, 1e-9))


def main(folder):
    torch.set_num_threads(1)
    given = sources()
    pictures, listed = {}, []
    for name, case in cases():
        picture = draw(folder, case, given)
        deviation, clipped = picture.std(), numpy.isin(picture, [0, 255]).mean()
        distance = ratio(picture, draw(folder, case, given, saves=False))
        print(f"{name:32} deviation {deviation:5.1f}  clipped {clipped:.2f}  to the whole work {distance:.1f} dB")
        assert deviation > 20 and clipped < 0.6, "a picture without contrast would prove nothing"
        assert distance < 42, "a picture that is the same without saved work would prove nothing"
        pictures[name] = picture
        names = {kind: source(kind, case[kind], case) if case[kind] else None for kind in ["picture", "mask"]}
        listed.append(dict(name=name) | case | names)
    save_file(pictures, folder / "saved-work.safetensors", metadata=dict(cases=json.dumps(listed)))


if __name__ == "__main__":
    default = TOOLS.parent / "Tests/Golden/diffusion"
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
