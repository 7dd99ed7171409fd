import numpy as np

rnd = np.random.default_rng(2)
sg = lambda v: 1 / (1 + np.exp(-v))

# vocabulary of 9 words, reviews of any length, stars from 0 to 3
params = {
    "emb": rnd.normal(0, 0.8, (9, 4)),
    "gru": {k: rnd.normal(0, 0.5, s) for k, s in dict(Wz=(5, 4), Uz=(5, 5), bz=5, Wr=(5, 4), Ur=(5, 5), br=5, Wh=(5, 4), Uh=(5, 5), bh=5).items()},
    "out": {"W": rnd.normal(0, 0.7, (4, 5)), "b": rnd.normal(0, 0.1, 4)},
}
data = ([[3, 1, 1, 7, 0], [8, 2], [4, 3, 3, 5, 6, 1, 2], [0, 5, 8]], [1, 3, 0, 2])


def read(params, review):
    g = params["gru"]
    h = np.zeros(5)
    steps = []
    for word in review:
        x = params["emb"][word]
        z = sg(g["Wz"] @ x + g["Uz"] @ h + g["bz"])
        r = sg(g["Wr"] @ x + g["Ur"] @ h + g["br"])
        cand = np.tanh(g["Wh"] @ x + g["Uh"] @ (r * h) + g["bh"])
        new = (1 - z) * h + z * cand
        steps.append((word, x, h, z, r, cand))
        h = new
    logits = params["out"]["W"] @ h + params["out"]["b"]
    e = np.exp(logits - np.max(logits))
    return steps, h, e / e.sum()


def loss(params, reviews, stars):
    return -sum(np.log(read(params, rv)[2][s]) for rv, s in zip(reviews, stars)) / len(reviews)


def gradients(params, reviews, stars):
    def zeros(tree):
        return {k: zeros(v) if isinstance(v, dict) else np.zeros(v.shape) for k, v in tree.items()}

    grad = zeros(params)
    # import pdb; pdb.set_trace()
    g, gg = params["gru"], grad["gru"]
    for rv, s in zip(reviews, stars):
        steps, h_last, prob = read(params, rv)
        do = prob / len(reviews)
        do[s] -= 1 / len(reviews)
        grad["out"]["W"] += np.outer(do, h_last)
        grad["out"]["b"] += do
        dh = params["out"]["W"].T @ do
        for word, x, h, z, r, cand in steps[::-1]:
            dcand = dh * z * (1 - cand**2)
            dz = dh * (cand - h) * z * (1 - z)
            dh_prev = dh * (1 - z)
            # candidate
            gg["Wh"] += np.outer(dcand, x)
            gg["Uh"] += np.outer(dcand, r * h)
            gg["bh"] += dcand
            drh = g["Uh"].T @ dcand
            dr = drh * h * r * (1 - r)
            dh_prev += drh * r
            # gates (the order does not matter here)
            gg["Wr"] += np.outer(dr, x)
            gg["Ur"] += np.outer(dr, h)
            gg["br"] += dr
            dh_prev += g["Ur"].T @ dr
            gg["Wz"] += np.outer(dz, x)
            gg["Uz"] += np.outer(dz, h)
            gg["bz"] += dz
            dh_prev += g["Uz"].T @ dz
            # the word vectors
            grad["emb"][word] += g["Wh"].T @ dcand + g["Wr"].T @ dr + g["Wz"].T @ dz
            dh = dh_prev
    return grad
