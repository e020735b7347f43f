"""Compares a training step of Tailgate with PyTorch's, in turns on the same cores.

    python compare_training_steps.py FOLDER [--model small|minilm] [--runs 20] [--threads 2] [--kinds forward,backward,step]

Two shapes with random weights: small is a BERT-like language model (width 256, 4 layers, vocabulary 4096) on batches
of 16 x 128 with cross entropy, minilm has the shape of all-MiniLM-L6-v2 (22 million weights) on 16 x 64 with the mean
squared error of hidden states to a fixed target. All weights are trained, by AdamW. For each kind of run (the
forward pass; with gradients; with the update) both sides have a process of their own, and run one after
the other, the other one waiting. Printed are medians in milliseconds, the median of the ratios of neighbours, and
the largest resident memory of each process. PyTorch runs eagerly, its optimiser as it is by default.

Tailgate's side is dev.tailgate.train.bench.TrainingStepBench, started by Maven's bench profile or, faster, from the class
path in TAILGATE_CLASSPATH.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

import torch

from training_steps import export, groups, model

SHAPES = {"small": (16, 128), "minilm": (16, 64)}


class Hidden(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, input_ids, attention_mask):
        return self.net(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def network(name):
    if name == "small":
        return model(torch.float32, vocabulary=4096, width=256, layers=4, heads=4, tied=False)
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager",
    )
    net = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        for weight in net.parameters():
            if weight.ndim == 1:
                weight.add_(0.05 * torch.randn_like(weight))
    return Hidden(net)


def worker(name, kind, threads):
    torch.set_num_threads(threads)
    net = network(name)
    batch, tokens = SHAPES[name]
    ids = torch.randint(5, 4000, (batch, tokens))
    mask = torch.ones_like(ids)
    target = torch.randn(batch, tokens, 384)
    optimiser = torch.optim.AdamW(groups(net), lr=1e-4)

    def loss():
        if name == "small":
            logits = net(input_ids=ids, attention_mask=mask).logits
            return torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids.flatten())
        return torch.nn.functional.mse_loss(net(ids, mask), target)

    def run():
        if kind == "forward":
            with torch.no_grad():
                return loss().item()
        optimiser.zero_grad()
        value = loss()
        value.backward()
        if kind == "step":
            optimiser.step()
        return value.item()

    import time

    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(f"{1000 * (time.perf_counter() - start):.3f}", flush=True)
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


class Side:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        while "ready" not in self.line():
            pass

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a side ended: run its command by itself to see why")
        return line

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.line())

    def end(self):
        self.process.stdin.close()
        memory = float(self.line())
        self.process.wait()
        return memory


def tailgate(file, kind, batch, tokens, threads):
    arguments = [str(file), kind, str(batch), str(tokens), str(threads)]
    main = "dev.tailgate.train.bench.TrainingStepBench"
    if "TAILGATE_CLASSPATH" in os.environ:
        java = ["java", "-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=2g", "--enable-native-access=ALL-UNNAMED"]
        return Side([*java, "-cp", os.environ["TAILGATE_CLASSPATH"], main, *arguments])
    root = Path(__file__).resolve().parents[2]
    return Side(
        [str(root / "mvnw"), "-o", "-q", "-f", str(root / "pom.xml"), "-Pbench", "-pl", "train", "-am", "verify", "-DskipTests",
         "-Dbench=TrainingStepBench", "-Dbench.args=" + " ".join(arguments), "-Dbench.vm=-Xmx256m -XX:MaxDirectMemorySize=2g -XX:+UseSerialGC"]
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="small,minilm")
    parser.add_argument("--kinds", default="forward,backward,step")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--worker")
    given = parser.parse_args()
    if given.worker:
        worker(given.model, given.worker, given.threads)
        return
    for name in given.model.split(","):
        batch, tokens = SHAPES[name]
        file = given.folder / f"{name}.onnx"
        if not file.exists():
            export(network(name), file, fold=True, outputs=["logits" if name == "small" else "hidden"])
        for kind in given.kinds.split(","):
            sides = {
                "PyTorch": Side([sys.executable, __file__, str(given.folder), "--model", name, "--worker", kind,
                                 "--threads", str(given.threads)]),
                "Tailgate": tailgate(file, kind, batch, tokens, given.threads),
            }
            times = {side: [] for side in sides}
            for i in range(given.runs + 2):
                for side, process in sides.items():
                    elapsed = process.run()
                    if i >= 2:
                        times[side].append(elapsed)
            memory = {side: process.end() for side, process in sides.items()}
            ratio = statistics.median(o / t for o, t in zip(times["Tailgate"], times["PyTorch"]))
            print(
                f"{name} {batch}x{tokens} {kind}: "
                + ", ".join(
                    f"{side} {statistics.median(values):.0f} ms (min {min(values):.0f}) {memory[side]:.0f} MB"
                    for side, values in times.items()
                )
                + f", ratio {ratio:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
