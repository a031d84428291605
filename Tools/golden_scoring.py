"""Style posteriors and rewards of the embedded CLIP by transformers and PyTorch: Tests/Golden/scoring.safetensors.

    python Tools/golden_scoring.py
"""

import numpy as np
import torch
from golden_support import GOLDEN, ROOT, write_safetensors
from PIL import Image
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

TEMPERATURES = [0.05, 0.5]


def pictures(count=4):
    """Smooth seeded pictures of several sizes, uint8 [H, W, 3]."""
    random = np.random.default_rng(2407)
    for index in range(count):
        coarse = Image.fromarray(random.integers(0, 256, (5, 4 + index, 3), dtype=np.uint8))
        yield np.asarray(coarse.resize((70 + 13 * index, 90), Image.Resampling.BICUBIC))


@torch.no_grad()
def main():
    folder = ROOT / "weights" / "clip" / "emoji"
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    labels = (ROOT / "weights" / "styles" / "emoji.txt").read_text(encoding="utf-8").splitlines()
    images = list(pictures())
    tokens = CLIPTokenizer.from_pretrained(folder)(
        labels, padding="max_length", truncation=True, return_tensors="pt")
    pixels = CLIPImageProcessor.from_pretrained(folder)(
        [Image.fromarray(image) for image in images], return_tensors="pt")["pixel_values"]
    logits = model(input_ids=tokens.input_ids, pixel_values=pixels).logits_per_image.double()
    cosines = logits / model.logit_scale.exp().double()

    tensors = {f"image.{index}": image for index, image in enumerate(images)}
    uniform = torch.full_like(logits, 1 / len(labels))
    for name, scores in [("own", logits)] + [(str(t), cosines / t) for t in TEMPERATURES]:
        tensors[f"{name}.posterior"] = scores.softmax(-1)
        # arXiv 2407.12009: R = -CE(C(x), U).
        tensors[f"{name}.reward"] = -torch.nn.functional.cross_entropy(scores, uniform, reduction="none")
    # The distance of unit vectors is the square root of 2 - 2 cos.
    tensors["inverse_distance.posterior"] = (2 - 2 * cosines).sqrt().reciprocal().softmax(-1)
    write_safetensors(GOLDEN / "scoring.safetensors", tensors, {"labels": labels})


if __name__ == "__main__":
    main()
