"""What the architectures of `models` give in PyTorch, in float64, on the same weights.

    python model_equality.py FOLDER

Each case is a model of the reference families (reference/*.py) or of Transformers, with weights wide enough that every
part of it matters. One file a case, an ONNX file that computes nothing, with the initialisers

    weight/<name in Tailgate>   float32
    input/<input>               as the model takes it
    output                      float64

The committed files are in the test resources of `models`; running this again gives the same bytes.
"""
import os
import sys
import types

import numpy as np
import onnx
import torch
import transformers as hf
from onnx import TensorProto, helper, numpy_helper

from gradients import all_in_float64
from reference import bert, opt, stanhop, vit

SMALL = dict(width=16, heads=4, ffn=24, layers=2)
HF = dict(hidden_size=16, num_attention_heads=4, intermediate_size=24, num_hidden_layers=2)
EPSILON = 1e-5


def spread(model):
    """Every parameter drawn anew: scales about 1, matrices so that attention is far from even, biases that show."""
    generator = torch.Generator().manual_seed(16)
    for name, p in model.named_parameters():
        drawn = torch.randn(p.shape, generator=generator)
        if p.dim() == 1:
            drawn = 0.3 * drawn + (1.0 if name.endswith("weight") else 0.0)
        p.data = drawn * (0.35 if p.dim() > 1 else 1.0)
    return model.eval()


def turned(state, names):
    """The linear maps and norms under Tailgate's names; PyTorch keeps matrices turned."""
    weights = {}
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            if part == "weight" or f"{theirs}.{part}" in state:
                array = state[f"{theirs}.{part}"]
                weights[f"{ours}.{part}"] = array.T if array.ndim == 2 else array
    return weights


def layers(ours, theirs, pairs):
    return {f"{ours}.{i}.{a}": f"{theirs}.{i}.{b}" for i in range(SMALL["layers"]) for a, b in pairs.items()}


def joined(state, layer, names, part):
    """Projections of queries, keys and values as one map; PyTorch's rows are outputs."""
    return np.concatenate([state[f"{layer}.{name}.{part}"] for name in names], 0)


def ids(vocabulary, length):
    return torch.from_numpy(np.random.default_rng(3).integers(0, vocabulary, (2, length)))


def padded(vocabulary, length):
    mask = torch.ones(2, length, dtype=torch.int64)
    mask[1, length - 3:] = 0
    return {"input_ids": ids(vocabulary, length), "attention_mask": mask}


def pixels():
    return {"pixel_values": torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(4))}


def settings(defaults, **changes):
    return types.SimpleNamespace(**{**defaults, "gamma": 0.0, "alpha": 0.0, "zeta": 1.0, **SMALL, **changes})


BLOCK = {"attention_norm": "attn_ln", "ffn_norm": "ffn_ln", "fc1": "fc1", "fc2": "fc2"}
PROJECTIONS = {"attention.query": "attention.q", "attention.key": "attention.k", "attention.value": "attention.v",
               "attention.output": "attention.out_proj"}


def bert_reference():
    model = spread(bert.build(settings(bert.DEFAULTS, vocab=11, length=12), "vanilla"))
    state = numpy_state(model)
    weights = turned(state, {"embedding_norm": "embed_ln", **layers("layers", "layers", {**BLOCK, **PROJECTIONS}),
                             "head.dense": "head.dense", "head.norm": "head.ln", "head.decoder": "head.out"})
    weights["tokens.weight"] = state["tokens.weight"]
    return model, padded(11, 9), weights


def bert_transformers():
    config = hf.BertConfig(vocab_size=11, max_position_embeddings=12, type_vocab_size=1, layer_norm_eps=EPSILON,
                           tie_word_embeddings=False, attn_implementation="eager", **HF)
    model = spread(hf.BertForMaskedLM(config))
    state, at = numpy_state(model), "bert.encoder.layer"
    names = {"attention.query": "attention.self.query", "attention.key": "attention.self.key",
             "attention.value": "attention.self.value", "attention.output": "attention.output.dense",
             "attention_norm": "attention.output.LayerNorm", "fc1": "intermediate.dense", "fc2": "output.dense",
             "ffn_norm": "output.LayerNorm"}
    weights = turned(state, {"embedding_norm": "bert.embeddings.LayerNorm", **layers("layers", at, names),
                             "head.dense": "cls.predictions.transform.dense",
                             "head.norm": "cls.predictions.transform.LayerNorm",
                             "head.decoder": "cls.predictions.decoder"})
    weights["tokens.weight"] = state["bert.embeddings.word_embeddings.weight"]
    # All tokens are of one type, whose vector may as well stand with the positions.
    at = "bert.embeddings"
    weights["positions"] = state[f"{at}.position_embeddings.weight"] + state[f"{at}.token_type_embeddings.weight"]
    model.bert.embeddings.position_embeddings.weight.data = torch.from_numpy(weights["positions"])
    model.bert.embeddings.token_type_embeddings.weight.data.zero_()
    return model, padded(11, 9), weights


def opt_reference():
    model = spread(opt.build(settings(opt.DEFAULTS, vocab=11, length=12, strict=1), "vanilla"))
    state = numpy_state(model)
    weights = turned(state, {**layers("layers", "layers", {**BLOCK, **PROJECTIONS}), "final_norm": "final_ln",
                             "head": "lm_head"})
    weights["tokens.weight"] = state["tokens.weight"]
    return model, {"input_ids": ids(11, 9)}, weights


def opt_transformers():
    config = hf.OPTConfig(vocab_size=11, max_position_embeddings=12, ffn_dim=24, word_embed_proj_dim=16,
                          tie_word_embeddings=False, attn_implementation="eager",
                          **{k: v for k, v in HF.items() if k != "intermediate_size"})
    model = spread(hf.OPTForCausalLM(config))
    state, at = numpy_state(model), "model.decoder"
    names = {"attention.query": "self_attn.q_proj", "attention.key": "self_attn.k_proj",
             "attention.value": "self_attn.v_proj", "attention.output": "self_attn.out_proj",
             "attention_norm": "self_attn_layer_norm", "fc1": "fc1", "fc2": "fc2", "ffn_norm": "final_layer_norm"}
    weights = turned(state, {**layers("layers", at + ".layers", names), "final_norm": at + ".final_layer_norm",
                             "head": "lm_head"})
    weights["tokens.weight"] = state[at + ".embed_tokens.weight"]
    weights["positions"] = state[at + ".embed_positions.weight"][2:]  # its table begins at -2
    return model, {"input_ids": ids(11, 9)}, weights


def llama_transformers():
    config = hf.LlamaConfig(vocab_size=11, max_position_embeddings=12, num_key_value_heads=2, rms_norm_eps=EPSILON,
                            tie_word_embeddings=False, attn_implementation="eager", **HF)
    model = spread(hf.LlamaForCausalLM(config))
    state = numpy_state(model)
    names = {"attention.query": "self_attn.q_proj", "attention.key": "self_attn.k_proj",
             "attention.value": "self_attn.v_proj", "attention.output": "self_attn.o_proj",
             "attention_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "gate": "mlp.gate_proj",
             "up": "mlp.up_proj", "down": "mlp.down_proj"}
    weights = turned(state, {**layers("layers", "model.layers", names), "final_norm": "model.norm", "head": "lm_head"})
    weights["tokens.weight"] = state["model.embed_tokens.weight"]
    return model, {"input_ids": ids(11, 9)}, weights


def vit_reference(pool, patch_norm, mask_self):
    c = settings(vit.DEFAULTS, image=12, patch=4, classes=5, pool=pool, patch_norm=patch_norm, mask_self=mask_self)
    model = spread(vit.build(c, "vanilla"))
    state = numpy_state(model)
    names = {"attention_norm": "attn_ln", "ffn_norm": "ffn_ln", "qkv": "qkv", "output": "attn_out", "fc1": "fc1",
             "fc2": "fc2"}
    weights = turned(state, {**layers("layers", "layers", names), **({"patch_norm": "patch_ln"} if patch_norm else {}),
                             "final_norm": "final_ln", "head": "head", "patches": "patch_embed"})
    weights["positions"] = state["positions"]
    if pool == "token":
        weights["class_token"] = state["class_token"]
    return model, pixels(), weights


def vit_transformers():
    config = hf.ViTConfig(image_size=12, patch_size=4, num_labels=5, layer_norm_eps=EPSILON,
                          attn_implementation="eager", **HF)
    model = spread(hf.ViTForImageClassification(config))
    state, at = numpy_state(model), "vit.layers"
    names = {"output": "attention.o_proj", "attention_norm": "layernorm_before", "ffn_norm": "layernorm_after",
             "fc1": "mlp.fc1", "fc2": "mlp.fc2"}
    weights = turned(state, {**layers("layers", at, names), "final_norm": "vit.layernorm", "head": "classifier",
                             "patches": "vit.embeddings.patch_embeddings.projection"})
    for i in range(SMALL["layers"]):
        three, inner = ("q_proj", "k_proj", "v_proj"), f"{at}.{i}.attention"
        weights[f"layers.{i}.qkv.weight"] = joined(state, inner, three, "weight").T
        weights[f"layers.{i}.qkv.bias"] = joined(state, inner, three, "bias")
    weights["positions"] = state["vit.embeddings.position_embeddings"]
    weights["class_token"] = state["vit.embeddings.cls_token"]
    return model, pixels(), weights


def stanhop_reference(**changes):
    c = settings(stanhop.DEFAULTS, **{**dict(history=20, horizon=9, segment=4, variables=3, patterns=5, blocks=2), **changes})
    model = spread(stanhop.build(c, "vanilla"))
    state = numpy_state(model)
    module = {"query": "q", "key": "k", "value": "v", "output": "out"}
    sthm = {**{f"{m}.{a}": f"{m}.{b}" for m in ("time", "series", "pooling") for a, b in module.items()},
            **{f"{m}.{fc}": f"{m}.{fc}" for m in ("mlp1", "mlp2") for fc in ("fc1", "fc2")},
            **{f"norm{i}": f"ln{i}" for i in (range(1, 5) if c.norms == "all" else [3])}}
    decoder = {**{a: "sthm." + b for a, b in sthm.items()}, **{f"cross.{a}": f"cross.{b}" for a, b in module.items()},
               "norm5": "ln1", "norm6": "ln2", "mlp3.fc1": "mlp.fc1", "mlp3.fc2": "mlp.fc2", "predict": "predict"}
    names = {"segments": "segment_embed", "segment_norm": "embed_ln",
             **{f"encoder.{i}.{a}": f"encoder.{i}.{b}" for i in range(c.blocks) for a, b in sthm.items()},
             **{f"decoder.{i}.{a}": f"decoder.{i}.{b}" for i in range(c.blocks + 1) for a, b in decoder.items()}}
    for i in range(1, c.blocks if c.merge > 1 else 1):
        names.update({f"encoder.{i}.merge": f"merges.{i - 1}.merge", f"encoder.{i}.merge_norm": f"merges.{i - 1}.merge_ln"})
    weights = turned(state, names)
    weights["positions"], weights["queries"] = state["positions"], state["queries"]
    for part, count in (("encoder.{}", c.blocks), ("decoder.{}.sthm", c.blocks + 1)):
        for i in range(count):
            ours = part.format(i).removesuffix(".sthm")
            weights[f"{ours}.pooling.patterns"] = state[part.format(i) + ".pooling.memory"]
    return model, {"x": torch.randn(2, c.history, c.variables, generator=torch.Generator().manual_seed(5))}, weights


class Retrieving(torch.nn.Module):
    """The layers of OutEffHop as their formulas, with Softmax1 as exp / (1 + sum of exp)."""

    def __init__(self, heads, beta, steps, **shapes):
        super().__init__()
        self.heads, self.beta, self.steps = heads, beta, steps
        for name, shape in shapes.items():
            self.register_parameter(name, torch.nn.Parameter(torch.zeros(shape)))

    def split(self, x):
        return torch.stack(x.chunk(self.heads, -1), 1)

    def retrieve(self, q, k, v, mask=0.0):
        q, k, v = map(self.split, (q, k, v))
        for step in range(self.steps):
            grown = torch.exp(self.beta * q @ k.transpose(-1, -2) + mask)
            q = grown / (1 + grown.sum(-1, keepdim=True)) @ (v if step == self.steps - 1 else k)
        return torch.cat(list(q.unbind(1)), -1)


class Associating(Retrieving):
    def forward(self, r, y):
        return self.retrieve(r @ self.query, y @ self.key, y @ self.key @ self.value)


class Pooling(Retrieving):
    def forward(self, y, mask):
        return self.retrieve(self.queries, y @ self.key, y @ self.key @ self.value, mask)


class LookingUp(Retrieving):
    def forward(self, r):
        return self.retrieve(r @ self.query, self.keys, self.values)


def hopfield(kind, inputs, learned, **settings):
    model = kind(**settings)
    generator = torch.Generator().manual_seed(17)
    for p in model.parameters():
        p.data = torch.randn(p.shape, generator=generator) * (1.0 if p.dim() == 3 else 0.35)
    state = numpy_state(model)
    weights = {f"layer.{n}" + ("" if n in learned else ".weight"): w for n, w in state.items()}
    drawn = {n: torch.randn(shape, generator=generator) for n, shape in inputs.items()}
    if "mask" in drawn:  # the second bag has four members
        drawn["mask"] = torch.zeros(2, 1, 1, 7)
        drawn["mask"][1, ..., 4:] = -1e9
    return model, drawn, weights


def hopfield_association():
    return hopfield(Associating, dict(r=(2, 5, 12), y=(2, 7, 10)), (), heads=4, beta=0.7, steps=2, query=(12, 16),
                    key=(10, 16), value=(16, 16))


def hopfield_pooling():
    return hopfield(Pooling, dict(y=(2, 7, 10), mask=(2, 1, 1, 7)), ("queries",), heads=2, beta=0.5, steps=1,
                    queries=(1, 3, 16), key=(10, 16), value=(16, 16))


def hopfield_layer():
    return hopfield(LookingUp, dict(r=(2, 5, 12)), ("keys", "values"), heads=4, beta=0.5, steps=1, keys=(1, 6, 16),
                    values=(1, 6, 16), query=(12, 16))


def numpy_state(model):
    return {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}


CASES = {
    "bert-reference": bert_reference,
    "bert-transformers": bert_transformers,
    "opt-reference": opt_reference,
    "opt-transformers": opt_transformers,
    "llama-transformers": llama_transformers,
    "stanhop-reference": stanhop_reference,
    "stanhop-reference-filled": lambda: stanhop_reference(history=18, merge=3, norms="all"),
    "hopfield-association": hopfield_association,
    "hopfield-pooling": hopfield_pooling,
    "hopfield-layer": hopfield_layer,
    "vit-reference": lambda: vit_reference("mean", 0, 1),
    "vit-reference-token": lambda: vit_reference("token", 1, 0),
    "vit-transformers": vit_transformers,
}


def write(path, inputs, weights, output):
    tensors = [numpy_helper.from_array(np.ascontiguousarray(w), "weight/" + n) for n, w in weights.items()]
    tensors += [numpy_helper.from_array(t.numpy(), "input/" + n) for n, t in inputs.items()]
    tensors.append(numpy_helper.from_array(output, "output"))
    info = helper.make_tensor_value_info
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "expected",
                              [info("x", TensorProto.FLOAT, [1])], [info("y", TensorProto.FLOAT, [1])], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def main(folder):
    torch.set_num_threads(1)
    os.makedirs(folder, exist_ok=True)
    for name, build in CASES.items():
        model, inputs, weights = build()
        wide = {n: t.double() if t.is_floating_point() else t for n, t in inputs.items()}
        with torch.no_grad(), all_in_float64():
            output = model.double()(**wide)
        output = (output if torch.is_tensor(output) else output.logits).numpy()
        path = os.path.join(folder, name + ".onnx")
        write(path, inputs, weights, output)
        print(f"{name:20} {os.path.getsize(path) // 1024:3} KiB, outputs of {np.abs(output).max():.2f} at most")


if __name__ == "__main__":
    main(sys.argv[1])
