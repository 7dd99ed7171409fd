"""GloVe after the paper. I get vectors, but the cost of the same corpus is worse than what my friend has"""
from math import log
import numpy as np

corpus = """the cat sat on the mat . the dog sat on the rug . a cat and a dog ran . the mat is on the rug .
a dog ran on the mat . the cat ran . a rug is a mat . the dog and the cat sat .""".split()

DIM = 4
X_MAX = 5.
ALPHA = 0.75
LR = 0.1


def build_vocab(words):
    vocab = {}
    for w in words:
        if w not in vocab:
            vocab[w] = len(vocab)
    return vocab


def build_cooccur(words, vocab, window=3):
    cooccur = {}
    for i, w in enumerate(words):
        for dist in range(1, window + 1):
            if i - dist < 0:
                break
            a, b = vocab[w], vocab[words[i - dist]]
            for pair in ((a, b), (b, a)):
                cooccur[pair] = cooccur.get(pair, 0.0) + 1.0 / dist
    return [(i, j, x) for (i, j), x in sorted(cooccur.items())]


vocab = build_vocab(corpus)
cooccurrences = build_cooccur(corpus, vocab)


def new_model():
    r = np.random.RandomState(40)
    size = len(vocab)
    # main words first, then the same words as context
    W = (r.rand(2 * size, DIM) - 0.5) * 2
    biases = r.rand(2 * size) - 0.5
    return {"W": W, "biases": biases}


def cost_of(model, i, j, x):
    W, biases = model["W"], model["biases"]
    j = j + len(vocab)
    weight = (x / X_MAX) ** ALPHA if x < X_MAX else 1
    inner = W[i] @ W[j] + biases[i] + biases[j] - log(x)
    return 0.5 * weight * inner ** 2


def run_pair(model, i, j, x):
    W, biases = model["W"], model["biases"]
    j = j + len(vocab)
    v_main = W[i]
    v_context = W[j]
    weight = (x / X_MAX) ** ALPHA if x < X_MAX else 1
    cost_inner = v_main.dot(v_context) + biases[i] + biases[j] - log(x)

    grad_main = weight * cost_inner * v_context
    v_main -= LR * grad_main
    grad_context = weight * cost_inner * v_main
    v_context -= LR * grad_context

    biases[i] -= LR * weight * cost_inner
    biases[j] -= LR * weight * cost_inner


def train(model, iterations=60):
    order = np.random.RandomState(41)
    for it in range(iterations):
        for k in order.permutation(len(cooccurrences)):
            run_pair(model, *cooccurrences[k])
    return sum(cost_of(model, *c) for c in cooccurrences) / len(cooccurrences)


if __name__ == "__main__":
    m = new_model()
    print(train(m))
