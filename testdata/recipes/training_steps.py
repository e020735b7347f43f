"""Trains a small BERT-like masked language model with PyTorch, and writes what ONNX Runtime is held against.

    python training_steps.py FOLDER

The model (2 layers, width 16, vocabulary 64, embedding and head tied) is exported with its initial weights to
steps.onnx; nothing is folded, so that weights keep their names. steps.npz has the batches (padded, labels
-100 where none is asked for), the losses of 200 steps of AdamW (rate 1e-3, decay 0.1 but for norms and biases,
gradients shortened to norm 1) in float32 and in float64, and the weights after them in float64. The batches
are drawn by seed; nothing is downloaded.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM

STEPS, BATCH, TOKENS, VOCABULARY = 200, 4, 12, 64
RATE, DECAY, NORM = 1e-3, 0.1, 1.0


def model(dtype, vocabulary=VOCABULARY, width=16, layers=2, heads=2, tied=True):
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        max_position_embeddings=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
        tie_word_embeddings=tied,
    )
    net = BertForMaskedLM(config)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            # Equal vectors would be merged by the exporter.
            if weight.ndim == 1:
                weight.add_(0.05 * torch.randn_like(weight))
    return net.to(dtype)


def batches(steps=STEPS, batch=BATCH, tokens=TOKENS, vocabulary=VOCABULARY, seed=3):
    rng = np.random.default_rng(seed)
    ids = rng.integers(5, vocabulary // 2, (steps, batch, tokens))
    # A rule to learn: every second token follows from the one before.
    ids[:, :, 1::2] = (3 * ids[:, :, 0::2] + 1) % vocabulary
    lengths = rng.integers(tokens // 2, tokens + 1, (steps, batch))
    mask = (np.arange(tokens) < lengths[:, :, None]).astype(np.int64)
    asked = (rng.random(ids.shape) < 0.3) & (mask == 1)
    asked[:, 0, 1] = True
    labels = np.where(asked, ids, -100)
    ids = np.where(asked, 3, ids) * mask
    return ids, mask, labels


def groups(net):
    matrices = [w for w in net.parameters() if w.ndim > 1]
    vectors = [w for w in net.parameters() if w.ndim <= 1]
    return [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]


def train(net, data):
    optimiser = torch.optim.AdamW(groups(net), lr=RATE)
    losses = []
    for ids, mask, labels in zip(*(torch.from_numpy(a) for a in data)):
        logits = net(input_ids=ids, attention_mask=mask).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), NORM)
        optimiser.step()
        losses.append(loss.item())
    return losses


def export(net, path, fold=False, opset=18, outputs=("logits",)):
    ids = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        net.eval(),
        (ids, ids),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=list(outputs),
        dynamic_axes={n: axes for n in ("input_ids", "attention_mask", *outputs)},
        opset_version=opset,
        do_constant_folding=fold,
        dynamo=False,
    )


def main():
    # On matrices this small threads only wait for each other.
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    export(model(torch.float32), folder / "steps.onnx")
    data = batches()
    exact = model(torch.float64)
    arrays = {
        "losses32": np.array(train(model(torch.float32), data)),
        "losses64": np.array(train(exact, data)),
    }
    for name, array in zip(("input_ids", "attention_mask", "labels"), data):
        arrays[name] = array
    for name, weight in exact.named_parameters():
        arrays["after/" + name] = weight.detach().numpy()
    np.savez_compressed(folder / "steps.npz", **arrays)


if __name__ == "__main__":
    main()
