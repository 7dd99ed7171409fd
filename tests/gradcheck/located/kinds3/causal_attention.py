import numpy as np

# one block of a baby GPT with the output layer tied to the embedding. Tokens -1 are padding.
rng = np.random.default_rng(1234)
VOCAB, D, MAXLEN = 8, 6, 5


def layernorm(x, g, b):
    m = x.mean(-1, keepdims=True)
    s = np.sqrt(((x - m) ** 2).mean(-1, keepdims=True) + 1e-5)
    n = (x - m) / s
    return n * g + b, n, s


def forward(p, ids):
    B, T = ids.shape
    x = p["E"][ids] + p["pos"][:T]
    ln, n, s = layernorm(x, p["g"], p["b"])
    q, k, v = ln @ p["Wq"], ln @ p["Wk"], ln @ p["Wv"]
    sc = np.einsum("bqd,bkd->bqk", q, k) / np.sqrt(D)
    sc = np.where(np.tril(np.ones((T, T))) > 0, sc, -np.inf)
    sc = sc - sc.max(-1, keepdims=True)
    A = np.exp(sc)
    A = A / A.sum(-1, keepdims=True)
    o = np.einsum("bqk,bkd->bqd", A, v)
    y = x + o @ p["Wo"]
    logits = y @ p["E"].T
    logits = logits - logits.max(-1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return ln, n, s, q, k, v, A, o, y, logp


def loss(p, ids, nxt):
    logp = forward(p, ids)[-1]
    valid = nxt >= 0
    picked = np.take_along_axis(logp, np.maximum(nxt, 0)[..., None], -1)[..., 0]
    return -(picked * valid).sum() / valid.sum()


def gradients(p, ids, nxt):
    ln, n, s, q, k, v, A, o, y, logp = forward(p, ids)
    B, T = ids.shape
    valid = nxt >= 0
    d = np.exp(logp)
    for b in range(B):
        for t in range(T):
            d[b, t, nxt[b, t]] -= 1
    d = d * valid[..., None] / valid.sum()
    gr = {}
    scale = 1 / np.sqrt(D)  # noqa
    dE = np.einsum("btv,btd->vd", d, y)
    dy = d @ p["E"]
    gr["Wo"] = np.einsum("btd,bte->de", o, dy)
    do = dy @ p["Wo"].T
    dA = np.einsum("bqd,bkd->bqk", do, v)
    dv = np.einsum("bqk,bqd->bkd", A, do)
    # softmax
    dsc = A * (dA - (dA * A).sum(-1, keepdims=True))
    dsc /= np.sqrt(D)
    dq = np.einsum("bqk,bkd->bqd", dsc, k)
    dk = np.einsum("bqk,bqd->bkd", dsc, q)
    gr["Wq"] = np.einsum("btd,bte->de", ln, dq)
    gr["Wk"] = np.einsum("btd,bte->de", ln, dk)
    gr["Wv"] = np.einsum("btd,bte->de", ln, dv)
    dln = dq @ p["Wq"].T + dk @ p["Wk"].T + dv @ p["Wv"].T
    # layer norm
    gr["g"] = (dln * n).sum((0, 1))
    gr["b"] = dln.sum((0, 1))
    dn = dln * p["g"]
    dx = (dn - dn.mean(-1, keepdims=True) - n * (dn * n).mean(-1, keepdims=True)) / s
    dx += dy
    # embeddings
    np.add.at(dE, ids, dx)
    gr["E"] = dE
    gr["pos"] = np.zeros_like(p["pos"])
    gr["pos"][:T] = dx.sum(0)
    return gr


params = {k: rng.normal(0, 0.45, (D, D)) for k in ("Wq", "Wk", "Wv", "Wo")}
params["E"] = rng.normal(0, 0.7, (VOCAB, D))
params["pos"] = rng.normal(0, 0.5, (MAXLEN, D))
params["g"] = 1 + rng.normal(0, 0.2, D)
params["b"] = rng.normal(0, 0.2, D)
ids = np.array([[2, 5, 2, 7], [1, 0, 3, 3], [6, 4, 4, 1]])
nxt = np.array([[5, 2, 7, 1], [0, 3, 3, -1], [4, 4, 1, -1]])
data = (ids, nxt)
