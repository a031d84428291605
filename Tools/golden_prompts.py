"""Prompts with weights and prompts of any length: what prompt_rule.py makes of them.

    python Tools/golden_prompts.py [Tests/Golden/prompts]

writes there `readings.json`, prompts and the weights of their stretches (null is a BREAK); `chunks.json`, the tokens
of long prompts, chunk by chunk, for texts of 32 and of 77 tokens; `contexts.safetensors`, what the text encoders of
golden_diffusion_models.py and of the embedded pipeline make of prompts; and `unet.safetensors`, what diffusers' U-Nets
make of contexts of 154 tokens. Run twice, the bytes are the same.
"""

import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from diffusers import UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

import prompt_rule
from golden_support import GOLDEN, ROOT, write_json, write_safetensors

EMBEDDED = ROOT / "weights/diffusion/emoji"

READINGS = [
    "", " ", "a fox", "an (important) word", "((very)) good", "(((a)))", "[a]", "[[a]]", "[[[a]]] fox", "([a])",
    "[(a)]", "(a:1.3)", "(a fox:0.5) in snow", "((a:1.3) b)", "(a [b] c:1.2)",
    "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).", "(unbalanced", "((twice unbalanced", "[light",
    "[light (heavy", "(heavy [light", "closed)", "closed]", "))((", "][", ")(", r"\(literal\]", r"a \(b\) c",
    r"\[a\] \\ b", r"(a \(b\) c:1.2)", r"a\b", "a\\", r"\\(a)", r"\\\(a\)", r"(a\:1.2)", r"w(\:1.3)ord", r"(w\ord)",
    r"(a:1.2\)", "(a:.5)", "(a:1.)", "(a: 1.2 )", "(a :1.2)", "(a:\t1.2\n)", "(a:+1.5)", "(a:-1)", "(a:0)", "(a:-.25)",
    "(a:10)", "(a:1e1)", "(a:1,5)", "(a:b)", "(a:)", "(:1.3)", "(a:1.3", "[a:1.3]", "[a:b:0.5]", "[a|b]", "a:1.2)",
    "a: 1.2 ) b", "a:b:c", "(a:b:1.2)", "(a:1.2:1.3)", "(a:+-1)", "(a:१.२)", "(a:１．２)", "()", "(())", "[]", "a()b",
    "(a)(b)", "(a)[b]", "(a) (b)", "(unnecessary)(parens)", "w(or)d", "(a:1.1)(b)", "((a:2):0.5) b", "([a] b)",
    "a BREAK b", "a BREAK", "BREAK a", "BREAK", "a  BREAK\n b", "BREAK BREAK", "aBREAK b", "BREAKs", "_BREAK",
    "éBREAK é", "break", "a,BREAK,b", "(a BREAK b:1.2)", "(a)BREAK[b]", r"\BREAK", "a:BREAK:b", "x BREAK-BREAK y",
    "5BREAK", "БBREAK", "(狐狸:1.2)在雪中", "（全角）", "(🦊) e\u0301 (é)", "a\u00a0(b)\u3000c", "(a:1\u00a0)", "😀" * 3 + "(x",
    "<|endoftext|> (a)", "(" * 40 + "a" + ")" * 18 + "]" * 3 + ":0.01)" * 2,
    "(" * 20 + "[" * 20 + "a" + "]" * 20 + ")" * 20,
]

PHRASES = [
    "an oil painting of a fox", "a neon sign of a rocket", "blue sky", "watercolor", "snow on old mountains at dawn",
    "red", "a robot that drinks tea with a cat in a small garden", "soft light",
    "a blueprint of a bridge over a wide river",
]


def long_prompts():
    for count in [29, 30, 31, 75, 76, 240, 260, 700]:
        yield " ".join(["fox"] * count)
    for before in [0, 9, 10, 11, 28, 29, 30, 55, 56, 74, 75]:  # where a comma stands
        yield "fox " * before + ", " + "fox " * 80
    for shift in range(4):
        yield ", ".join((PHRASES[shift:] + PHRASES[:shift]) * 2)
    yield ",".join(["fox"] * 50)
    yield ", " * 100
    yield "a fox, " * 14 + "(in the snow, with a red:1.3) scarf, [soft light], " * 4
    yield "a fox BREAK a rocket"
    yield "a fox, a cat BREAK BREAK " + "rocket " * 40
    yield "BREAK a fox BREAK"
    yield "a fox... , a cat!, a dog,, " * 9
    yield "BREAK " * 12 + "a fox"


CONTEXTS = [
    ["(an oil painting:1.3) of a fox"],
    ["a [neon] sign of a ((rocket))", "blue, (ugly:1.4)"],
    ["watercolor, (blue:0.6) sky BREAK (red:1.2) bridge", ""],
    ["an (old:-0.5) robot and a cat", "a (fox"],
    ["a fox and a rocket " * 20, ""],
    [", ".join(PHRASES[:6]) + ", (soft light:1.2)", "[red], blurred"],
    ["a fox", "a rocket"],
    [r"a fox \(in the snow\), ((((golden hour))))"],
    [", ".join(f"({phrase}:{1 + index / 10})" for index, phrase in enumerate(PHRASES)), ", ".join(PHRASES[:4])],
    ["(🦊:1.5) in [[snow]]", "(狐狸:0)"],
]


def tokenizer(**changes):
    return CLIPTokenizer.from_pretrained(EMBEDDED / "tokenizer", **changes)


def chunks():
    cases = []
    for length in [32, 77]:
        tokens = tokenizer(model_max_length=length)
        for prompt in long_prompts():
            divided, cut = prompt_rule.divide(prompt, tokens)
            ids = [[token for token, _ in chunk] for chunk in divided]
            cases.append(dict(prompt=prompt, length=length, chunks=ids, truncated=cut))
    return cases


def contexts():
    """Stable Diffusion 1 pads with the end of text, 2 with token 0."""
    tensors, cases = {}, []
    for family, padding in dict(sd15="<|endoftext|>", sd2="!", emoji="!").items():
        folder = EMBEDDED if family == "emoji" else GOLDEN / "diffusion" / family
        encoder = CLIPTextModel.from_pretrained(folder / "text_encoder").float()
        for index, prompts in enumerate(CONTEXTS[:4] if family == "emoji" else CONTEXTS):
            name = f"{family}-{index}"
            tensors[name] = prompt_rule.context(prompts, tokenizer(pad_token=padding), encoder)
            cases.append(dict(name=name, family=family, padding=padding, prompts=prompts))
    return tensors, cases


def unets():
    tensors = {}
    for family in ["sd15", "sd2"]:
        unet = UNet2DConditionModel.from_pretrained(GOLDEN / "diffusion" / family / "unet").float()
        generator = torch.Generator().manual_seed(154)
        context = torch.randn(2, 154, 24, generator=generator)
        latents = torch.randn(2, 4, 8, 8, generator=generator)
        with torch.no_grad():
            output = unet(latents, torch.tensor(501.0), encoder_hidden_states=context).sample
        tensors[f"{family}.context"] = context
        tensors[f"{family}.latents"] = latents.permute(0, 2, 3, 1)
        tensors[f"{family}.output"] = output.permute(0, 2, 3, 1)
    return tensors


def main(folder):
    torch.set_num_threads(1)
    readings = [
        dict(prompt=prompt, parts=[None if part is prompt_rule.BREAK else part for part in prompt_rule.read(prompt)])
        for prompt in READINGS]
    write_json(folder / "readings.json", readings)
    write_json(folder / "chunks.json", chunks())
    tensors, cases = contexts()
    write_safetensors(folder / "contexts.safetensors", tensors, dict(cases=cases))
    write_safetensors(folder / "unet.safetensors", unets())
    print(f"{len(readings)} readings, {len(cases)} contexts")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN / "prompts")
