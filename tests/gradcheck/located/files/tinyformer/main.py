import numpy as np
from blocks import Block

WIDTH, INNER, HIDDEN = 4, 3, 6
LENGTH, BATCH, VOCAB = 5, 3, 7


def build(params):
    grads = {}
    return Block("block", params, grads), grads


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def run(params, tokens, nxt):
    block, grads = build(params)
    x = params["words"][tokens] + params["places"]
    y = block.forward(x)
    logp = log_softmax(y @ params["words"].T)      # the table is used again on the way out
    picked = np.take_along_axis(logp, nxt[:, :, None], axis=2)
    return -picked.mean(), logp, y, block, grads


def loss(params, tokens, nxt):
    return run(params, tokens, nxt)[0]


def gradients(params, tokens, nxt):
    _, logp, y, block, grads = run(params, tokens, nxt)
    dz = np.exp(logp)
    np.put_along_axis(dz, nxt[:, :, None], np.take_along_axis(dz, nxt[:, :, None], 2) - 1, axis=2)
    dz /= nxt.size
    dx = block.backward(dz @ params["words"])
    grads["places"] = dx.sum(axis=0)
    table = np.einsum("nlv,nlw->vw", dz, y)
    np.add.at(table, tokens, dx)
    grads["words"] = table
    return grads


def initial(seed):
    g = np.random.default_rng(seed)
    n = lambda *s: g.normal(size=s) * 0.7
    return {
        "words": n(VOCAB, WIDTH), "places": n(LENGTH, WIDTH),
        "block.norm1.gain": 1 + n(WIDTH), "block.norm1.shift": n(WIDTH),
        "block.attn.Q": n(WIDTH, INNER), "block.attn.K": n(WIDTH, INNER),
        "block.attn.V": n(WIDTH, INNER), "block.attn.O": n(INNER, WIDTH),
        "block.norm2.gain": 1 + n(WIDTH), "block.norm2.shift": n(WIDTH),
        "block.feed.in": n(WIDTH, HIDDEN), "block.feed.bias": n(HIDDEN), "block.feed.out": n(HIDDEN, WIDTH),
    }


params = initial(6)
_t = np.random.default_rng(60).integers(0, VOCAB, (BATCH, LENGTH + 1))
data = (_t[:, :-1], _t[:, 1:])
