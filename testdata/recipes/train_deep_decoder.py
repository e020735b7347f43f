"""Trains a decoder of twelve layers on characters of a text, for measuring how searches scale with depth.

    python train_deep_decoder.py TEXT OUT [STEPS]

OPT's architecture: width 64, 4 heads, feed-forward 256, windows of 64 characters. Writes OUT/deep.onnx, and OUT/heldout.npz and OUT/calibration.npz with
`input_ids` and `labels`. Not committed: a model for one measurement.
"""

import pathlib
import sys

import numpy as np
import torch
from transformers import OPTConfig, OPTForCausalLM

LENGTH, WIDTH = 64, 64


def main():
    text, out = pathlib.Path(sys.argv[1]).read_text()[:400_000], pathlib.Path(sys.argv[2])
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 600
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    alphabet = sorted(set(text))
    ids = torch.tensor([alphabet.index(c) for c in text])
    rows = ids[: len(ids) // LENGTH * LENGTH].view(-1, LENGTH)
    held, calibration, train = rows[:256], rows[256:384], rows[384:]
    model = OPTForCausalLM(OPTConfig(
        vocab_size=len(alphabet), hidden_size=WIDTH, word_embed_proj_dim=WIDTH, ffn_dim=4 * WIDTH, num_hidden_layers=12,
        num_attention_heads=4, max_position_embeddings=LENGTH, dropout=0.0, attn_implementation="eager"))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for step in range(steps):
        batch = train[torch.randint(len(train), (32,))]
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(step, loss.item(), flush=True)
    model.eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, input_ids):
            return self.inner(input_ids=input_ids, use_cache=False).logits

    torch.onnx.export(Logits(), (held[:2],), str(out / "deep.onnx"), input_names=["input_ids"], output_names=["logits"],
                      dynamic_axes={"input_ids": {0: "batch"}, "logits": {0: "batch"}}, opset_version=17, dynamo=False)
    for name, part in (("heldout", held), ("calibration", calibration)):
        np.savez(out / f"{name}.npz", input_ids=part.numpy(), labels=part.numpy())


main()
