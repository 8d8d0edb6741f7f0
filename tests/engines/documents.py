"""documents - a thousand small documents with repeats, for the engine tests"""
# SPDX-License-Identifier: MIT
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench"))
import corpus  # noqa: E402


def documents(n, seed=5):
    """Ids sort as they come: the order that decides which of two is the first."""
    t, texts = corpus.Text(seed), []
    rnd = random.Random(seed)
    for i in range(n):
        if texts and rnd.random() < 0.15:
            text = rnd.choice(texts)
            if rnd.random() < 0.5:
                text = text.replace("的", "之", 1)
        else:
            # numbered streets keep phrases of the grammar from standing in more than 32 passages
            text = "".join(c + "（%d号院）" % rnd.randrange(10**6) if c in "，；" else c for c in t.page())
            texts.append(text)
        yield {"id": "d%05d" % i, "date": "2024-03-07", "text": text}


def write(path, n):
    with open(path, "w", encoding="utf-8") as f:
        for d in documents(n):
            f.write(json.dumps(d, ensure_ascii=False) + "\n")
