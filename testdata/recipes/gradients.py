"""Whole-model gradients of small exports, by PyTorch in float64, to hold a differentiated graph against.

    python gradients.py OUT_FOLDER [--only NAME ...] [--tiny]

Needs export_architectures.py beside it, whose models, weights and inputs these are; with `--tiny` narrower ones.
For every architecture and exporter the folder gets

    <arch>-<exporter>-<attention>-opset<N>.onnx             the model
    the same name with .gradients.onnx                      what is expected, as initialisers of a file that computes nothing:
        input/<input>          fixed inputs
        loss/<output>          weights w: the loss is the sum over outputs of sum(w * output)
        gradient/<parameter>   of the loss, float64, in the shape PyTorch has
        index/<parameter>      where an exporter looked it up in advance, which elements it took
    and as metadata, by parameter, where the file has it: lines `same NAME`, `transposed NAME` or `looked-up NAME`, or
    the reason why it is not compared: `zero` before them (the gradient is rounding noise), `absent` (no initialiser has these elements).

Parameters are found by their elements, since exporters rename and turn them. All elements of all parameters are drawn
apart from each other, so no two are taken for one another.
"""
import argparse
import contextlib
import os
import types

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import export_architectures as ea
from reference import stanhop as stanhop_family

ZERO = 1e-11  # of the gradient of all parameters together; float64 leaves 1e-16, what is not zero is above 1e-6


def qwen3(attention):
    config = ea.hf.Qwen3Config(
        **ea.LLAMA_LIKE, num_key_value_heads=2, head_dim=ea.HIDDEN // ea.HEADS, attn_implementation=attention
    )
    return ea.decoder(ea.hf.Qwen3ForCausalLM(config), kv_heads=2)


def stanhop(attention):
    c = types.SimpleNamespace(**{**stanhop_family.DEFAULTS, **STANHOP})
    model = stanhop_family.build(c, "outeffhop")
    return ea.Example(
        model=model,
        inputs=lambda batch, length: {
            "x": torch.randn(batch, c.history, c.variables, generator=ea.rng(batch, c.history))
        },
        outputs=["forecast"],
        axes={"x": {0: "batch"}},
        sites=0,
        why="",
        kinds="",
    )


STANHOP = dict(history=16, horizon=8, segment=4, variables=3, width=16, heads=4, ffn=20, patterns=3, norms="all")
ADDED = {"qwen3": (qwen3, ("eager",)), "stanhop": (stanhop, ("eager",))}
NAMES = (
    "bert roberta distilbert gpt2 opt llama qwen2 qwen3 vit swin t5 whisper stanhop"
).split()
# The oldest and the newest form of what both exporters write.
FORMS = [("script", "eager", 14), ("script", "eager", 17), ("dynamo", "eager", 18)]
EXTRA = [
    ea.Job("bert", "script", "eager", 11, "opset11"),
    ea.Job("bert", "script", "eager", 9, "opset9"),
    ea.Job("bert", "dynamo", "sdpa", 23, "opset23"),
    ea.Job("llama", "dynamo", "sdpa", 23, "opset23", build="llama_positions"),
]


def jobs():
    for name in NAMES:
        for exporter, attention, opset in FORMS:
            yield ea.Job(name, exporter, attention, opset, f"opset{opset}")
        yield from (job for job in EXTRA if job.architecture == name)


def shrink():
    """Narrower models, for files that are kept."""
    ea.VOCAB, ea.HIDDEN, ea.HEADS, ea.LAYERS, ea.FFN = 23, 8, 2, 1, 12
    ea.token_ids.__defaults__ = (5, ea.VOCAB)
    ea.EXPORT_SHAPE = (2, 6)
    sizes = dict(vocab_size=ea.VOCAB, hidden_size=ea.HIDDEN, num_hidden_layers=1, num_attention_heads=2)
    for config in (ea.BERT_LIKE, ea.LLAMA_LIKE):
        config.update(sizes, intermediate_size=ea.FFN, max_position_embeddings=12)
    ea.VIT_LIKE.update({k: v for k, v in sizes.items() if k != "vocab_size"}, intermediate_size=12, patch_size=10)
    ea.SEQ2SEQ.update(vocab_size=23, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
                      decoder_attention_heads=2, encoder_ffn_dim=12, decoder_ffn_dim=12)
    STANHOP.update(history=8, horizon=4, segment=2, variables=2, width=8, heads=2, ffn=10, patterns=2)


def loss_weights(outputs):
    generator = torch.Generator().manual_seed(ea.SEED)
    return [torch.randn(y.shape, generator=generator) / y.numel() ** 0.5 for y in outputs]


@contextlib.contextmanager
def all_in_float64():
    """Models ask for float32 in softmax, norms and angles, whatever they compute in; here they get float64."""
    to, single, softmax = torch.Tensor.to, torch.Tensor.float, torch.nn.functional.softmax

    def widened(self, *args, **kwargs):
        args = tuple(torch.float64 if a is torch.float32 else a for a in args)
        return to(self, *args, **{k: torch.float64 if v is torch.float32 else v for k, v in kwargs.items()})

    torch.Tensor.to, torch.Tensor.float = widened, torch.Tensor.double
    torch.nn.functional.softmax = lambda x, dim=None, **ignored: softmax(x, dim=dim)
    try:
        yield
    finally:
        torch.Tensor.to, torch.Tensor.float, torch.nn.functional.softmax = to, single, softmax


def expected(job):
    """Inputs, weights of the loss, and the gradient of every parameter in float64."""
    example = ea.build(job)
    inputs = example.inputs(*ea.EXPORT_SHAPE)
    values = {name: p.detach().clone() for name, p in example.model.named_parameters()}
    model = example.model.double()
    wide = {n: t.double() if t.is_floating_point() else t for n, t in inputs.items()}
    for parameter in model.parameters():
        parameter.requires_grad_()  # Whisper keeps its sines as parameters that are not trained
    for module in model.modules():
        if isinstance(module, torch.nn.Embedding):
            module.padding_idx = None  # PyTorch keeps the gradient of that row at zero, which is no derivative
    with all_in_float64():
        outputs = ea.flatten(model(**ea.call_arguments(example, wide)))
        weights = loss_weights(outputs)
        loss = sum((w.double() * y).sum() for w, y in zip(weights, outputs))
        model.zero_grad()
        loss.backward()
    gradients = {n: p.grad for n, p in model.named_parameters() if p.requires_grad}
    return inputs, dict(zip(example.outputs, weights)), values, gradients


def places(value, initialisers):
    """Where the elements of a parameter are in the file."""
    found = []
    for name, array in initialisers.items():
        if array.size != value.size or array.dtype != value.dtype:
            continue
        if np.array_equal(array.ravel(), value.ravel()):
            found.append(f"same {name}")
        elif value.ndim == 2 and np.array_equal(array.ravel(), value.T.ravel()):
            found.append(f"transposed {name}")
    return found


def folded(value, initialisers):
    """Where an exporter looked a parameter up in advance: the name, and which elements were taken."""
    at = {float(v): i for i, v in enumerate(value.ravel())}
    for name, array in initialisers.items():
        if array.dtype == value.dtype and array.ndim > 1 and len(at) == value.size:
            taken = [at.get(float(v), -1) for v in array.ravel()]
            if min(taken) >= 0:
                return name, np.array(taken, dtype=np.int64)
    return None


def write(job, folder):
    path = os.path.join(folder, job.name + ".onnx")
    example, inputs, _, note = ea.export(job, path)
    diff, unused = ea.difference(path, example, inputs)
    inputs, weights, values, gradients = expected(job)
    model = onnx.load(path)
    initialisers = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    total = sum(float((g**2).sum()) for g in gradients.values() if g is not None) ** 0.5
    tensors, metadata = [], {}
    for name, tensor in inputs.items():
        if name not in unused:
            tensors.append(numpy_helper.from_array(tensor.numpy(), "input/" + name))
    for name, tensor in weights.items():
        tensors.append(numpy_helper.from_array(tensor.numpy(), "loss/" + name))
    counts = {"compared": 0, "zero": 0, "absent": 0}
    for name, gradient in gradients.items():
        at = places(values[name].numpy(), initialisers)
        if gradient is None or float((gradient**2).sum()) ** 0.5 <= ZERO * total:
            metadata[name] = "\n".join(["zero", *at])
        elif not at and (lookup := folded(values[name].numpy(), initialisers)):
            metadata[name] = "looked-up " + lookup[0]
            tensors.append(numpy_helper.from_array(lookup[1], "index/" + name))
            tensors.append(numpy_helper.from_array(gradient.numpy(), "gradient/" + name))
        elif not at:
            metadata[name] = "absent"
        else:
            metadata[name] = "\n".join(at)
            tensors.append(numpy_helper.from_array(gradient.numpy(), "gradient/" + name))
        kind = metadata[name].split("\n")[0]
        counts[kind if kind in counts else "compared"] += 1
    nothing = helper.make_node("Identity", ["x"], ["y"])
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [nothing], "expected", [info("x", TensorProto.FLOAT, [1])], [info("y", TensorProto.FLOAT, [1])], tensors
    )
    record = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(record, metadata)
    onnx.save(record, path.replace(".onnx", ".gradients.onnx"))
    absent = [n for n, v in metadata.items() if v == "absent"]
    print(f"{job.name:36} {os.path.getsize(path) // 1024:5} KiB  outputs differ by {diff:.0e}  {counts} {absent} {note}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.tiny:
        shrink()
    ea.ARCHITECTURES.update(ADDED)
    ea.logging.disable(ea.logging.WARNING)
    ea.warnings.simplefilter("ignore")
    os.makedirs(options.folder, exist_ok=True)
    for job in jobs():
        if options.only and job.name not in options.only and job.architecture not in options.only:
            continue
        try:
            write(job, options.folder)
        except Exception as error:
            print(f"{job.name:36} FAILED {ea.first_line(error)}", flush=True)


if __name__ == "__main__":
    main()
