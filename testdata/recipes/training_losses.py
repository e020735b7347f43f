"""Writes losses of training and their gradients as PyTorch computes them in float64.

    python training_losses.py FILE.npz

For each case CASE/x (what the loss is computed of), CASE/loss, CASE/gradient, and what else goes in: CASE/labels,
CASE/teacher, CASE/target, CASE/mask. Values are drawn by seed.
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F

CASES = {}


def case(name, x, loss, **others):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    tensors = {k: torch.tensor(v) for k, v in others.items()}
    value = loss(x, **tensors)
    value.backward()
    CASES[name + "/x"] = x.detach().numpy()
    CASES[name + "/loss"] = np.array(value.item())
    CASES[name + "/gradient"] = x.grad.numpy()
    for key, array in others.items():
        CASES[name + "/" + key] = np.asarray(array)


def entropy(smoothing):
    return lambda x, labels: F.cross_entropy(
        x.reshape(-1, x.shape[-1]), labels.reshape(-1), label_smoothing=smoothing
    )


def distribution(x, target):
    return F.cross_entropy(x.reshape(-1, x.shape[-1]), target.reshape(-1, x.shape[-1]))


def divergence(temperature):
    def loss(x, teacher, mask=None):
        rows = F.kl_div(
            F.log_softmax(x / temperature, -1), F.log_softmax(teacher / temperature, -1),
            reduction="none", log_target=True,
        ).sum(-1)
        if mask is not None:
            rows = rows[mask.bool()]
        return temperature**2 * rows.mean()

    return loss


def masked(error):
    def loss(x, teacher=None, target=None, mask=None):
        values = error(x, teacher if teacher is not None else target)
        return values.mean() if mask is None else values[mask.bool()].mean()

    return loss


def mean_of_tokens(x, mask):
    ones = mask.unsqueeze(-1).to(x.dtype)
    return (x * ones).sum(1) / ones.sum(1)


def distance(pool):
    def loss(x, teacher, mask):
        return (1 - F.cosine_similarity(pool(x, mask), pool(teacher, mask))).mean()

    return loss


def contrast(scale):
    def loss(x, mask):
        e = F.normalize(mean_of_tokens(x, mask), dim=-1)
        scores = scale * e[0::2] @ e[1::2].T
        return F.cross_entropy(scores, torch.arange(len(scores)))

    return loss


def rows(x, mask):
    """What counts of each row, one by one."""
    if mask is None:
        return [r.flatten() for r in x]
    return [r[m.bool()].flatten() for r, m in zip(x, mask)]


def kurtosis(target):
    def loss(x, mask=None):
        logs = []
        for row in rows(x, mask):
            fourth = ((row - row.mean()) ** 4).mean()
            k = fourth / (row.std(unbiased=True) ** 4 + 1e-6)
            logs.append(torch.clamp(torch.log(k / target), min=0))
        return torch.stack(logs).mean()

    return loss


def power(threshold, p):
    def loss(x, mask=None):
        return (torch.cat(rows(x, mask)).abs() / threshold).pow(p).mean()

    return loss


def largest(x, mask=None):
    return torch.stack([row.abs().max() for row in rows(x, mask)]).mean()


def main():
    rng = np.random.default_rng(11)
    mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 0]])
    logits = 3 * rng.normal(size=(4, 5, 7))
    labels = np.where(rng.random((4, 5)) < 0.6, rng.integers(0, 7, (4, 5)), -100)
    hidden = rng.normal(size=(4, 5, 6))
    teacher = hidden + 0.3 * rng.normal(size=hidden.shape)
    # A channel and a token far from all others.
    spiky = hidden.copy()
    spiky[:, 0, 2] += 20
    spiky[1, 4, 3] = 500
    case("cross_entropy", logits, entropy(0.0), labels=labels)
    case("cross_entropy_smooth", logits, entropy(0.1), labels=labels)
    case("cross_entropy_classes", 100 * logits[:, 0], entropy(0.0), labels=np.array([0, 3, 6, 2]))
    other = logits + rng.normal(size=logits.shape)
    case("divergence", logits, divergence(2.0), teacher=other, mask=mask)
    case("divergence_classes", logits[:, 0], divergence(1.0), teacher=other[:, 0])
    case("divergence_far", 300 * logits[:, 0], divergence(1.0), teacher=300 * other[:, 0])
    squared, absolute = (lambda a, b: (a - b) ** 2), (lambda a, b: (a - b).abs())
    case("hidden", hidden, masked(squared), teacher=teacher, mask=mask)
    case("squared", hidden, masked(squared), target=teacher)
    case("absolute", hidden, masked(absolute), target=teacher, mask=mask)
    case("distance_mean", hidden, distance(mean_of_tokens), teacher=teacher, mask=mask)
    case("distance_first", hidden, distance(lambda x, _: x[:, 0]), teacher=teacher, mask=mask)
    case("contrast", hidden, contrast(20.0), mask=mask)
    case("kurtosis", spiky, kurtosis(3.0), mask=mask)
    case("kurtosis_flat", hidden, kurtosis(1.8))
    case("power", spiky, power(4.0, 6.0), mask=mask)
    case("power_odd", hidden, power(1.5, 3.0))
    case("inf_norm", spiky, largest, mask=mask)
    expected = rng.dirichlet(np.full(7, 0.3), size=(4, 5))
    expected[0, 0] = np.eye(7)[2]
    case("distribution", logits, distribution, target=expected)
    case("distribution_classes", 100 * logits[:, 0], distribution, target=expected[:, 0])
    np.savez_compressed(sys.argv[1], **CASES)


if __name__ == "__main__":
    main()
