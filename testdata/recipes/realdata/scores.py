"""Task metrics in NumPy, in double precision, over all samples at once; labels of -100 do not count."""

import numpy as np


def log_softmax(logits):
    logits = logits.astype(np.float64)
    top = logits.max(-1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))


def classes(logits, labels):
    return {"accuracy": float((logits.argmax(-1) == labels).mean())}


def tokens(logits, labels, shift):
    """Labels [N, T]; with `shift` 1 position t predicts token t + 1."""
    if shift:
        logits, labels = logits[:, :-1], labels[:, 1:]
    keep = labels != -100
    logits, labels = logits[keep], labels[keep]
    loss = -log_softmax(logits)[np.arange(len(labels)), labels].mean()
    return {"token_perplexity": float(np.exp(loss)), "token_accuracy": float((logits.argmax(-1) == labels).mean())}


def forecasts(outputs, labels):
    error = outputs.astype(np.float64) - labels
    return {"mse": float((error ** 2).mean()), "mae": float(np.abs(error).mean())}


def recall(scores, labels, k):
    """How often fewer than k candidates score higher than the right one."""
    own = scores[np.arange(len(labels)), labels]
    return float(((scores > own[:, None]).sum(1) < k).mean())


def sqnr(expected, actual):
    """Signal to quantization noise in dB, over all outputs."""
    expected, actual = expected.astype(np.float64), actual.astype(np.float64)
    noise = ((expected - actual) ** 2).sum()
    return float(10 * np.log10((expected ** 2).sum() / noise)) if noise else float("inf")
