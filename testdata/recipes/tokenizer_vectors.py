"""Small vocabularies and the ids that other tokenizers give with them.

BERT: the pure Python tokenizer of transformers. GPT-2: the encoder of its release, written out below.
With --texts and --vocabularies also digests over long texts, which the tests compare where those files are.

    python tokenizer_vectors.py --out ../../quant/data/src/test/resources/dev/tailgate/data/text
"""

import argparse
import hashlib
import json
from pathlib import Path

import regex
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers.models.bert.tokenization_bert_legacy import BertTokenizerLegacy

LINES = [
    "The attention heads are sinking.",
    "It's 3.14 o'clock; they'll say: \"don't!\"",
    "Caf\u00e9 na\u00efve r\u00e9sum\u00e9 \u00c5ngstr\u00f6m",
    "unaffable UNAFFABLE Unaffable",
    "\u4f60\u597d, world \u6ce8\u610f",
    "emoji \U0001f600 and tab\there",
    "a  double  space, trailing ",
    "x = y**2 + [z] - {w} / 7%",
    "supercalifragilisticexpialidocious",
    "non\u00a0breaking and zero\u200bwidth",
    "",
    "\u0130stanbul stra\u00dfe \ufb01ne",
    "12345 1,234.5 0x1F \u211d",
    "[MASK] is a token, <|endoftext|> too",
]
PIECES = (
    "the attention head ##s are sink ##ing . it ' 3 14 o clock ; they ll say : \" don t ! cafe naive resume "
    "un ##aff ##able , world a double space trailing x = y * 2 + [ ] z - w / 7 % \u4f60 \u597d is token < > | "
    "1 ##2 ##3 ##4 ##5 0 ##x ##1 ##f ##a ##e ##i ##o ##u ##r ##t ##n ##l ##c ##p ##d i s e f n strasse emoji tab here \u211d"
).split()
CASED = ["The", "It", "Caf\u00e9", "UN", "##AFF", "##ABLE", "Unaffable", "\u00c5", "##ng"]


def bytes_to_unicode():
    kept = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table = {b: chr(b) for b in kept}
    extra = 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


class Gpt2:
    """The encoder of GPT-2's release (MIT), shortened."""

    SPLIT = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")

    def __init__(self, vocabulary, merges):
        self.ids = vocabulary
        self.ranks = {tuple(m.split(" ")): i for i, m in enumerate(merges)}
        self.bytes = bytes_to_unicode()
        self.cache = {}

    def word(self, token):
        if token in self.cache:
            return self.cache[token]
        parts = list(token)
        while len(parts) > 1:
            pairs = [(self.ranks.get(p, 1 << 40), p) for p in zip(parts, parts[1:])]
            rank, best = min(pairs)
            if rank == 1 << 40:
                break
            merged, i = [], 0
            while i < len(parts):
                if tuple(parts[i : i + 2]) == best:
                    merged.append("".join(best))
                    i += 2
                else:
                    merged.append(parts[i])
                    i += 1
            parts = merged
        self.cache[token] = [self.ids[p] for p in parts]
        return self.cache[token]

    def encode(self, text):
        ids = []
        # The special token is found first.
        for i, piece in enumerate(text.split("<|endoftext|>")):
            if i:
                ids.append(self.ids["<|endoftext|>"])
            for match in self.SPLIT.findall(piece):
                ids += self.word("".join(self.bytes[b] for b in match.encode("utf-8")))
        return ids


def write_ids(path, encode):
    path.write_text("".join(" ".join(map(str, encode(line))) + "\n" for line in LINES), encoding="utf-8")


def digest(path, encode, lines=1500):
    sha, tokens, read = hashlib.sha256(), 0, 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        line = line.strip()
        if not line:
            continue
        ids = encode(line)
        tokens += len(ids)
        sha.update((" ".join(map(str, ids)) + "\n").encode())
        read += 1
        if read == lines:
            break
    return read, tokens, sha.hexdigest()


def load_gpt2(vocabulary, merges):
    lines = [m for m in merges.read_text(encoding="utf-8").split("\n")[1:] if m]
    return Gpt2(json.loads(vocabulary.read_text(encoding="utf-8")), lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--vocabularies", type=Path)
    args = parser.parse_args()
    out = args.out
    (out / "lines.json").write_text(json.dumps(LINES, indent=1) + "\n")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    for name, entries, lower in [("bert-uncased", PIECES, True), ("bert-cased", PIECES + CASED, False)]:
        vocabulary = out / f"{name}-vocab.txt"
        vocabulary.write_text("\n".join(special + list(dict.fromkeys(entries))) + "\n", encoding="utf-8")
        bert = BertTokenizerLegacy(str(vocabulary), do_lower_case=lower)
        write_ids(out / f"{name}-ids.txt", lambda line: bert(line)["input_ids"])
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    trained.train_from_iterator(LINES * 3, trainer)
    model = json.loads(trained.to_str())["model"]
    ids = dict(sorted(model["vocab"].items(), key=lambda e: e[1]))
    (out / "gpt2-vocab.json").write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")
    merges = [" ".join(m) for m in model["merges"]]
    (out / "gpt2-merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    gpt2 = load_gpt2(out / "gpt2-vocab.json", out / "gpt2-merges.txt")
    write_ids(out / "gpt2-ids.txt", gpt2.encode)
    if args.texts and args.vocabularies:
        bert = BertTokenizerLegacy(str(args.vocabularies / "bert-base-uncased-vocab.txt"))
        gpt2 = load_gpt2(args.vocabularies / "gpt2-vocab.json", args.vocabularies / "gpt2-merges.txt")
        rows = []
        for text in ["agnews_dev.tsv", "sst2_dev.tsv", "wikitext-2/valid.txt", "tinyshakespeare.txt"]:
            for name, encode in [
                ("bert-base-uncased-vocab.txt", lambda line: bert(line)["input_ids"]),
                ("gpt2-vocab.json", gpt2.encode),
            ]:
                rows.append("\t".join(map(str, (text, name, *digest(args.texts / text, encode)))))
        (out / "long-texts.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
