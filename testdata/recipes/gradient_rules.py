"""Writes PyTorch's gradients in float64 of small cases, for the test of the rules of differentiation.

    python gradient_rules.py gradient_rules.npz

A case has the name that it has in the tests of `engine`, and is written here once more in PyTorch. Its
outputs are weighed by fixed numbers and added up; autograd gives the derivatives by every input that is
not an integer or a truth value. The archive has, for each case,

    CASE/in/NAME        the inputs
    CASE/weights/K      the weights of output K
    CASE/gradient/NAME  the derivatives

Everything is seeded by the name of the case.
"""

import io
import sys
import zipfile
import zlib

import numpy as np
import torch
import torch.nn.functional as F

CASES = {}


def case(name, formula, **inputs):
    if name in CASES:
        raise ValueError(f"{name} is there twice")
    CASES[name] = (formula, inputs)


def positive(x):
    return 0.5 + np.abs(x)


def not_zero(x):
    return x + np.copysign(0.25, x)


class Normal:
    """Standard normal values that go through a function."""

    def __init__(self, *shape, through=lambda x: x):
        self.shape, self.through = shape, through


def ids(*values, shape=None):
    return np.array(values, dtype=np.int64).reshape(shape if shape is not None else (len(values),))


def mask(shape, *values):
    return np.array(values, dtype=bool).reshape(shape)


def label(*shape):
    return "[" + "x".join(str(n) for n in shape) + "]"


# Products.
for a, b in [
    ((3, 4), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 1, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 2)),
    ((2, 3, 4), (1, 4, 2)), ((2, 2, 3, 4), (2, 1, 4, 2)), ((3, 4), (2, 4, 2)), ((4,), (4, 2)),
    ((3, 4), (4,)), ((4,), (4,)), ((4,), (2, 4, 3)), ((2, 3, 4), (4,)),
]:  # fmt: skip
    case(f"MatMul {label(*a)} {label(*b)}", lambda a, b: a @ b, a=Normal(*a), b=Normal(*b))
for left in (False, True):
    for right in (False, True):
        case(
            "Gemm" + " transA" * left + " transB" * right,
            lambda a, b, c, l=left, r=right: 0.5 * ((a.T if l else a) @ (b.T if r else b)) - 2 * c,
            a=Normal(*((4, 3) if left else (3, 4))),
            b=Normal(*((2, 4) if right else (4, 2))),
            c=Normal(3, 1),
        )
case("Gemm with a row", lambda a, b, c: a @ b + c, a=Normal(3, 4), b=Normal(4, 2), c=Normal(2))
for equation, *shapes in [
    ("bnid, bnjd -> bnij", (2, 2, 3, 4), (2, 2, 5, 4)),
    ("bnij,bnjd->bnid", (2, 2, 3, 5), (2, 2, 5, 4)),
    ("bhwc,hkc->bhwk", (2, 3, 2, 4), (3, 5, 4)),
    ("ij->ji", (2, 3)),
    ("ijk->j", (2, 3, 4)),
    ("i,j->ij", (2,), (3,)),
    ("ij,k->jk", (2, 3), (4,)),
    ("ij,ij->i", (2, 3), (1, 3)),
    ("...ij,...jk->...ik", (2, 2, 4), (1, 4, 3)),
    ("...i,i->...", (2, 3, 4), (4,)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)),
]:
    case(
        " ".join(["Einsum", equation] + [label(*shape) for shape in shapes]),
        lambda *operands, equation=equation: torch.einsum(equation, *operands),
        **{name: Normal(*shape) for name, shape in zip("abc", shapes)},
    )


# Convolutions.
def conv(name, x, w, b=None, function=None, **settings):
    function = function or {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}[len(x)]
    inputs = {"x": Normal(*x), "w": Normal(*w)} | ({"b": Normal(b)} if b else {})
    case(name, lambda x, w, b=None: function(x, w, b, **settings), **inputs)


conv("Conv of patches", (2, 3, 6, 4), (4, 3, 3, 2), 4, stride=(3, 2))
conv("Conv of patches with a rest", (2, 3, 7, 5), (4, 3, 3, 2), 4, stride=(3, 2))
conv("Conv in one dimension", (2, 3, 8), (4, 3, 3), 4)
conv("Conv with stride and pads", (2, 2, 9), (3, 2, 3), stride=2, padding=1)
conv("Conv with dilations", (2, 2, 9, 7), (3, 2, 3, 2), stride=2, padding=1, dilation=(2, 3))
conv("Conv in groups", (2, 4, 5, 5), (6, 2, 3, 3), padding=1, groups=2)
conv("Conv of each channel", (2, 3, 7), (3, 1, 3), stride=2, groups=3)
conv("Conv in three dimensions", (1, 2, 3, 4, 3), (2, 2, 2, 2, 2))
conv("ConvTranspose in one dimension", (2, 3, 5), (3, 2, 3), 2, function=F.conv_transpose1d)
conv(
    "ConvTranspose with padding of the output", (1, 2, 4), (2, 3, 3),
    function=F.conv_transpose1d, stride=3, padding=1, output_padding=2,
)  # fmt: skip
conv(
    "ConvTranspose in groups with dilations", (2, 4, 4), (4, 3, 2),
    function=F.conv_transpose1d, stride=2, dilation=2, groups=2,
)  # fmt: skip
case("GlobalAveragePool of all", lambda x: x.mean((2, 3), keepdim=True), x=Normal(2, 3, 4, 5))
case("AveragePool of windows", lambda x: F.avg_pool2d(x, 2), x=Normal(2, 3, 5, 4))
case(
    "AveragePool with pads",
    lambda x: F.avg_pool1d(x, 3, stride=2, padding=1, count_include_pad=False),
    x=Normal(2, 3, 7),
)
case("MaxPool of windows", lambda x: F.max_pool2d(x, 2), x=Normal(2, 3, 4, 5))
case("MaxPool that overlap", lambda x: F.max_pool1d(x, 3, 1, 1), x=Normal(2, 3, 7))

# What moves, joins and cuts.
x3 = Normal(2, 3, 4)
cut = Normal(4, 5, 3)
c3 = mask((2, 3), 1, 0, 0, 1, 0, 1)
case("Transpose", lambda x: x.permute(2, 0, 1), x=x3)
case("Reshape", lambda x: x.reshape(3, 2), x=Normal(2, 3))
case("Expand", lambda x: x.expand(4, 2, 5), x=Normal(2, 1))
case("Where", lambda c, a, b: torch.where(c, a, b), c=c3, a=Normal(2, 3), b=Normal(2, 3))
case(
    "Where broadcast",
    lambda c, a, b: torch.where(c, a, b),
    c=mask((2, 1, 3), 1, 0, 0, 1, 0, 1),
    a=Normal(4, 1),
    b=Normal(),
)
case(
    "Concat at axis 1", lambda a, b, c: torch.cat([a, b, c], 1),
    a=Normal(2, 1, 3), b=Normal(2, 4, 3), c=Normal(2, 2, 3),
)  # fmt: skip
case("Split by sizes", lambda x: x.split([1, 3, 2]), x=Normal(6, 2))
case("Split with unused outputs", lambda x: x.split([1, 3, 2], 1)[1], x=Normal(2, 6))
case("Slice of two axes", lambda x: x[1:3, :, 0:2], x=cut)
case("Slice from behind", lambda x: x[:, -3:-1], x=cut)
case("Slice of every second of two axes", lambda x: x[1::2, 0::2], x=cut)
case("Slice backwards", lambda x: x.flip(2), x=cut)
case("Slice backwards by two", lambda x: x[:, [4, 2]], x=cut)
case("Pad around", lambda x: F.pad(x, (0, 1, 1, 2), value=3), x=Normal(3, 4))
case("Pad that cuts", lambda x: F.pad(x, (1, -2, -1, 0), value=3), x=Normal(3, 4))
case("Tile", lambda x: x.repeat(2, 1, 3), x=Normal(2, 3, 2))
case("CumSum", lambda x: x.cumsum(1), x=Normal(2, 4))
case("CumSum reverse", lambda x: x.flip(1).cumsum(1).flip(1), x=Normal(2, 4))
case("Trilu", lambda x: x.triu(), x=x3)
case("Trilu below a diagonal", lambda x: x.tril(-1), x=Normal(3, 4))
case("DepthToSpace CRD", lambda x: F.pixel_shuffle(x, 2), x=Normal(1, 8, 2, 3))

# What picks and puts.
x42 = Normal(3, 4, 2)
case("Gather of a table", lambda x, ids: F.embedding(ids % 5, x), x=Normal(5, 3), ids=ids(2, 0, 2, 2, 1, -1, shape=(2, 3)))
for axis, last in [(0, 2), (1, 2), (2, 1), (-1, 1)]:
    case(
        f"Gather repeated ids at axis {axis}",
        lambda x, ids, axis=axis: x[(slice(None),) * (axis % 3) + (ids,)],
        x=x42,
        ids=ids(last, 0, last, last, 1, -1, shape=(2, 3)),
    )
case("Gather a constant id at axis 1", lambda x: x[:, 1], x=x42)
case(
    "GatherElements",
    lambda x, ids: x.gather(1, ids % 4),
    x=Normal(3, 4),
    ids=ids(1, 0, 1, 3, -1, 0, shape=(2, 3)),
)
case(
    "GatherND of rows",
    lambda x, ids: x[ids[:, 0], ids[:, 1]],
    x=x42,
    ids=ids(0, 1, 2, -1, 0, 1, shape=(3, 2)),
)
case(
    "GatherND in batches",
    lambda x, ids: x[torch.arange(2)[:, None], ids[:, :, 0]],
    x=Normal(2, 3, 4),
    ids=ids(0, 1, 0, 2, -1, 2, shape=(2, 3, 1)),
)
update = {"x": Normal(3, 4), "u": Normal(2, 3), "ids": ids(2, 0, 1, 1, 3, -2, shape=(2, 3))}
case("ScatterElements none", lambda x, u, ids: x.scatter(1, ids % 4, u), **update)
case("ScatterElements add", lambda x, u, ids: x.scatter_add(1, ids % 4, u), **update)
rows = {"x": x42, "u": Normal(2, 2), "ids": ids(0, 1, 2, -1, shape=(2, 2))}
for accumulate, name in [(False, "none"), (True, "add")]:
    case(
        f"ScatterND {name}",
        lambda x, u, ids, a=accumulate: x.index_put((ids[:, 0], ids[:, 1]), u, accumulate=a),
        **rows,
    )
case("TopK at axis -1", lambda x: x.topk(2)[0], x=Normal(4, 3))

# Element by element.
one = (2, 3, 4)
case("Abs", torch.abs, x=Normal(*one, through=not_zero))
case("Sqrt", torch.sqrt, x=Normal(*one, through=positive))
case("Reciprocal", torch.reciprocal, x=Normal(*one, through=not_zero))
case("Exp", torch.exp, x=Normal(*one))
case("Log", torch.log, x=Normal(*one, through=positive))
case("Sin", torch.sin, x=Normal(*one))
case("Cos", torch.cos, x=Normal(*one))
case("Erf", torch.erf, x=Normal(*one))
case("Tanh", torch.tanh, x=Normal(*one))
case("Sigmoid", torch.sigmoid, x=Normal(*one))
case("Softplus", F.softplus, x=Normal(*one))
case("Relu", torch.relu, x=Normal(*one, through=not_zero))
case("Selu", F.selu, x=Normal(*one, through=not_zero))
case("HardSwish", F.hardswish, x=Normal(*one, through=lambda x: np.round(4 * x) + 0.4))
case("Gelu", F.gelu, x=Normal(*one))
case("Gelu by tanh", lambda x: F.gelu(x, approximate="tanh"), x=Normal(*one))
case("Mish", F.mish, x=Normal(*one))
case("Swish", F.silu, x=Normal(*one))
for op, function in {
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Pow": torch.pow,
    "Min": torch.minimum, "Max": torch.maximum,
}.items():  # fmt: skip
    through = positive if op in ("Div", "Pow") else lambda x: x
    for a, b in [((2, 3), (3,)), ((1, 3), (2, 1))]:
        case(
            f"{op} {label(*a)} {label(*b)}",
            lambda a, b, f=function: f(a, b),
            a=Normal(*a, through=through),
            b=Normal(*b, through=through),
        )
case("Pow of negatives to 3", lambda x: x**3, x=Normal(*one))
case("Clip", lambda x: x.clip(-0.5, 0.75), x=Normal(*one))

# Reductions.
r = (2, 3, 2)
for op, function in {
    "ReduceSum": torch.sum, "ReduceMean": torch.mean, "ReduceMax": torch.amax, "ReduceMin": torch.amin,
    "ReduceProd": torch.prod, "ReduceL2": torch.linalg.vector_norm, "ReduceLogSumExp": torch.logsumexp,
}.items():  # fmt: skip
    case(f"{op} over 1", lambda x, f=function: f(x, dim=1), x=Normal(*r))
case("ReduceL1 over 1", lambda x: x.abs().sum(1), x=Normal(*r, through=not_zero))
case("ReduceLogSum over 1", lambda x: x.sum(1).log(), x=Normal(*r, through=positive))
for axis in (-1, 1):
    case(f"Softmax along {axis}", lambda x, a=axis: x.softmax(a), x=x3)
    case(f"LogSoftmax along {axis}", lambda x, a=axis: x.log_softmax(a), x=x3)

# Norms; the attributes of ONNX are float32.
EPSILON = float(np.float32(0.01))
DEFAULT = float(np.float32(1e-5))
wide = Normal(2, 3, 4, through=lambda x: 3 * x + 1)


def rms(x, scale, epsilon):
    return x / (x.square().mean(-1, keepdim=True) + epsilon).sqrt() * scale


case(
    "LayerNormalization",
    lambda x, scale, bias: F.layer_norm(x, (4,), scale, bias, EPSILON),
    x=wide, scale=Normal(4), bias=Normal(4),
)  # fmt: skip
case(
    "LayerNormalization over two axes",
    lambda x, scale, bias: F.layer_norm(x, (3, 4), scale, bias, EPSILON),
    x=wide, scale=Normal(3, 4), bias=Normal(3, 4),
)  # fmt: skip
case(
    "LayerNormalization as exporters write it",
    lambda x, scale, bias: F.layer_norm(x, (5,), scale, bias, 1e-3),
    x=Normal(2, 3, 5), scale=Normal(5), bias=Normal(5),
)  # fmt: skip
case("RMSNormalization", lambda x, scale: rms(x, scale, EPSILON), x=Normal(2, 3, 5), scale=Normal(5))
case(
    "GroupNormalization",
    lambda x, scale, bias: F.group_norm(x, 3, scale, bias, DEFAULT),
    x=Normal(2, 6, 4), scale=Normal(6), bias=Normal(6),
)  # fmt: skip
case(
    "InstanceNormalization",
    lambda x, scale, bias: F.instance_norm(x, weight=scale, bias=bias, eps=DEFAULT),
    x=Normal(2, 3, 2, 3), scale=Normal(3), bias=Normal(3),
)  # fmt: skip


def arrays(name, formula, inputs):
    random = np.random.default_rng(zlib.crc32(name.encode()))
    tensors = {}
    for key, value in inputs.items():
        if isinstance(value, Normal):
            value = np.asarray(value.through(random.standard_normal(value.shape)), np.float64)
        tensors[key] = torch.from_numpy(value.copy()).requires_grad_(value.dtype == np.float64)
    outputs = formula(*tensors.values())
    outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    weights = [random.uniform(-1, 1, tuple(output.shape)) for output in outputs]
    total = sum((output * torch.from_numpy(w)).sum() for output, w in zip(outputs, weights))
    total.backward()
    for key, tensor in tensors.items():
        yield f"{name}/in/{key}", tensor.detach().numpy()
        if tensor.requires_grad:
            yield f"{name}/gradient/{key}", tensor.grad.numpy()
    for i, weight in enumerate(weights):
        yield f"{name}/weights/{i}", np.asarray(weight)


def main(target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (formula, inputs) in CASES.items():
            for key, array in arrays(name, formula, inputs):
                data = io.BytesIO()
                np.lib.format.write_array(data, np.ascontiguousarray(array).reshape(array.shape))
                # A fixed time, so that the same numbers are the same file.
                entry = zipfile.ZipInfo(key + ".npy", (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, data.getvalue(), zipfile.ZIP_DEFLATED)
    print(f"{len(CASES)} cases", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
