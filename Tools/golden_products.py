"""Products, convolutions and attention by PyTorch: python Tools/golden_products.py writes Tests/Golden/products/."""

import torch
import torch.nn.functional as F

from golden_support import GOLDEN, write_safetensors


def half(generator, *shape):
    """Normal numbers that float16 holds exactly; PyTorch computes from them in fp32."""
    return torch.randn(*shape, generator=generator).to(torch.float16)


def linear(generator):
    x, weight = half(generator, 2, 11, 37), half(generator, 45, 37)
    bias, residual = half(generator, 45), half(generator, 2, 11, 45)
    y = F.linear(x.float(), weight.float(), bias.float()) + residual.float()
    return {"x": x, "weight": weight, "bias": bias, "residual": residual, "y": y}


def convolution(generator, kernel, stride, bottom_right):
    """Feature maps are stored channels-last, as Liminal holds them."""
    x, weight, bias = half(generator, 2, 9, 15, 11), half(generator, 17, 11, kernel, kernel), half(generator, 17)
    planes = x.float().permute(0, 3, 1, 2)
    if bottom_right:
        planes = F.pad(planes, (0, 1, 0, 1))
    y = F.conv2d(planes, weight.float(), bias.float(), stride, 0 if bottom_right else kernel // 2)
    return {"x": x, "weight": weight, "bias": bias, "y": y.permute(0, 2, 3, 1)}


def attention(generator, length, heads, depth, causal):
    query, key, value = (half(generator, 2, n, heads * depth) for n in [length] * 3)
    split = (x.float().unflatten(2, (heads, depth)).transpose(1, 2) for x in (query, key, value))
    y = F.scaled_dot_product_attention(*split, is_causal=causal)
    return {"query": query, "key": key, "value": value, "y": y.transpose(1, 2).flatten(2)}


CASES = {
    "linear": linear,
    "convolution-1x1": lambda g: convolution(g, 1, 1, False),
    "convolution-3x3": lambda g: convolution(g, 3, 1, False),
    "convolution-3x3-stride-2": lambda g: convolution(g, 3, 2, False),
    "convolution-3x3-bottom-right": lambda g: convolution(g, 3, 2, True),
    "attention": lambda g: attention(g, 35, 2, 40, False),
    "attention-causal": lambda g: attention(g, 35, 2, 24, True),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    tensors = {}
    for seed, (name, make) in enumerate(CASES.items()):
        for part, tensor in make(torch.Generator().manual_seed(seed)).items():
            tensors[f"{name}.{part}"] = tensor
    write_safetensors(GOLDEN / "products" / "products.safetensors", tensors)
