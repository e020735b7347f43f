#!/usr/bin/env python3
"""Train and export the two reference decoders: vanilla softmax against Softmax1.

Both arms get the same seed, the same token stream, the same optimizer and the same number of steps.
The only difference is the attention normaliser over the masked logits z of one query:

    vanilla    a_i = exp(z_i) / sum_j exp(z_j)            the weights must sum to one
    softmax1   a_i = exp(z_i) / (1 + sum_j exp(z_j))      the weights may sum to nearly zero

Softmax1 is computed exactly by appending one zero logit, taking the softmax and dropping that column.

Task: Bigram-Backcopy (Guo et al. 2024, arXiv 2410.13835) with several lags and no start token. A few
of the V symbols are triggers. With lag(s) in 1..L fixed for each trigger s,

    x[t+1] = x[t - lag(x[t])]        if x[t] is a trigger and t >= lag(x[t])
    x[t+1] ~ P( . | x[t])            otherwise, P a random Markov table

so a head is needed behind a trigger and has to do nothing everywhere else. Nothing free is left to park
attention on: the sequence opens with a random symbol, positions are fixed sinusoids, and with --strict 1
a query sees only earlier positions (position 0 sees itself), so it cannot rest on its own token either.

The training loss is the divergence from the generator's exact next-symbol distribution: in expectation
it has the gradient of next-token cross-entropy, without the sampling noise. Evaluation is plain
next-token perplexity over all positions.
"""
import argparse
import copy
import csv
import hashlib
import json
import math
import platform
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

ARMS = ("vanilla", "softmax1")
TAPS = ("final_ln", "layer_out", "fc2", "ffn_ln", "attn_out", "attn_ln")


class Backcopy:
    """The corpus generator; `table_seed` fixes the language, the generator passed in draws the text."""

    def __init__(self, c):
        rng = np.random.default_rng(c.table_seed)
        self.vocab, self.plain = c.vocab, np.arange(c.triggers, c.vocab)
        self.is_trigger = np.arange(c.vocab) < c.triggers
        self.lag = 1 + np.arange(c.vocab) % c.lags
        table = rng.dirichlet(np.full(len(self.plain), c.concentration), size=c.vocab)
        table = (1 - c.smoothing) * table + c.smoothing / len(self.plain)
        self.table = np.full((c.vocab, c.vocab), c.trigger_rate / c.triggers)
        self.table[:, self.plain] = (1 - c.trigger_rate) * table
        self.cumulative = self.table.cumsum(1)
        self.cumulative[:, -1] = 1.0

    def sample(self, rng, count, length):
        x = np.empty((count, length), np.int64)
        x[:, 0] = rng.choice(self.plain, count)
        rows, draw = np.arange(count), rng.random((count, length))
        for t in range(length - 1):
            now, source = x[:, t], t - self.lag[x[:, t]]
            free = (self.cumulative[now] > draw[:, t + 1, None]).argmax(1)
            x[:, t + 1] = np.where(self.is_trigger[now] & (source >= 0), x[rows, np.maximum(source, 0)], free)
        return x

    def conditionals(self, x):
        """Exact distribution of the symbol after each position."""
        source = np.arange(x.shape[1])[None] - self.lag[x]
        copied = np.take_along_axis(x, np.maximum(source, 0), 1)
        p = self.table[x]
        hit = self.is_trigger[x] & (source >= 0)
        p[hit] = np.eye(self.vocab)[copied[hit]]
        return p.astype(np.float32)

    def floor(self, x):
        """Perplexity of a perfect predictor on these sequences."""
        p = np.take_along_axis(self.conditionals(x)[:, :-1], x[:, 1:, None], 2)
        return float(np.exp(-np.log(p).mean()))


class Layer(nn.Module):
    def __init__(self, c, softmax1):
        super().__init__()
        self.heads, self.head_width, self.softmax1 = c.heads, c.width // c.heads, softmax1
        self.attn_ln, self.ffn_ln = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.q, self.k, self.v, self.out_proj = (nn.Linear(c.width, c.width) for _ in range(4))
        self.fc1, self.fc2 = nn.Linear(c.width, c.ffn), nn.Linear(c.ffn, c.width)

    def forward(self, x, mask, zero, tap):
        b, t, _ = x.shape
        h = tap("attn_ln", self.attn_ln(x))
        q, k, v = (tap(n, getattr(self, n)(h)).view(b, t, self.heads, self.head_width).transpose(1, 2)
                   for n in "qkv")
        z = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.head_width) + mask
        a = torch.softmax(torch.cat([z, zero], -1), -1)[..., :-1] if self.softmax1 else torch.softmax(z, -1)
        mixed = torch.matmul(tap("probs", a), v).transpose(1, 2).reshape(b, t, self.heads * self.head_width)
        x = tap("attn_sum", x + tap("attn_out", self.out_proj(tap("context", mixed))))
        h = tap("fc1", F.relu(self.fc1(tap("ffn_ln", self.ffn_ln(x)))))
        return tap("layer_out", x + tap("fc2", self.fc2(h)))


class Decoder(nn.Module):
    """OPT-like pre-LN decoder; `tap(name, tensor)` sees every activation and may replace it."""

    def __init__(self, c, softmax1):
        super().__init__()
        self.heads, self.tap = c.heads, lambda name, x: x
        self.tokens = nn.Embedding(c.vocab, c.width)
        self.layers = nn.ModuleList(Layer(c, softmax1) for _ in range(c.layers))
        self.final_ln, self.lm_head = nn.LayerNorm(c.width), nn.Linear(c.width, c.vocab, bias=False)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.02)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
        nn.init.normal_(self.tokens.weight, std=0.5)
        angle = torch.arange(c.length)[:, None] / 10000 ** (torch.arange(0, c.width, 2) / c.width)
        self.register_buffer("positions", torch.stack([angle.sin(), angle.cos()], -1).flatten(1))
        mask = torch.full((c.length, c.length), -1e9).triu(0 if c.strict else 1)
        mask[0, 0] = 0.0
        self.register_buffer("mask", mask)

    def forward(self, input_ids):
        b, t = input_ids.shape
        x = self.tap("embed", self.tokens(input_ids) + self.positions[:t])
        mask, zero = self.mask[:t, :t], x.new_zeros(b, self.heads, t, 1)
        for i, layer in enumerate(self.layers):
            x = layer(x, mask, zero, lambda name, y, i=i: self.tap(f"layer{i}.{name}", y))
        return self.lm_head(self.tap("final_ln", self.final_ln(x)))


def train(c, arm):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(c.seed)
    corpus, rng = Backcopy(c), np.random.default_rng(c.seed)
    model = Decoder(c, arm == "softmax1")
    adam = torch.optim.Adam(model.parameters(), lr=c.lr, betas=(0.9, c.beta2))
    seen = torch.from_numpy(corpus.sample(np.random.default_rng(c.calibration_seed), 64, c.length))
    recent, log = [], []
    for step in range(1, c.steps + 1):
        for group in adam.param_groups:
            group["lr"] = c.lr * min(1.0, step / c.warmup)
        x = corpus.sample(rng, c.batch, c.length)
        p = torch.from_numpy(corpus.conditionals(x))
        loss = (torch.xlogy(p, p) - p * F.log_softmax(model(torch.from_numpy(x)), -1)).sum(-1).mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        recent.append(loss.item())
        if step % c.report == 0:
            log.append((step, float(np.mean(recent)), outliers(model, seen)["average_kurtosis"]))
            recent.clear()
            print("%s step %d loss %.5f average kurtosis %.2f" % (arm, *log[-1]), flush=True)
    return model.state_dict(), log


@torch.no_grad()
def perplexity(model, ids):
    nll = [F.cross_entropy(model(b)[:, :-1].flatten(0, 1), b[:, 1:].flatten()).item() for b in ids.split(64)]
    return float(np.exp(np.mean(nll)))


def kurtosis(rows):
    centred = rows - rows.mean(1, keepdim=True)
    return (centred ** 4).mean(1) / (rows.std(1) ** 4 + 1e-6)


@torch.no_grad()
def outliers(model, ids):
    """Kurtosis and max inf norm of every tapped tensor (one row = one sequence) and the sink mass."""
    kurt, per_token, inf, sink = {}, {}, {}, []

    def watch(name, x):
        kind = name.split(".")[-1]
        if kind in TAPS:
            kurt[name] = kurtosis(x.flatten(1)).mean().item()
            inf[name] = x.flatten(1).abs().amax(1).mean().item()
            if kind in ("fc2", "ffn_ln"):
                per_token[name] = kurtosis(x.flatten(0, 1)).mean().item()
        elif kind == "probs":
            sink.append(x[:, :, 2:, 0].mean((0, 2)))
        return x

    model.tap = watch
    model(ids)
    model.tap = lambda name, x: x
    first = torch.cat(sink)
    return {"average_kurtosis": float(np.mean(list(kurt.values()))), "max_kurtosis": max(kurt.values()),
            "max_inf_norm": max(inf.values()), "sink_mass": first.max().item(),
            "kurtosis": kurt, "kurtosis_token_rows": per_token, "inf_norm": inf}


@torch.no_grad()
def w8a8(model, calibration, ids):
    """Simulated W8A8: int8 symmetric weights, uint8 asymmetric running min-max activations, float head."""
    model, ranges = copy.deepcopy(model), {}
    for name, m in model.named_modules():
        if isinstance(m, nn.Linear) and name != "lm_head":
            scale = m.weight.abs().max() / 127
            m.weight.copy_((m.weight / scale).round().clamp(-127, 127) * scale)

    def observe(name, x):
        low, high = ranges.get(name, (x.min(), x.max()))
        ranges[name] = (0.9 * low + 0.1 * x.min(), 0.9 * high + 0.1 * x.max())
        return x

    def fake_quantize(name, x):
        low, high = ranges[name][0].clamp(max=0), ranges[name][1].clamp(min=0)
        scale = (high - low) / 255
        zero = (-low / scale).round()
        return (((x / scale).round() + zero).clamp(0, 255) - zero) * scale

    model.tap = observe
    for batch in calibration:
        model(batch)
    model.tap = fake_quantize
    return perplexity(model, ids)


def export(model, path, ids):
    import onnx
    import onnxruntime
    model.eval()
    torch.onnx.export(model, (ids[:2],), str(path), dynamo=False, opset_version=17,
                      input_names=["input_ids"], output_names=["logits"],
                      dynamic_axes={n: {0: "batch", 1: "sequence"} for n in ("input_ids", "logits")})
    graph = onnx.load(str(path))
    weights = {i.name: i for i in graph.graph.initializer}
    for node in graph.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        if node.op_type == "MatMul" and node.input[1] in weights:  # folded transposes lose their name
            weights[node.input[1]].name = node.input[1] = node.name.strip("/").replace("/MatMul", "").replace(
                "/", ".") + ".weight"
    graph.doc_string = graph.graph.doc_string = ""
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, str(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for x in (ids[:1], ids[:3, :7], ids[:16, :1], ids[:32]):
        got = session.run(None, {"input_ids": x.numpy()})[0]
        worst = max(worst, float(np.abs(got - model(x).detach().numpy()).max()))
    assert worst < 1e-4, worst
    return worst


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in dict(vocab=32, triggers=6, lags=3, trigger_rate=0.3, concentration=0.1, smoothing=0.1,
                            length=32, layers=3, width=64, heads=4, ffn=256, strict=1, lr=2e-3, beta2=0.99, warmup=100,
                            batch=8, steps=12000, report=500, table_seed=7, seed=1, heldout_seed=1001,
                            calibration_seed=2001, jobs=1).items():
        p.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    p.add_argument("--out", type=Path, default=Path("reference"))
    c = p.parse_args()
    c.out.mkdir(parents=True, exist_ok=True)
    corpus = Backcopy(c)
    heldout = torch.from_numpy(corpus.sample(np.random.default_rng(c.heldout_seed), 512, c.length))
    calibration = torch.from_numpy(corpus.sample(np.random.default_rng(c.calibration_seed), 128, c.length))
    for name, ids in (("heldout", heldout), ("calibration", calibration)):
        np.savez_compressed(c.out / f"{name}.npz", input_ids=ids.numpy())
    with ProcessPoolExecutor(c.jobs, mp_context=get_context("spawn")) as pool:
        trained = list(pool.map(train, [c, c], ARMS))
    with open(c.out / "training-log.csv", "w", newline="") as f:
        rows = csv.writer(f, lineterminator="\n")
        rows.writerow(["step", *(f"{arm}_{what}" for arm in ARMS for what in ("loss", "average_kurtosis"))])
        for pair in zip(*(log for _, log in trained)):
            rows.writerow([pair[0][0], *(v for _, loss, k in pair for v in (f"{loss:.6f}", f"{k:.3f}"))])
    summary = {"recipe": {k: v for k, v in vars(c).items() if k not in ("out", "jobs", "report")},
               "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0],
                            "numpy": np.__version__},
               "perplexity_floor": corpus.floor(heldout.numpy()), "arms": {}}
    for arm, (state, _) in zip(ARMS, trained):
        model = Decoder(c, arm == "softmax1")
        model.load_state_dict(state)
        summary["parameters"] = sum(w.numel() for w in model.parameters())
        summary["arms"][arm] = {"fp32_perplexity": perplexity(model, heldout),
                                "w8a8_perplexity": w8a8(model, calibration.split(8), heldout),
                                **outliers(model, heldout),
                                "onnx_max_abs_diff": export(model, c.out / f"{arm}.onnx", heldout)}
        print(arm, {k: round(v, 4) for k, v in summary["arms"][arm].items() if isinstance(v, float)}, flush=True)
    files = [*(f"{a}.onnx" for a in ARMS), "heldout.npz", "calibration.npz", "training-log.csv"]
    summary["sha256"] = {f: hashlib.sha256((c.out / f).read_bytes()).hexdigest() for f in files}
    (c.out / "reference.json").write_text(json.dumps(summary, indent=2) + "\n")


if __name__ == "__main__":
    main()
