"""Exports small models of further architectures by both exporters, for the sweep over seventy.

    python export_seventy.py OUT_FOLDER [--only NAME ...]

The twenty of export_architectures.py and those here make more than seventy. What a folder holds, and how
counts are known from configurations, is written there. Layers that compute no softmax(Q K^T) V over all keys
count as no site ("told apart"): windows cut into chunks, deformable sampling, Fourier mixing, convolutions.
"""

import torch
import transformers as hf
from torch import nn

import export_architectures as base
from export_architectures import (
    BERT_LIKE,
    FFN,
    HEADS,
    HIDDEN,
    LAYERS,
    LLAMA_LIKE,
    SEQ2SEQ,
    TEXT_AXES,
    VIT_LIKE,
    VOCAB,
    Example,
    decoder,
    encoder,
    encoder_decoder,
    rng,
    text_inputs,
    token_ids,
    vision,
)

EACH = f"{LAYERS} layers, one self-attention each"


def plain(model, make, axes, sites, why, outputs=("output",), kinds="self"):
    return Example(
        model=model, inputs=make, outputs=list(outputs), axes=axes, sites=sites, why=why, kinds=kinds
    )


def noise(*shape):
    return torch.randn(*shape, generator=rng(*shape))


# ---------------------------------------------------------------- text encoders


def text_encoder(name, head="Model", sites=LAYERS, why=EACH, outputs=("output",), **more):
    """An encoder of Transformers whose configuration has BERT's names."""

    def make(attention):
        settings = dict(BERT_LIKE, attn_implementation=attention, pad_token_id=1)
        config = getattr(hf, name + "Config")(**dict(settings, **more))
        example = encoder(getattr(hf, name + head)(config), sites, why=why)
        example.outputs = list(outputs)
        return example

    return make


def layoutlm(attention):
    example = text_encoder("LayoutLM", max_2d_position_embeddings=40)(attention)
    make = example.inputs

    def with_boxes(batch, length):
        boxes = torch.arange(4).repeat(batch, length, 1) * 3 + 1
        return {**make(batch, length), "bbox": boxes}

    example.inputs = with_boxes
    example.axes["bbox"] = TEXT_AXES
    return example


def funnel(attention):
    config = hf.FunnelConfig(
        vocab_size=VOCAB,
        block_sizes=[1, 1],
        num_decoder_layers=1,
        d_model=HIDDEN,
        n_head=HEADS,
        d_head=HIDDEN // HEADS,
        d_inner=FFN,
    )
    example = encoder(hf.FunnelModel(config), 3, why="2 blocks of 1 layer and 1 decoder layer")
    return example


def xlnet(attention):
    config = hf.XLNetConfig(
        vocab_size=VOCAB, d_model=HIDDEN, n_layer=LAYERS, n_head=HEADS, d_inner=FFN, use_mems_eval=False
    )
    return encoder(hf.XLNetModel(config))


def longformer(attention):
    config = hf.LongformerConfig(**BERT_LIKE, attention_window=4, pad_token_id=1)
    why = "told apart: windows in overlapping chunks"
    return encoder(hf.LongformerModel(config), 0, why=why, kinds="window")


def bigbird(attention):
    config = hf.BigBirdConfig(**BERT_LIKE, attention_type="original_full", pad_token_id=1)
    return encoder(hf.BigBirdModel(config, add_pooling_layer=False))


def bigbird_sparse(attention):
    settings = dict(BERT_LIKE, max_position_embeddings=96)
    config = hf.BigBirdConfig(
        **settings, attention_type="block_sparse", block_size=4, num_random_blocks=1, pad_token_id=1
    )
    model = hf.BigBirdModel(config, add_pooling_layer=False)

    def make(batch, length):
        return {"input_ids": token_ids(batch, 64), "attention_mask": torch.ones(batch, 64).long()}

    why = "5 attentions a layer: of the first two and last two blocks, and of the band between"
    return plain(model, make, {}, 5 * LAYERS, why)


def fnet(attention):
    config = hf.FNetConfig(
        vocab_size=VOCAB, hidden_size=HIDDEN, num_hidden_layers=LAYERS, intermediate_size=FFN,
        max_position_embeddings=40, use_tpu_fourier_optimizations=True, tpu_short_seq_length=10,
    )
    make = lambda batch, length: {"input_ids": token_ids(batch, 10)}
    why = "told apart: Fourier mixing"
    return plain(hf.FNetModel(config), make, {"input_ids": {0: "batch"}}, 0, why)


def perceiver(attention):
    config = hf.PerceiverConfig(
        vocab_size=VOCAB, num_latents=6, d_latents=HIDDEN, d_model=HIDDEN, num_blocks=1,
        num_self_attends_per_block=LAYERS, num_self_attention_heads=HEADS, num_cross_attention_heads=HEADS,
        max_position_embeddings=10, qk_channels=HIDDEN, v_channels=HIDDEN,
    )

    def make(batch, length):
        made = text_inputs()(batch, 10)
        return {"inputs": made["input_ids"], "attention_mask": made["attention_mask"]}

    axes = {"inputs": {0: "batch"}, "attention_mask": {0: "batch"}}
    why = f"latents read the input, {LAYERS} self-attentions, the decoder reads the latents"
    return plain(hf.PerceiverForMaskedLM(config), make, axes, LAYERS + 2, why, kinds="cross, self, cross")


# ---------------------------------------------------------------- text decoders


def text_decoder(name, head="ForCausalLM", kv_heads=HEADS, sites=LAYERS, configured="", **more):
    """A decoder of Transformers whose configuration has Llama's names."""

    def make(attention):
        settings = dict(LLAMA_LIKE, attn_implementation=attention)
        if kv_heads:
            settings["num_key_value_heads"] = kv_heads
        config = getattr(hf, (configured or name) + "Config")(**dict(settings, **more))
        example = decoder(getattr(hf, name + head)(config), kv_heads or HEADS)
        example.sites = sites
        return example

    return make


MOE = dict(experts_implementation="eager", num_local_experts=4, num_experts_per_tok=2)
HEAD_DIM = dict(head_dim=HIDDEN // HEADS)
MLA = dict(
    q_lora_rank=16, kv_lora_rank=12, qk_nope_head_dim=8, qk_rope_head_dim=4, v_head_dim=8,
    moe_intermediate_size=16, n_routed_experts=4, n_group=2, topk_group=1, num_experts_per_tok=2,
    experts_implementation="eager", n_shared_experts=1, first_k_dense_replace=1, norm_topk_prob=True,
)


def gpt_neo(attention):
    config = hf.GPTNeoConfig(
        vocab_size=VOCAB, hidden_size=HIDDEN, num_layers=2, attention_types=[[["global", "local"], 1]],
        num_heads=HEADS, intermediate_size=FFN, window_size=6, max_position_embeddings=40, use_cache=False,
    )
    return decoder(hf.GPTNeoForCausalLM(config))


def gptj_like(name):
    def make(attention):
        config = getattr(hf, name + "Config")(
            vocab_size=VOCAB, n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS, n_positions=40, rotary_dim=4,
            use_cache=False, attn_implementation=attention,
        )
        return decoder(getattr(hf, name + "ForCausalLM")(config))

    return make


def bloom(attention):
    config = hf.BloomConfig(vocab_size=VOCAB, hidden_size=HIDDEN, n_layer=LAYERS, n_head=HEADS, use_cache=False)
    return decoder(hf.BloomForCausalLM(config))


def falcon(attention):
    config = hf.FalconConfig(
        vocab_size=VOCAB, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        use_cache=False, multi_query=True, attn_implementation=attention,
    )
    return decoder(hf.FalconForCausalLM(config))


def mpt(attention):
    config = hf.MptConfig(
        vocab_size=VOCAB, d_model=HIDDEN, n_layers=LAYERS, n_heads=HEADS, max_seq_len=40, expansion_ratio=2,
        use_cache=False,
    )
    return decoder(hf.MptForCausalLM(config))


def xglm(attention):
    config = hf.XGLMConfig(
        vocab_size=VOCAB, d_model=HIDDEN, num_layers=LAYERS, attention_heads=HEADS, ffn_dim=FFN,
        max_position_embeddings=40, use_cache=False,
    )
    return decoder(hf.XGLMForCausalLM(config))


def decision_transformer(attention):
    config = hf.DecisionTransformerConfig(
        state_dim=5, act_dim=3, hidden_size=HIDDEN, max_ep_len=40, n_layer=LAYERS, n_head=HEADS,
        n_positions=64, n_inner=FFN, attn_implementation=attention,
    )

    def make(batch, length):
        return {
            "states": noise(batch, length, 5),
            "actions": noise(batch, length, 3),
            "rewards": noise(batch, length, 1),
            "returns_to_go": noise(batch, length, 1),
            "timesteps": torch.arange(length).repeat(batch, 1),
            "attention_mask": torch.ones(batch, length).long(),
        }

    axes = {name: TEXT_AXES for name in make(*base.EXPORT_SHAPE)}
    return plain(hf.DecisionTransformerModel(config), make, axes, LAYERS, EACH)


# ---------------------------------------------------------------- encoder and decoder


def seq2seq(name, head="ForConditionalGeneration", **more):
    def make(attention):
        settings = dict(SEQ2SEQ, max_position_embeddings=40, attn_implementation=attention)
        model = getattr(hf, name + head)(getattr(hf, name + "Config")(**dict(settings, **more)))
        axes = {"input_ids": TEXT_AXES, "attention_mask": TEXT_AXES}
        return encoder_decoder(model, text_inputs(), axes, ["logits"])

    return make


def mt5(attention):
    config = hf.MT5Config(
        vocab_size=VOCAB, d_model=HIDDEN, d_kv=HIDDEN // HEADS, d_ff=FFN, num_layers=LAYERS, num_heads=HEADS,
        use_cache=False, attn_implementation=attention,
    )
    axes = {"input_ids": TEXT_AXES, "attention_mask": TEXT_AXES}
    return encoder_decoder(hf.MT5ForConditionalGeneration(config), text_inputs(), axes, ["logits"])


def series(name, why=None, sites=3 * LAYERS, **more):
    """A forecasting model: lagged past values with time features, and a decoder over the future."""

    def make(attention):
        config = getattr(hf, name + "Config")(
            prediction_length=5, context_length=12, d_model=HIDDEN, encoder_layers=LAYERS,
            decoder_layers=LAYERS, encoder_attention_heads=HEADS, decoder_attention_heads=HEADS,
            encoder_ffn_dim=FFN, decoder_ffn_dim=FFN, num_time_features=1, lags_sequence=[1, 2, 3],
            use_cache=False, attn_implementation=attention, **more,
        )
        past = 12 + 3

        def inputs(batch, length):
            return {
                "past_values": noise(batch, past),
                "past_time_features": noise(batch, past, 1),
                "past_observed_mask": torch.ones(batch, past),
                "future_values": noise(batch, 5),
                "future_time_features": noise(batch, 5, 1),
            }

        axes = {key: {0: "batch"} for key in inputs(2, 10)}
        model = getattr(hf, name + "Model")(config)
        known = f"{LAYERS} encoder layers and {LAYERS} decoder layers with self- and cross-attention"
        return plain(model, inputs, axes, sites, why or known)

    return make


def patchtst(attention):
    config = hf.PatchTSTConfig(
        num_input_channels=3, context_length=32, patch_length=8, patch_stride=8, prediction_length=4,
        num_hidden_layers=LAYERS, d_model=HIDDEN, num_attention_heads=HEADS, ffn_dim=FFN,
        attn_implementation=attention,
    )
    make = lambda batch, length: {"past_values": noise(batch, 32, 3)}
    return plain(hf.PatchTSTForPrediction(config), make, {"past_values": {0: "batch"}}, LAYERS, EACH)


# ---------------------------------------------------------------- audio

AUDIO = dict(
    conv_dim=(16, 16), conv_stride=(5, 2), conv_kernel=(10, 3), num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=2, num_feat_extract_layers=2,
)


def audio(name):
    def make(attention):
        settings = dict(BERT_LIKE, attn_implementation=attention, **AUDIO)
        del settings["max_position_embeddings"]
        model = getattr(hf, name + "Model")(getattr(hf, name + "Config")(**settings))
        inputs = lambda batch, length: {"input_values": noise(batch, 40 * length)}
        return plain(model, inputs, {"input_values": TEXT_AXES}, LAYERS, EACH)

    return make


def ast(attention):
    settings = {k: v for k, v in VIT_LIKE.items() if k != "image_size"}
    config = hf.ASTConfig(
        **settings, max_length=24, num_mel_bins=16, frequency_stride=4, time_stride=4,
        attn_implementation=attention,
    )
    make = lambda batch, length: {"input_values": noise(batch, 24, 16)}
    return plain(hf.ASTModel(config), make, {"input_values": {0: "batch"}}, LAYERS, EACH)


# ---------------------------------------------------------------- vision


def image_encoder(name, head="Model", sites=LAYERS, why=EACH, size=20, **more):
    def make(attention):
        config = getattr(hf, name + "Config")(**dict(VIT_LIKE, attn_implementation=attention, **more))
        return vision(getattr(hf, name + head)(config), ["output"], size, sites, why)

    return make


def swinv2(attention):
    config = hf.Swinv2Config(
        image_size=32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4, mlp_ratio=2.0
    )
    return vision(hf.Swinv2Model(config), ["output"], 32, 4, "2 stages of 2 blocks, one window attention each")


STAGES = dict(num_encoder_blocks=2, depths=[1, 1], sr_ratios=[2, 1], strides=[4, 2])


def segformer(attention):
    config = hf.SegformerConfig(
        **STAGES, hidden_sizes=[16, 32], num_attention_heads=[2, 4], patch_sizes=[7, 3], mlp_ratios=[2, 2],
        decoder_hidden_size=16, num_labels=5,
    )
    return vision(hf.SegformerForSemanticSegmentation(config), ["logits"], 32, 2, "2 stages of 1 layer")


def pvt(attention):
    config = hf.PvtConfig(
        image_size=32, num_encoder_blocks=2, depths=[1, 1], sequence_reduction_ratios=[2, 1],
        hidden_sizes=[16, 32], patch_sizes=[4, 2], strides=[4, 2], num_attention_heads=[2, 4],
        mlp_ratios=[2, 2], num_labels=5,
    )
    return vision(hf.PvtForImageClassification(config), ["logits"], 32, 2, "2 stages of 1 layer")


def levit(attention):
    config = hf.LevitConfig(
        image_size=64, hidden_sizes=[32, 48, 64], num_attention_heads=[2, 3, 4], depths=[1, 1, 1],
        key_dim=[8, 8, 8], mlp_ratio=[2, 2, 2], attention_ratio=[2, 2, 2], num_labels=5,
    )
    why = "3 stages of 1 layer and 2 attentions that subsample between them"
    return vision(hf.LevitForImageClassification(config), ["logits"], 64, 5, why)


def mobilevit(attention):
    config = hf.MobileViTConfig(
        image_size=64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 24, 32],
        num_attention_heads=4, mlp_ratio=2.0, num_labels=5,
    )
    return vision(hf.MobileViTForImageClassification(config), ["logits"], 64, 9, "stages of 2, 4 and 3 layers")


def vit_mae(attention):
    config = hf.ViTMAEConfig(**dict(VIT_LIKE, attn_implementation=attention), mask_ratio=0.0)
    return vision(hf.ViTMAEModel(config), ["output"], 20, LAYERS, EACH)


def hiera(attention):
    config = hf.HieraConfig(
        embed_dim=16, image_size=[32, 32], patch_size=[7, 7], patch_stride=[4, 4], patch_padding=[3, 3],
        depths=[1, 1], num_heads=[2, 4], embed_dim_multiplier=2.0, num_query_pool=1, query_stride=[2, 2],
        masked_unit_size=[4, 4], masked_unit_attention=[True, False], mlp_ratio=2.0,
    )
    return vision(hf.HieraModel(config), ["output"], 32, 2, "2 stages of 1 layer")


def timesformer(attention):
    config = hf.TimesformerConfig(**VIT_LIKE, num_frames=3)
    make = lambda batch, length: {"pixel_values": noise(batch, 3, 3, 20, 20)}
    why = f"{LAYERS} layers with attention over time and over space"
    return plain(hf.TimesformerModel(config), make, {"pixel_values": {0: "batch"}}, 2 * LAYERS, why)


def videomae(attention):
    config = hf.VideoMAEConfig(**VIT_LIKE, num_frames=4, tubelet_size=2, attn_implementation=attention)
    make = lambda batch, length: {"pixel_values": noise(batch, 4, 3, 20, 20)}
    return plain(hf.VideoMAEModel(config), make, {"pixel_values": {0: "batch"}}, LAYERS, EACH)


def resnet():
    return hf.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic",
        out_features=["stage2"],
    )


DETR = dict(
    d_model=HIDDEN, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=HEADS,
    decoder_attention_heads=HEADS, encoder_ffn_dim=FFN, decoder_ffn_dim=FFN, num_queries=6, num_labels=5,
)


def detr(attention):
    config = hf.DetrConfig(
        **DETR, use_timm_backbone=False, use_pretrained_backbone=False, backbone=None,
        backbone_config=resnet(), attn_implementation=attention,
    )
    why = f"{LAYERS} encoder layers and {LAYERS} decoder layers with self- and cross-attention"
    return vision(hf.DetrForObjectDetection(config), ["logits", "boxes"], 64, 3 * LAYERS, why)


def deformable_detr(attention):
    config = hf.DeformableDetrConfig(
        **DETR, num_feature_levels=1, encoder_n_points=2, decoder_n_points=2, use_timm_backbone=False,
        use_pretrained_backbone=False, backbone=None, backbone_config=resnet(), disable_custom_kernels=True,
        attn_implementation=attention,
    )
    why = f"{LAYERS} self-attentions of the decoder; deformable sampling told apart"
    return vision(hf.DeformableDetrForObjectDetection(config), ["logits", "boxes"], 64, LAYERS, why)


def maskformer(attention):
    swin = hf.SwinConfig(
        image_size=64, patch_size=4, embed_dim=16, depths=[1, 1, 1, 1], num_heads=[2, 2, 2, 2], window_size=2,
        mlp_ratio=2.0, out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    config = hf.MaskFormerConfig(
        backbone_config=swin, decoder_config=hf.DetrConfig(**DETR), fpn_feature_size=32, mask_feature_size=32,
        num_labels=5,
    )
    why = f"4 window attentions of the backbone, {LAYERS} decoder layers with self- and cross-attention"
    model = hf.MaskFormerForInstanceSegmentation(config)
    return vision(model, ["classes", "masks"], 64, 4 + 2 * LAYERS, why)


class WithQueries(nn.Module):
    """A Q-Former with the learned queries that BLIP-2 gives it."""

    def __init__(self, model, queries):
        super().__init__()
        self.model = model
        self.queries = nn.Parameter(torch.zeros(1, queries, HIDDEN))

    def forward(self, image_features):
        queries = self.queries.expand(image_features.shape[0], -1, -1)
        return self.model(query_embeds=queries, encoder_hidden_states=image_features)[0]


def qformer(attention):
    settings = {k: v for k, v in BERT_LIKE.items() if k != "max_position_embeddings"}
    config = hf.Blip2QFormerConfig(
        **settings, cross_attention_frequency=1, encoder_hidden_size=24, attn_implementation=attention
    )
    model = WithQueries(hf.Blip2QFormerModel(config), 6)
    make = lambda batch, length: {"image_features": noise(batch, length, 24)}
    why = f"{LAYERS} layers with self- and cross-attention"
    return plain(model, make, {"image_features": TEXT_AXES}, 2 * LAYERS, why, kinds="self and cross")


# ---------------------------------------------------------------- written with torch alone


def sequences(model, sites, why, batch_only=False, kinds="self"):
    make = lambda batch, length: {"x": noise(batch, 10 if batch_only else length, HIDDEN)}
    axes = {"x": {0: "batch"} if batch_only else TEXT_AXES}
    return plain(model, make, axes, sites, why, kinds=kinds)


class Renamed(nn.Module):
    """Calls a module whose first parameter has another name."""

    def __init__(self, inner, call):
        super().__init__()
        self.inner = inner
        self.call = call

    def forward(self, x):
        return self.call(self.inner, x)


def torch_encoder(attention):
    layer = nn.TransformerEncoderLayer(HIDDEN, HEADS, FFN, batch_first=True)
    stack = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
    return sequences(Renamed(stack, lambda m, x: m(x)), LAYERS, EACH)


def torch_transformer(attention):
    stack = nn.Transformer(HIDDEN, HEADS, LAYERS, LAYERS, FFN, batch_first=True)
    why = f"{LAYERS} encoder layers and {LAYERS} decoder layers with self- and cross-attention"
    return sequences(Renamed(stack, lambda m, x: m(x, x * 0.5)), 3 * LAYERS, why)


def torch_attention(weights):
    def make(attention):
        one = nn.MultiheadAttention(HIDDEN, HEADS, batch_first=True)
        return sequences(Renamed(one, lambda m, x: m(x, x, x, need_weights=weights)[0]), 1, "1 attention")

    return make


class Attention(nn.Module):
    """Queries from one sequence, keys and values from another; heads may talk to each other."""

    def __init__(self, talking=False, conv=False):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        mix = (lambda: nn.Conv2d(HEADS, HEADS, 1)) if conv else (lambda: nn.Linear(HEADS, HEADS))
        self.before, self.behind = (mix() if talking else None for _ in range(2))
        self.conv = conv

    def heads(self, x):
        return x.reshape(x.shape[0], x.shape[1], HEADS, -1).transpose(1, 2)

    def mixed(self, mix, scores):
        if mix is None:
            return scores
        return mix(scores) if self.conv else mix(scores.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def forward(self, x, y):
        q, k, v = self.heads(self.q(x)), self.heads(self.k(y)), self.heads(self.v(y))
        scores = self.mixed(self.before, q @ k.transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5)
        probs = self.mixed(self.behind, scores.softmax(-1))
        return self.o((probs @ v).transpose(1, 2).reshape(y.shape[0], -1, HIDDEN))


class Block(nn.Module):
    def __init__(self, **how):
        super().__init__()
        self.attention = Attention(**how)
        self.norms = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(2))
        self.mlp = nn.Sequential(nn.Linear(HIDDEN, FFN), nn.GELU(), nn.Linear(FFN, HIDDEN))

    def forward(self, x, y):
        x = self.norms[0](x + self.attention(x, y))
        return self.norms[1](x + self.mlp(x))


class SetTransformer(nn.Module):
    """ISAB of inducing points, then pooling by a learned seed (arXiv 1810.00825)."""

    def __init__(self, expanded):
        super().__init__()
        self.points = nn.Parameter(torch.zeros(1, 3, HIDDEN))
        self.seeds = nn.Parameter(torch.zeros(1, 2, HIDDEN))
        self.blocks = nn.ModuleList(Block() for _ in range(3))
        self.expanded = expanded

    def learned(self, points, x):
        return points.expand(x.shape[0], -1, -1) if self.expanded else points

    def forward(self, x):
        induced = self.blocks[0](self.learned(self.points, x), x)
        x = self.blocks[1](x, induced)
        return self.blocks[2](self.learned(self.seeds, x), x)


def set_transformer(expanded):
    def make(attention):
        why = "inducing points read the set, the set reads them, seeds pool it"
        return sequences(SetTransformer(expanded), 3, why, kinds="cross")

    return make


class Latents(nn.Module):
    """Perceiver: latents read the input, then each other (arXiv 2103.03206)."""

    def __init__(self):
        super().__init__()
        self.latents = nn.Parameter(torch.zeros(1, 5, HIDDEN))
        self.cross = Block()
        self.layers = nn.ModuleList(Block() for _ in range(LAYERS))

    def forward(self, x):
        z = self.cross(self.latents, x)
        for layer in self.layers:
            z = layer(z, z)
        return z


def torch_perceiver(attention):
    return sequences(Latents(), 1 + LAYERS, "latents read the input, then each other")


class Stack(nn.Module):
    def __init__(self, **how):
        super().__init__()
        self.layers = nn.ModuleList(Block(**how) for _ in range(LAYERS))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x, x)
        return x


def talking_heads(conv):
    def make(attention):
        return sequences(Stack(talking=True, conv=conv), LAYERS, EACH + ", heads mixed")

    return make


class CrossCovariance(nn.Module):
    """XCA of XCiT and EdgeNeXt: channels attend to channels (arXiv 2106.09681)."""

    def __init__(self):
        super().__init__()
        self.qkv, self.o = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.temperature = nn.Parameter(torch.ones(HEADS, 1, 1))

    def forward(self, x):
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, HEADS, c // HEADS).permute(2, 0, 3, 4, 1)
        q, k, v = qkv.unbind(0)
        q, k = nn.functional.normalize(q, dim=-1), nn.functional.normalize(k, dim=-1)
        probs = (q @ k.transpose(-2, -1) * self.temperature).softmax(-1)
        return x + self.o((probs @ v).permute(0, 3, 1, 2).reshape(b, n, c))


def edgenext(attention):
    stack = nn.Sequential(*(CrossCovariance() for _ in range(LAYERS)))
    why = f"{LAYERS} layers, one attention over channels each"
    return sequences(Renamed(stack, lambda m, x: m(x)), LAYERS, why)


class Pooling(nn.Module):
    """A token's weight is its product with one learned query."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(HIDDEN, 1)
        self.out = nn.Linear(HIDDEN, 5)

    def forward(self, x):
        probs = self.query(x).transpose(1, 2).softmax(-1)
        return self.out((probs @ x).squeeze(1))


def attention_pooling(attention):
    return sequences(Pooling(), 1, "one pooling by a learned query", kinds="cross")


class Routed(nn.Module):
    """Soft experts, label embeddings, a classifier: softmaxes that are no attention."""

    def __init__(self):
        super().__init__()
        self.router = nn.Linear(HIDDEN, 3)
        self.experts = nn.ModuleList(nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.classes = nn.Linear(HIDDEN, 6)
        self.labels = nn.Parameter(torch.zeros(6, HIDDEN))

    def forward(self, x):
        weights = self.router(x).softmax(-1).unsqueeze(-2)
        experts = torch.stack([expert(x) for expert in self.experts], dim=-2)
        x = x + (weights @ experts).squeeze(-2)
        x = x + self.classes(x).softmax(-1) @ self.labels
        return self.classes(x).softmax(-1)


def no_attention(attention):
    return sequences(Routed(), 0, "told apart: a router, soft label embeddings, a classifier")


MORE = {
    "electra": text_encoder("Electra", embedding_size=16),
    "xlm_roberta": text_encoder("XLMRoberta"),
    "camembert": text_encoder("Camembert"),
    "esm": text_encoder("Esm", position_embedding_type="rotary", mask_token_id=4),
    "roformer": text_encoder("RoFormer", embedding_size=HIDDEN),
    "modernbert": text_encoder(
        "ModernBert", local_attention=6, global_attn_every_n_layers=2, cls_token_id=2, sep_token_id=3,
        bos_token_id=2, eos_token_id=3,
    ),
    "mobilebert": text_encoder(
        "MobileBert", embedding_size=16, true_hidden_size=HIDDEN, intra_bottleneck_size=HIDDEN
    ),
    "squeezebert": text_encoder("SqueezeBert", embedding_size=HIDDEN),
    "convbert": text_encoder("ConvBert", embedding_size=HIDDEN, head_ratio=1, conv_kernel_size=3),
    "splinter": text_encoder("Splinter"),
    "layoutlm": layoutlm,
    "funnel": funnel,
    "xlnet": xlnet,
    "longformer": longformer,
    "bigbird": bigbird,
    "bigbird_sparse": bigbird_sparse,
    "fnet": fnet,
    "perceiver": perceiver,
    "gpt_neo": gpt_neo,
    "gptj": gptj_like("GPTJ"),
    "codegen": gptj_like("CodeGen"),
    "bloom": bloom,
    "falcon": falcon,
    "mpt": mpt,
    "xglm": xglm,
    "biogpt": text_decoder("BioGpt", kv_heads=0),
    "qwen3": text_decoder("Qwen3", kv_heads=2, **HEAD_DIM),
    "gemma": text_decoder("Gemma", kv_heads=1, **HEAD_DIM),
    "gemma2": text_decoder("Gemma2", kv_heads=2, sliding_window=6, query_pre_attn_scalar=8, **HEAD_DIM),
    "gemma3": text_decoder(
        "Gemma3", configured="Gemma3Text", kv_heads=2, sliding_window=6, query_pre_attn_scalar=8,
        layer_types=["sliding_attention", "full_attention"], **HEAD_DIM,
    ),
    "phi": text_decoder("Phi", partial_rotary_factor=0.5),
    "phi3": text_decoder("Phi3", kv_heads=2),
    "mixtral": text_decoder("Mixtral", kv_heads=2, **MOE),
    "qwen2_moe": text_decoder(
        "Qwen2Moe", kv_heads=2, experts_implementation="eager", num_experts=4, num_experts_per_tok=2, moe_intermediate_size=16,
        shared_expert_intermediate_size=16,
    ),
    "deepseek_v2": text_decoder("DeepseekV2", **MLA),
    "deepseek_v3": text_decoder("DeepseekV3", **MLA),
    "gpt_oss": text_decoder(
        "GptOss", kv_heads=2, sliding_window=6, layer_types=["sliding_attention", "full_attention"],
        **MOE, **HEAD_DIM,
    ),
    "starcoder2": text_decoder("Starcoder2", kv_heads=2),
    "cohere": text_decoder("Cohere", kv_heads=2),
    "olmo": text_decoder("Olmo"),
    "olmo2": text_decoder("Olmo2"),
    "stablelm": text_decoder("StableLm", kv_heads=2, partial_rotary_factor=0.5),
    "granite": text_decoder("Granite", kv_heads=2),
    "nemotron": text_decoder("Nemotron", kv_heads=2),
    "helium": text_decoder("Helium", kv_heads=2, **HEAD_DIM),
    "smollm3": text_decoder("SmolLM3", kv_heads=2, no_rope_layers=[1, 0]),
    "decision_transformer": decision_transformer,
    "mt5": mt5,
    "mbart": seq2seq("MBart"),
    "pegasus": seq2seq("Pegasus"),
    "marian": seq2seq("Marian", head="MTModel"),
    "m2m100": seq2seq("M2M100"),
    "blenderbot": seq2seq("Blenderbot"),
    "time_series_transformer": series("TimeSeriesTransformer"),
    "informer": series("Informer", why="each attention of 2 encoder and 2 decoder layers, those of the"
        " queries that ProbSparse keeps included"),
    "autoformer": series("Autoformer", sites=0, why="told apart: autocorrelation by Fourier transforms"),
    "patchtst": patchtst,
    "wav2vec2": audio("Wav2Vec2"),
    "hubert": audio("Hubert"),
    "wavlm": audio("WavLM"),
    "ast": ast,
    "beit": image_encoder("Beit"),
    "dinov2": image_encoder("Dinov2"),
    "siglip_vision": image_encoder(
        "SiglipVision", sites=LAYERS + 1, why=f"{LAYERS} layers and a pooling head with a learned query"
    ),
    "yolos": image_encoder("Yolos", image_size=[20, 20], num_detection_tokens=4),
    "vit_mae": vit_mae,
    "swinv2": swinv2,
    "segformer": segformer,
    "pvt": pvt,
    "levit": levit,
    "mobilevit": mobilevit,
    "hiera": hiera,
    "timesformer": timesformer,
    "videomae": videomae,
    "detr": detr,
    "deformable_detr": deformable_detr,
    "maskformer": maskformer,
    "qformer": qformer,
    "torch_encoder": torch_encoder,
    "torch_transformer": torch_transformer,
    "torch_attention": torch_attention(False),
    "torch_attention_weights": torch_attention(True),
    "set_transformer": set_transformer(True),
    "set_transformer_static": set_transformer(False),
    "torch_perceiver": torch_perceiver,
    "cait": talking_heads(False),
    "talking_convolution": talking_heads(True),
    "edgenext": edgenext,
    "attention_pooling": attention_pooling,
    "no_attention": no_attention,
}


def jobs():
    for name in MORE:
        yield base.Job(name, "script", "eager", 17)
        yield base.Job(name, "dynamo", "eager", 18)


if __name__ == "__main__":
    # Fused inference kernels of PyTorch have no ONNX form.
    torch.backends.mha.set_fastpath_enabled(False)
    base.SIZE_LIMIT = 3_000_000
    base.ARCHITECTURES.update({name: (builder, base.EAGER) for name, builder in MORE.items()})
    base.main(jobs)
