"""The rule by which prompts of any length, with weights, become what a U-Net is told.

The reference for Sources/Diffusion/Prompt. It is AUTOMATIC1111's (stable-diffusion-webui 1.10.1), written out over
transformers' tokenizer and text encoder, in four steps that the webui has in prompt_parser.py `parse_prompt_attention`,
sd_hijack_clip.py `tokenize_line` and `process_tokens`, sd_emphasis.py `EmphasisOriginal` and
sd_samplers_cfg_denoiser.py `pad_cond_uncond`:

1. `read`: brackets give stretches of text their weights.
2. `divide`: the tokens of all stretches are cut into chunks that fit the encoder, after commas where possible.
3. `encode`: each chunk is encoded alone, token by token multiplied by its weight, and brought back to its mean.
4. `context`: the chunks of a prompt are laid side by side; a shorter prompt of a batch gets empty chunks.

It differs in three points. BREAK also divides inside brackets, where the webui multiplies the weight that marks it and
so draws the word. The mean is that of one chunk of one prompt, not of all prompts that are encoded together. And it is
taken in 64 bits: some encoders' means are so small that PyTorch's own summing would be most of the difference.
"""

import re

import torch

BREAK = object()  # in place of a stretch
MAXIMUM_CHUNKS = 8
COMMA_REACH = 20  # the webui's setting comma_padding_backtrack

# A sign after a backslash, a backslash, brackets, a weight with its bracket, text, a colon.
PIECE = re.compile(
    r"\\(?P<escaped>[()\[\]\\])|(?P<dropped>\\)|(?P<open>[(\[])|:\s*(?P<weight>[+-]?[.\d]+)\s*\)|(?P<close>[)\]])"
    r"|(?P<text>[^\\()\[\]:]+)|(?P<colon>:)")
BREAK_WORD = re.compile(r"\s*\bBREAK\b\s*")


def read(prompt):
    """Stretches [text, weight] or BREAK, none of them empty."""
    stretches, opened = [], {"(": [], "[": []}

    def multiply(start, factor):
        for stretch in stretches[start:]:
            if stretch is not BREAK:
                stretch[1] *= factor

    def add(text):
        for index, part in enumerate(BREAK_WORD.split(text)):
            if index > 0:
                stretches.append(BREAK)
            if part:
                stretches.append([part, 1.0])

    for match in PIECE.finditer(prompt):
        kind, piece = match.lastgroup, match.group()
        if kind == "escaped":
            stretches.append([match["escaped"], 1.0])
        elif kind == "open":
            opened[piece].append(len(stretches))
        elif kind == "weight" and opened["("]:
            multiply(opened["("].pop(), float(match["weight"]))
        elif piece == ")" and opened["("]:
            multiply(opened["("].pop(), 1.1)
        elif piece == "]" and opened["["]:
            multiply(opened["["].pop(), 1 / 1.1)
        elif kind == "dropped":
            stretches.append(["", 1.0])  # it still keeps neighbours apart if a bracket encloses it
        else:
            add(piece)
    for start in opened["("]:
        multiply(start, 1.1)
    for start in opened["["]:
        multiply(start, 1 / 1.1)

    merged = []
    for stretch in stretches:
        if stretch is not BREAK and merged and merged[-1] is not BREAK and merged[-1][1] == stretch[1]:
            merged[-1][0] += stretch[0]
        else:
            merged.append(stretch)
    return [stretch for stretch in merged if stretch is BREAK or stretch[0]]


def divide(prompt, tokenizer):
    """Chunks [(token, weight)] without begin and end, at most MAXIMUM_CHUNKS, and how many tokens were cut."""
    capacity = tokenizer.model_max_length - 2
    comma = tokenizer.get_vocab().get(",</w>")
    chunks, chunk, last_comma = [], [], None
    for stretch in read(prompt):
        if stretch is BREAK:
            chunks.append(chunk)
            chunk, last_comma = [], None
            continue
        for token in tokenizer(stretch[0], add_special_tokens=False).input_ids:
            if len(chunk) == capacity:
                near = last_comma is not None and capacity - last_comma <= COMMA_REACH
                kept = last_comma + 1 if near and token != comma else capacity
                chunks.append(chunk[:kept])
                chunk, last_comma = chunk[kept:], None
            elif token == comma:
                last_comma = len(chunk)
            chunk.append((token, stretch[1]))
    if chunk or not chunks:
        chunks.append(chunk)
    return chunks[:MAXIMUM_CHUNKS], sum(map(len, chunks[MAXIMUM_CHUNKS:]))


def encode(chunk, tokenizer, encoder):
    """[T, D]: the encoding of one chunk, times the weights, at the mean that it had."""
    length = tokenizer.model_max_length
    tokens = [tokenizer.bos_token_id] + [token for token, _ in chunk] + [tokenizer.eos_token_id]
    tokens += [tokenizer.pad_token_id] * (length - len(tokens))
    weights = [1.0] + [weight for _, weight in chunk]
    weights += [1.0] * (length - len(weights))
    with torch.no_grad():
        encoding = encoder(torch.tensor([tokens])).last_hidden_state[0]
    if all(weight == 1 for weight in weights):
        return encoding
    weighted = encoding * torch.tensor(weights)[:, None]
    return weighted * (encoding.double().mean() / weighted.double().mean()).float()


def context(prompts, tokenizer, encoder):
    """[P, K T, D]: what a U-Net is told of prompts of at most K chunks."""
    divided = [divide(prompt, tokenizer)[0] for prompt in prompts]
    count = max(map(len, divided))
    return torch.stack([
        torch.cat([encode(chunk, tokenizer, encoder) for chunk in chunks + [[]] * (count - len(chunks))])
        for chunks in divided])
