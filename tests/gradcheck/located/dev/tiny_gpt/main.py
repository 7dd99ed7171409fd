import numpy as np

from blocks import causal_mha, causal_mha_back, ffn, ffn_back, layernorm, layernorm_back

VOCAB, WIDTH, HEADS, INNER, CONTEXT = 6, 4, 2, 5, 5


def init(seed=1337):
    rng = np.random.default_rng(seed)
    n = lambda *shape: rng.normal(0.0, 0.5, shape)  # noqa: E731
    return {
        "wte": n(VOCAB, WIDTH),
        "wpe": n(CONTEXT, WIDTH),
        "attn": {"qkv": n(WIDTH, 3 * WIDTH), "proj": n(WIDTH, WIDTH)},
        "ln1": {"scale": 1 + 0.3 * n(WIDTH), "shift": 0.3 * n(WIDTH)},
        "mlp": {"w1": n(WIDTH, INNER), "b1": n(INNER), "w2": n(INNER, WIDTH), "b2": n(WIDTH)},
        "ln2": {"scale": 1 + 0.3 * n(WIDTH), "shift": 0.3 * n(WIDTH)},
    }


params = init()
data = (np.array([[1, 4, 4, 0, 5], [2, 2, 1, 3, 0], [5, 0, 3, 3, 3]]),)


def run(p, idx):
    """Post-norm block between embeddings that are tied: logits = x @ wte.T"""
    tok = idx[:, :-1]
    x0 = p["wte"][tok] + p["wpe"][: tok.shape[1]]
    att, c_att = causal_mha(x0, p["attn"], HEADS)
    x1, c_ln1 = layernorm(x0 + att, p["ln1"])
    ff, c_ff = ffn(x1, p["mlp"])
    x2, c_ln2 = layernorm(x1 + ff, p["ln2"])
    logits = x2 @ p["wte"].T
    return logits, (tok, x2, c_att, c_ln1, c_ff, c_ln2)


def logsoftmax(z):
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def loss(p, idx):
    logits, _ = run(p, idx)
    lp = logsoftmax(logits)
    target = idx[:, 1:]
    return -np.take_along_axis(lp, target[..., None], -1).mean()


def gradients(p, idx):
    logits, (tok, x2, c_att, c_ln1, c_ff, c_ln2) = run(p, idx)
    target = idx[:, 1:]
    dlogits = np.exp(logsoftmax(logits))
    dlogits -= np.eye(VOCAB)[target]
    dlogits /= target.size

    grad = {}
    dwte = np.einsum("btv,btd->vd", dlogits, x2)
    dx2 = dlogits @ p["wte"]
    dsum, grad["ln2"] = layernorm_back(dx2, c_ln2)
    dff, grad["mlp"] = ffn_back(dsum, c_ff, p["mlp"])
    dx1 = dsum + dff
    dsum, grad["ln1"] = layernorm_back(dx1, c_ln1)
    datt, grad["attn"] = causal_mha_back(dsum, c_att, p["attn"], HEADS)
    dx0 = dsum + datt
    np.add.at(dwte, tok, dx0)
    grad["wte"] = dwte
    grad["wpe"] = np.zeros_like(p["wpe"])
    grad["wpe"][: tok.shape[1]] = dx0.sum(0)
    return grad
