"""Exports small models of many Transformers architectures, to see which attentions the analysis finds.

    python export_architectures.py OUT_FOLDER [--only NAME ...]

NAME is an architecture ("bert") or a file name without its ending ("bert-script-eager"). Nothing is
downloaded: the models come from small configurations with seeded random weights. For every export the
folder gets

    <arch>-<script|dynamo>-<eager|sdpa>[-variant].onnx    one file, weights inside
    the same name with .npz                               inputs named like the graph's inputs

and expected.json, which says how many attentions each model has. That number comes from the
configuration and never from the exported graph, so that it can judge an analysis of the graph. Every
export is run in ONNX Runtime on its inputs and compared with PyTorch ("torch_diff"), and once more with
another batch size and length, to see whether the dynamic axes are real ("other_shape_diff"). An export
that fails is recorded under "failed" with its reason, and the others go on.
"""

import argparse
import contextlib
import copy
import json
import logging
import os
import re
import sys
import time
import warnings
from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime as ort
import torch
import transformers as hf
from transformers.cache_utils import DynamicCache

SEED = 20240917
VOCAB, HIDDEN, HEADS, LAYERS, FFN = 99, 32, 4, 2, 48
# The two shapes differ in every dynamic axis, and no size equals a head count or a width, so that a
# dimension frozen at export cannot pass by coincidence.
EXPORT_SHAPE, OTHER_SHAPE = (2, 10), (3, 13)
SIZE_LIMIT = 1_000_000


@dataclass
class Example:
    """A model with everything needed to export it and to judge an analysis of it."""

    model: torch.nn.Module
    inputs: callable  # (batch, length) -> {name: tensor}
    outputs: list  # names of the first outputs
    axes: dict  # {input name: {dimension: axis name}}
    sites: int
    why: str
    kinds: str
    heads: object = HEADS
    extra: dict = field(default_factory=dict)


# ---------------------------------------------------------------- weights and inputs


def randomize(model):
    """Draws all weights again so that attention scores have a standard deviation near one.

    The libraries' own initialisation is so small that every softmax is almost uniform, and zeroes biases
    and relative positions: a rewrite that lost a scale or a bias would then go unnoticed.
    """
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 0:
                continue
            noise = torch.randn(p.shape, generator=generator)
            if p.dim() == 1:
                p.copy_(0.1 * noise + (1.0 if name.endswith("weight") else 0.0))
            else:
                p.copy_(noise / p[0].numel() ** 0.5)
    return model.eval()


def rng(*parts):
    return torch.Generator().manual_seed(SEED + sum(parts))


def token_ids(batch, length, low=5, high=VOCAB):
    """Ids above the special tokens, so that no position looks like padding unless the mask says so."""
    return torch.randint(low, high, (batch, length), generator=rng(batch, length))


def padded_mask(batch, length):
    """Every second sample ends in padding. It is on the right also for decoders: with padding on the
    left the first rows of a causal mask hide every key, and their softmax is not defined."""
    mask = torch.ones(batch, length, dtype=torch.int64)
    mask[1::2, length - 3 :] = 0
    return mask


def pixels(batch, size):
    return torch.randn(batch, 3, size, size, generator=rng(batch, size))


TEXT_AXES = {0: "batch", 1: "sequence"}


def text_inputs(with_types=False):
    def make(batch, length):
        mask = padded_mask(batch, length)
        made = {"input_ids": token_ids(batch, length) * mask + (1 - mask), "attention_mask": mask}
        if with_types:
            made["token_type_ids"] = (torch.arange(length) >= length // 2).long().repeat(batch, 1)
        return made

    return make


def encoder(model, layers=LAYERS, with_types=False, why=None, kinds="self", **extra):
    """A text model whose layers hold one self-attention each."""
    make = text_inputs(with_types)
    return Example(
        model=model,
        inputs=make,
        outputs=["logits"],
        axes={name: TEXT_AXES for name in make(*EXPORT_SHAPE)},
        sites=layers,
        why=why or f"{layers} layers, one self-attention each",
        kinds=kinds,
        extra=extra,
    )


def decoder(model, kv_heads=HEADS):
    extra = {} if kv_heads == HEADS else {"kv_heads": kv_heads}
    return encoder(model, kinds="causal self", **extra)


def vision(model, outputs, size, sites, why, kinds="self", heads=HEADS):
    return Example(
        model=model,
        inputs=lambda batch, length: {"pixel_values": pixels(batch, size)},
        outputs=outputs,
        axes={"pixel_values": {0: "batch"}},
        sites=sites,
        why=why,
        kinds=kinds,
        heads=heads,
    )


# ---------------------------------------------------------------- one builder per architecture

BERT_LIKE = dict(
    vocab_size=VOCAB,
    hidden_size=HIDDEN,
    num_hidden_layers=LAYERS,
    num_attention_heads=HEADS,
    intermediate_size=FFN,
    max_position_embeddings=40,
)
LLAMA_LIKE = dict(BERT_LIKE, use_cache=False, pad_token_id=1, bos_token_id=2, eos_token_id=3)


def bert(attention):
    config = hf.BertConfig(**BERT_LIKE, attn_implementation=attention)
    return encoder(hf.BertForMaskedLM(config), with_types=True)


def roberta(attention):
    config = hf.RobertaConfig(**BERT_LIKE, attn_implementation=attention)
    return encoder(hf.RobertaForMaskedLM(config))


def distilbert(attention):
    config = hf.DistilBertConfig(
        vocab_size=VOCAB,
        dim=HIDDEN,
        n_layers=LAYERS,
        n_heads=HEADS,
        hidden_dim=FFN,
        max_position_embeddings=40,
        attn_implementation=attention,
    )
    return encoder(hf.DistilBertForMaskedLM(config))


def albert(attention):
    config = hf.AlbertConfig(**BERT_LIKE, embedding_size=16, attn_implementation=attention)
    why = f"{LAYERS} layers, one self-attention each (the layers share their weights)"
    return encoder(hf.AlbertForMaskedLM(config), with_types=True, why=why)


def deberta_v2(attention):
    # As in DeBERTa-v3: shared keys, log-bucketed distances, both position terms in the scores.
    config = hf.DebertaV2Config(
        **BERT_LIKE,
        relative_attention=True,
        position_buckets=6,
        max_relative_positions=-1,
        pos_att_type=["p2c", "c2p"],
        share_att_key=True,
        norm_rel_ebd="layer_norm",
        position_biased_input=False,
        type_vocab_size=0,
        attn_implementation=attention,
    )
    kinds = "self, disentangled relative positions"
    return encoder(hf.DebertaV2ForMaskedLM(config), kinds=kinds)


def mpnet(attention):
    config = hf.MPNetConfig(**BERT_LIKE, attn_implementation=attention)
    return encoder(hf.MPNetForMaskedLM(config), kinds="self, relative position bias")


def opt(attention):
    config = hf.OPTConfig(
        vocab_size=VOCAB,
        hidden_size=HIDDEN,
        word_embed_proj_dim=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        ffn_dim=FFN,
        max_position_embeddings=40,
        use_cache=False,
        attn_implementation=attention,
    )
    return decoder(hf.OPTForCausalLM(config))


def gpt2_config(attention, **more):
    return hf.GPT2Config(
        vocab_size=VOCAB,
        n_embd=HIDDEN,
        n_layer=LAYERS,
        n_head=HEADS,
        n_positions=40,
        bos_token_id=2,
        eos_token_id=3,
        attn_implementation=attention,
        **more,
    )


def gpt2(attention):
    return decoder(hf.GPT2LMHeadModel(gpt2_config(attention, use_cache=False)))


def gpt_neox(attention):
    config = hf.GPTNeoXConfig(**LLAMA_LIKE, attn_implementation=attention)
    return decoder(hf.GPTNeoXForCausalLM(config))


def llama_config(attention, **more):
    settings = dict(LLAMA_LIKE, num_key_value_heads=2, attn_implementation=attention)
    return hf.LlamaConfig(**dict(settings, **more))


def llama(attention):
    return decoder(hf.LlamaForCausalLM(llama_config(attention)), kv_heads=2)


def llama_positions(attention):
    """Llama with its positions as an input. From opset 23 on the dynamo exporter writes RotaryEmbedding
    nodes, and these want one row of angles per sample, which the default positions do not give."""
    example = llama(attention)
    make = example.inputs

    def with_positions(batch, length):
        made = make(batch, length)
        made["position_ids"] = torch.arange(length).repeat(batch, 1)
        return made

    example.inputs = with_positions
    example.axes["position_ids"] = TEXT_AXES
    return example


def mistral(attention):
    # The window is shorter than the sequence, so the mask is a band and not a triangle.
    config = hf.MistralConfig(
        **LLAMA_LIKE, num_key_value_heads=2, sliding_window=6, attn_implementation=attention
    )
    return decoder(hf.MistralForCausalLM(config), kv_heads=2)


def qwen2(attention):
    # One key and value head for all queries: the narrowest case of grouped queries.
    config = hf.Qwen2Config(**LLAMA_LIKE, num_key_value_heads=1, attn_implementation=attention)
    return decoder(hf.Qwen2ForCausalLM(config), kv_heads=1)


def encoder_decoder(model, source, source_axes, outputs):
    """An encoder and a decoder of LAYERS layers: self, causal self and cross attention in turn."""

    def make(batch, length):
        target = length - 4
        return {
            **source(batch, length),
            "decoder_input_ids": token_ids(batch, target),
            "decoder_attention_mask": padded_mask(batch, target),
        }

    target_axes = {0: "batch", 1: "target_sequence"}
    return Example(
        model=model,
        inputs=make,
        outputs=outputs,
        axes={
            **source_axes,
            "decoder_input_ids": target_axes,
            "decoder_attention_mask": target_axes,
        },
        sites=3 * LAYERS,
        why=f"{LAYERS} encoder layers and {LAYERS} decoder layers with self- and cross-attention",
        kinds=f"{LAYERS} self, {LAYERS} causal self, {LAYERS} cross",
    )


def t5(attention):
    config = hf.T5Config(
        vocab_size=VOCAB,
        d_model=HIDDEN,
        d_kv=HIDDEN // HEADS,
        d_ff=FFN,
        num_layers=LAYERS,
        num_heads=HEADS,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=20,
        use_cache=False,
        attn_implementation=attention,
    )
    model = hf.T5ForConditionalGeneration(config)
    axes = {"input_ids": TEXT_AXES, "attention_mask": TEXT_AXES}
    return encoder_decoder(model, text_inputs(), axes, ["logits", "encoder_last_hidden_state"])


SEQ2SEQ = dict(
    vocab_size=VOCAB,
    d_model=HIDDEN,
    encoder_layers=LAYERS,
    decoder_layers=LAYERS,
    encoder_attention_heads=HEADS,
    decoder_attention_heads=HEADS,
    encoder_ffn_dim=FFN,
    decoder_ffn_dim=FFN,
    pad_token_id=1,
    bos_token_id=2,
    eos_token_id=3,
    decoder_start_token_id=2,
    use_cache=False,
)


def bart(attention):
    config = hf.BartConfig(
        **SEQ2SEQ, max_position_embeddings=40, forced_eos_token_id=3, attn_implementation=attention
    )
    model = hf.BartForConditionalGeneration(config)
    axes = {"input_ids": TEXT_AXES, "attention_mask": TEXT_AXES}
    return encoder_decoder(model, text_inputs(), axes, ["logits", "encoder_last_hidden_state"])


def whisper(attention):
    config = hf.WhisperConfig(
        **SEQ2SEQ,
        num_mel_bins=12,
        max_source_positions=20,
        max_target_positions=40,
        suppress_tokens=None,
        begin_suppress_tokens=None,
        attn_implementation=attention,
    )
    model = hf.WhisperForConditionalGeneration(config)

    # Whisper always reads the full window of audio, so only the batch of its features varies.
    def source(batch, length):
        return {"input_features": torch.randn(batch, 12, 40, generator=rng(batch, 12))}

    axes = {"input_features": {0: "batch"}}
    return encoder_decoder(model, source, axes, ["logits", "encoder_last_hidden_state"])


VIT_LIKE = dict(
    hidden_size=HIDDEN,
    num_hidden_layers=LAYERS,
    num_attention_heads=HEADS,
    intermediate_size=FFN,
    image_size=20,
    patch_size=4,
)


def vit(attention):
    config = hf.ViTConfig(**VIT_LIKE, num_labels=10, attn_implementation=attention)
    model = hf.ViTForImageClassification(config)
    return vision(model, ["logits"], 20, LAYERS, f"{LAYERS} layers, one self-attention each")


def deit(attention):
    config = hf.DeiTConfig(**VIT_LIKE, num_labels=10, attn_implementation=attention)
    model = hf.DeiTForImageClassificationWithTeacher(config)
    outputs = ["logits", "cls_logits", "distillation_logits"]
    return vision(model, outputs, 20, LAYERS, f"{LAYERS} layers, one self-attention each")


def swin(attention):
    # Both stages are larger than the window, so their second block shifts it and needs its mask.
    depths, heads = [2, 2], [2, 4]
    config = hf.SwinConfig(
        image_size=32,
        patch_size=2,
        embed_dim=16,
        depths=depths,
        num_heads=heads,
        window_size=4,
        mlp_ratio=2.0,
        num_labels=10,
        attn_implementation=attention,
    )
    return vision(
        hf.SwinForImageClassification(config),
        ["logits"],
        32,
        sum(depths),
        "2 stages of 2 blocks, one window attention each",
        kinds="2 windowed self, 2 shifted windowed self, relative position bias",
        heads=[2, 2, 4, 4],
    )


def clip(attention):
    text = dict(
        BERT_LIKE, projection_dim=24, pad_token_id=1, bos_token_id=2, eos_token_id=3
    )
    config = hf.CLIPConfig(
        text_config=text,
        vision_config=dict(VIT_LIKE, projection_dim=24),
        projection_dim=24,
        attn_implementation=attention,
    )

    def make(batch, length):
        made = text_inputs()(batch, length)
        # The text is pooled at its end token, which therefore has to be the last one before the padding.
        made["input_ids"][torch.arange(batch), made["attention_mask"].sum(1) - 1] = 3
        made["pixel_values"] = pixels(batch + 1, 20)
        return made

    text_axes = {0: "text_batch", 1: "sequence"}
    states = ("last_hidden_state", "pooler_output")
    towers = [f"{tower}_{state}" for tower in ("text", "vision") for state in states]
    return Example(
        model=hf.CLIPModel(config),
        inputs=make,
        outputs=["logits_per_image", "logits_per_text", "text_embeds", "image_embeds", *towers],
        axes={
            "input_ids": text_axes,
            "attention_mask": text_axes,
            "pixel_values": {0: "image_batch"},
        },
        sites=2 * LAYERS,
        why=f"{LAYERS} layers in the text tower and {LAYERS} in the vision tower",
        kinds=f"{LAYERS} causal self (text), {LAYERS} self (vision)",
    )


def sam_vision(attention):
    # An 8 x 8 grid in windows of 3: the grid has to be padded to 9 x 9, as SAM pads 64 to 70.
    config = hf.SamVisionConfig(
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        mlp_dim=FFN,
        output_channels=16,
        image_size=64,
        patch_size=8,
        window_size=3,
        global_attn_indexes=[1],
        use_rel_pos=True,
        attn_implementation=attention,
    )
    return vision(
        hf.SamVisionModel(config),
        ["last_hidden_state"],
        64,
        LAYERS,
        "2 layers: one with windows, one global",
        kinds="1 windowed self, 1 global self, decomposed relative positions",
    )


class WithCache(torch.nn.Module):
    """Takes and returns the keys and values of earlier tokens as plain tensors, layer by layer."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, past):
        pairs = [(past[2 * i], past[2 * i + 1]) for i in range(len(past) // 2)]
        out = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            past_key_values=DynamicCache(pairs),
            use_cache=True,
            return_dict=True,
        )
        present = [t for layer in out.past_key_values.layers for t in (layer.keys, layer.values)]
        return (out.logits, *present)


def cached_decoder(model, kv_heads):
    head_width = HIDDEN // HEADS
    layers = [f"{i}.{kind}" for i in range(LAYERS) for kind in ("key", "value")]
    past_names = [f"past.{name}" for name in layers]
    present_names = [f"present.{name}" for name in layers]

    def make(batch, length):
        new, old = length - 7, length - 3
        mask = torch.ones(batch, old + new, dtype=torch.int64)
        # Earlier tokens may be padding on the left: every new token still sees the rest.
        mask[1::2, :2] = 0
        generator = rng(batch, old)
        shape = (batch, kv_heads, old, head_width)
        past = {name: torch.randn(shape, generator=generator) for name in past_names}
        return {"input_ids": token_ids(batch, new), "attention_mask": mask, **past}

    return Example(
        model=WithCache(model),
        inputs=make,
        outputs=["logits", *present_names],
        axes={
            "input_ids": TEXT_AXES,
            "attention_mask": {0: "batch", 1: "total_sequence"},
            **{name: {0: "batch", 2: "past_sequence"} for name in past_names},
        },
        sites=LAYERS,
        why=f"{LAYERS} layers, one self-attention each over cached and new keys",
        kinds="causal self with cache",
        extra={} if kv_heads == HEADS else {"kv_heads": kv_heads},
    )


def gpt2_cache(attention):
    return cached_decoder(hf.GPT2LMHeadModel(gpt2_config(attention)), HEADS)


def llama_cache(attention):
    return cached_decoder(hf.LlamaForCausalLM(llama_config(attention, use_cache=True)), 2)


# ---------------------------------------------------------------- what is exported


@dataclass
class Job:
    """One export. The variant only names the file; the other fields say what is done."""

    architecture: str
    exporter: str
    attention: str
    opset: int
    variant: str = ""
    half: bool = False
    build: str = ""

    @property
    def name(self):
        parts = [self.architecture, self.exporter, self.attention, self.variant]
        return "-".join(p for p in parts if p)


EAGER, BOTH = ("eager",), ("eager", "sdpa")
# Builder and the attention implementations that the architecture has. The families most in use stand
# first, since the models can be used while the later ones are still exported.
ARCHITECTURES = {
    "bert": (bert, BOTH),
    "roberta": (roberta, BOTH),
    "distilbert": (distilbert, BOTH),
    "gpt2": (gpt2, BOTH),
    "llama": (llama, BOTH),
    "albert": (albert, BOTH),
    "mpnet": (mpnet, EAGER),
    "deberta_v2": (deberta_v2, EAGER),
    "opt": (opt, BOTH),
    "gpt_neox": (gpt_neox, BOTH),
    "mistral": (mistral, BOTH),
    "qwen2": (qwen2, BOTH),
    "t5": (t5, BOTH),
    "bart": (bart, BOTH),
    "whisper": (whisper, BOTH),
    "vit": (vit, BOTH),
    "deit": (deit, BOTH),
    "swin": (swin, BOTH),
    "clip": (clip, BOTH),
    "sam_vision": (sam_vision, BOTH),
}
# Builders that only a variant names.
VARIANT_BUILDERS = {
    "gpt2_cache": gpt2_cache,
    "llama_cache": llama_cache,
    "llama_positions": llama_positions,
}
DYNAMO_SDPA = ("bert", "gpt2", "llama")
# TorchScript writes a LayerNormalization node from opset 17 and single operators before: with one opset
# per attention implementation the set holds both.
SCRIPT_OPSET = {"eager": 17, "sdpa": 14}
VARIANTS = [
    Job("bert", "script", "eager", 14, "opset14"),
    Job("bert", "script", "eager", 11, "opset11"),
    Job("bert", "script", "eager", 9, "opset9"),
    Job("bert", "dynamo", "eager", 23, "opset23"),
    Job("bert", "dynamo", "sdpa", 23, "opset23"),
    Job("bert", "script", "eager", 17, "fp16", half=True),
    Job("bert", "dynamo", "eager", 18, "fp16", half=True),
    Job("gpt2", "script", "eager", 17, "fp16", half=True),
    Job("gpt2", "dynamo", "eager", 18, "fp16", half=True),
    Job("gpt2", "script", "eager", 17, "cache", build="gpt2_cache"),
    Job("gpt2", "dynamo", "eager", 18, "cache", build="gpt2_cache"),
    Job("llama", "dynamo", "eager", 23, "opset23", build="llama_positions"),
    Job("llama", "dynamo", "sdpa", 23, "opset23", build="llama_positions"),
    Job("llama", "script", "eager", 17, "cache", build="llama_cache"),
    Job("llama", "dynamo", "sdpa", 18, "cache", build="llama_cache"),
]


def jobs():
    for name, (_, attentions) in ARCHITECTURES.items():
        for attention in attentions:
            yield Job(name, "script", attention, SCRIPT_OPSET[attention])
        yield Job(name, "dynamo", "eager", 18)
        if name in DYNAMO_SDPA:
            yield Job(name, "dynamo", "sdpa", 18)
        yield from (v for v in VARIANTS if v.architecture == name)


def halve(example):
    """Half precision for the weights and for every input that is not a count or an id."""
    make = example.inputs
    example.model.half()
    example.inputs = lambda *shape: {
        n: t.half() if t.is_floating_point() else t for n, t in make(*shape).items()
    }


def build(job):
    torch.manual_seed(SEED)
    builder = VARIANT_BUILDERS.get(job.build) or ARCHITECTURES[job.architecture][0]
    example = builder(job.attention)
    randomize(example.model)
    if job.half:
        halve(example)
    return example


# ---------------------------------------------------------------- export


def call_arguments(example, inputs):
    """The keyword arguments of the model's forward; the cache wrapper takes the past as one list."""
    if not isinstance(example.model, WithCache):
        return dict(inputs)
    plain = ("input_ids", "attention_mask")
    return {
        **{name: inputs[name] for name in plain},
        "past": [t for name, t in inputs.items() if name not in plain],
    }


@contextlib.contextmanager
def only_parameters(model, names):
    """Lets forward take the named arguments and no others. The TorchScript exporter makes a graph input
    of every parameter with a number as its default, such as logits_to_keep of the decoders."""
    forward = model.forward
    model.forward = lambda *values: forward(**dict(zip(names, values)))
    try:
        yield
    finally:
        del model.forward


def export_script(job, example, inputs, path, dynamic):
    arguments = call_arguments(example, inputs)
    with only_parameters(example.model, list(arguments)):
        torch.onnx.export(
            example.model,
            tuple(arguments.values()),
            path,
            input_names=list(inputs),
            output_names=example.outputs,
            dynamic_axes=example.axes if dynamic else None,
            opset_version=job.opset,
            dynamo=False,
        )


def export_dynamo(job, example, inputs, path, dynamic):
    shapes = call_arguments(example, example.axes) if dynamic else None
    torch.onnx.export(
        example.model,
        (),
        path,
        kwargs=call_arguments(example, inputs),
        input_names=list(inputs),
        output_names=example.outputs,
        dynamic_shapes=shapes,
        opset_version=job.opset,
        external_data=False,
        dynamo=True,
        verbose=False,
    )


EXPORTERS = {"script": export_script, "dynamo": export_dynamo}


def first_line(error):
    """The first sentence of an error, without the folders of this machine."""
    lines = [s.strip() for s in str(error).splitlines() if s.strip()]
    text = f"{type(error).__name__}: {lines[0] if lines else ''}"
    cause = error.__cause__
    if cause is not None and str(cause).strip():
        text += f" <- {type(cause).__name__}: {str(cause).strip().splitlines()[0]}"
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace(sys.prefix, "")[:400]


def export(job, path):
    """Exports with dynamic axes, or with fixed ones where the exporter does not manage. A model is
    built for each attempt, since a failed one may leave traces in it."""
    note = ""
    for dynamic in (True, False):
        example = build(job)
        inputs = example.inputs(*EXPORT_SHAPE)
        try:
            with quiet(), torch.no_grad():
                EXPORTERS[job.exporter](job, example, copy.deepcopy(inputs), path, dynamic)
            tidy(path)
            check(path)
            return example, inputs, dynamic, note
        except Exception as error:
            if not dynamic:
                raise
            note = first_line(error)
    raise AssertionError("not reached")


@contextlib.contextmanager
def quiet():
    """Both exporters print at length, partly past Python's own streams; what matters of it comes as an
    exception and reaches the summary."""
    sys.stdout.flush()
    saved = [os.dup(1), os.dup(2)]
    with contextlib.ExitStack() as stack:
        nothing = stack.enter_context(open(os.devnull, "w"))
        stack.enter_context(contextlib.redirect_stdout(nothing))
        stack.enter_context(contextlib.redirect_stderr(nothing))
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        try:
            yield
        finally:
            for descriptor, copy_of in enumerate(saved, start=1):
                os.dup2(copy_of, descriptor)
                os.close(copy_of)


def tidy(path):
    """Drops the stack traces that the dynamo exporter attaches to each node: they are most of the file
    and name folders of the machine that exported."""
    model = onnx.load(path)
    for graph in [model.graph, *model.functions]:
        for node in graph.node:
            kept = [p for p in node.metadata_props if p.key != "pkg.torch.onnx.stack_trace"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
    onnx.save(model, path)


def check(path):
    size = os.path.getsize(path)
    if size > SIZE_LIMIT:
        raise ValueError(f"{size} bytes are more than {SIZE_LIMIT}")
    onnx.checker.check_model(path)


# ---------------------------------------------------------------- comparison


def flatten(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if hasattr(value, "to_tuple"):
        value = value.to_tuple()
    return [t for part in value if part is not None for t in flatten(part)]


def difference(path, example, inputs):
    """The largest absolute difference of any output between PyTorch and ONNX Runtime."""
    with torch.no_grad():
        expected = [t.numpy() for t in flatten(example.model(**call_arguments(example, inputs)))]
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = {i.name for i in session.get_inputs()}
    unused = set(inputs) - names
    actual = session.run(None, {n: t.numpy() for n, t in inputs.items() if n in names})
    if len(expected) != len(actual):
        raise ValueError(f"{len(actual)} outputs instead of {len(expected)}")
    worst = 0.0
    for want, have in zip(expected, actual):
        if want.shape != have.shape:
            raise ValueError(f"shape {have.shape} instead of {want.shape}")
        if not np.isfinite(have).all():
            raise ValueError("an output is not finite")
        worst = max(worst, float(np.abs(want.astype(np.float64) - have.astype(np.float64)).max()))
    return worst, sorted(unused)


def other_shape(path, example):
    try:
        return difference(path, example, example.inputs(*OTHER_SHAPE))[0]
    except Exception as error:
        return first_line(error)


def run(job, folder):
    """One export with its inputs; returns its entry of expected.json."""
    path = os.path.join(folder, job.name + ".onnx")
    example, inputs, dynamic, note = export(job, path)
    diff, unused = difference(path, example, inputs)
    # An exporter drops an input that the model does not use; the tool would refuse an unknown array.
    arrays = {n: t.numpy() for n, t in inputs.items() if n not in unused}
    np.savez(os.path.join(folder, job.name + ".npz"), **arrays)
    entry = {
        "sites": example.sites,
        "why": example.why,
        "kinds": example.kinds,
        "heads": example.heads,
        **example.extra,
        "opset": job.opset,
        "axes": "dynamic" if dynamic else "static",
        "torch_diff": diff,
    }
    if note:
        entry["axes_note"] = note
    if unused:
        entry["unused_inputs"] = unused
    if dynamic:
        entry["other_shape_diff"] = other_shape(path, example)
    return entry


# ---------------------------------------------------------------- main


def selected(only, all_jobs):
    chosen = [j for j in all_jobs() if not only or j.architecture in only or j.name in only]
    known = {j.architecture for j in all_jobs()} | {j.name for j in all_jobs()}
    unknown = sorted(set(only or ()) - known)
    if unknown:
        known_text = ", ".join(sorted(ARCHITECTURES))
        raise SystemExit(f"unknown: {', '.join(unknown)}; architectures: {known_text}")
    return chosen


def load_expected(path, only):
    """A partial run adds to what is there; a full one starts afresh."""
    if only and os.path.exists(path):
        with open(path) as file:
            return json.load(file)
    return {"files": {}, "failed": {}}


def save(path, expected):
    with open(path, "w") as file:
        json.dump(expected, file, indent=2, sort_keys=True)
        file.write("\n")


def show(value):
    return f"{value:.1e}" if isinstance(value, float) else (value or "-")


def print_table(expected, folder):
    print(f"\n{'file':40} {'sites':>5} {'opset':>5} {'KiB':>5} {'axes':8} {'diff':>8}  other shape")
    total = 0
    for name, e in sorted(expected["files"].items()):
        size = os.path.getsize(os.path.join(folder, name))
        total += size
        other = show(e.get("other_shape_diff"))
        print(
            f"{name:40} {e['sites']:5} {e['opset']:5} {size // 1024:5} {e['axes']:8} "
            f"{show(e['torch_diff']):>8}  {other[:90]}"
        )
    for name, reason in sorted(expected["failed"].items()):
        print(f"{name:40} FAILED {reason}")
    print(f"{len(expected['files'])} models, {total / 1e6:.1f} MB, {len(expected['failed'])} failed")


def main(all_jobs=jobs):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_folder")
    parser.add_argument("--only", nargs="+", metavar="NAME")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.backends.nnpack.set_flags(False)  # it warns on every convolution where it does not run
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    chosen = selected(args.only, all_jobs)
    os.makedirs(args.out_folder, exist_ok=True)
    record = os.path.join(args.out_folder, "expected.json")
    expected = load_expected(record, args.only)
    begun = time.time()
    for job in chosen:
        name, start = job.name + ".onnx", time.time()
        for part in expected.values():
            part.pop(name, None)
        try:
            entry = run(job, args.out_folder)
            expected["files"][name] = entry
            text = f"{entry['sites']} sites, {entry['axes']}, diff {entry['torch_diff']:.1e}"
        except Exception as error:
            # What a failed export left behind must not be taken for a model.
            for ending in (".onnx", ".npz"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(os.path.join(args.out_folder, job.name + ending))
            text = expected["failed"][name] = first_line(error)
        print(f"{name}: {text} ({time.time() - start:.1f} s)", flush=True)
        save(record, expected)
    print_table(expected, args.out_folder)
    print(f"{time.time() - begun:.0f} s")


if __name__ == "__main__":
    main()
