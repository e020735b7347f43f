"""Exports a BERT-base-sized masked language model with random weights, for the benchmarks.

    python export_bert_base.py OUT.onnx

Twelve layers, width 768, 110 M parameters, opset 17, dynamic batch and sequence. Speed and memory do
not depend on the values of the weights; nothing is downloaded.
"""

import sys

import torch
from transformers import BertConfig, BertForMaskedLM


def main(out):
    torch.manual_seed(0)
    model = BertForMaskedLM(BertConfig(attn_implementation="eager")).eval()
    ids = torch.randint(0, 30522, (2, 16))
    ones = torch.ones_like(ids)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        model,
        (ids, ones, torch.zeros_like(ids)),
        out,
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["logits"],
        dynamic_axes={n: axes for n in ("input_ids", "attention_mask", "token_type_ids", "logits")},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main(sys.argv[1])
