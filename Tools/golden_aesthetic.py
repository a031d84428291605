"""An aesthetic predictor of LAION's shape, folded by the converter: Tests/Golden/aesthetic.

    python Tools/golden_aesthetic.py

writes `random.safetensors`, a head that `convert_aesthetic.py` made of random layers, and in `cases.safetensors` embeddings
of any length and the scores that the layers themselves, by PyTorch in evaluation mode, give to their directions.
"""

import torch
from convert_aesthetic import write_head
from golden_support import GOLDEN, write_safetensors
from torch import nn

WIDTHS = [768, 1024, 128, 64, 16, 1]


class Predictor(nn.Module):
    """The layers as the improved aesthetic predictor names them."""

    def __init__(self):
        super().__init__()
        linear = [nn.Linear(inputs, outputs) for inputs, outputs in zip(WIDTHS, WIDTHS[1:])]
        self.layers = nn.Sequential(linear[0], nn.Dropout(0.2), linear[1], nn.Dropout(0.2), linear[2], nn.Dropout(0.1),
                                    linear[3], linear[4])

    def forward(self, x):
        return self.layers(x)


@torch.no_grad()
def main():
    torch.manual_seed(1962)
    model = Predictor().eval()
    for layer in model.layers:
        if isinstance(layer, nn.Linear):
            layer.weight.normal_(std=1.5 * layer.in_features**-0.5)
            layer.bias.normal_()
    embeddings = torch.randn(24, WIDTHS[0]) * torch.logspace(-3, 3, 24)[:, None]
    directions = nn.functional.normalize(embeddings.double(), dim=1)
    scores = model.double()(directions)
    folder = GOLDEN / "aesthetic"
    weight, bias = write_head(folder / "random.safetensors", model.float().state_dict(), "clip-l14")
    error = abs(directions.numpy() @ weight.T + bias - scores.numpy()).max()
    assert error < 1e-5, error
    write_safetensors(folder / "cases.safetensors", {
        "embeddings": embeddings, "scores": scores.squeeze(1).numpy().round(12)})
    print(f"scores from {scores.min():.3f} to {scores.max():.3f}, folded within {error:.1e}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
