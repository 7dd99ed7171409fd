"""remember the first symbol of a sequence with a GRU"""
import numpy as np

H, IN = 6, 3
sig = lambda v: 1.0 / (1.0 + np.exp(-v))


def fresh():
    r = np.random.default_rng(210)
    u = lambda *s: r.uniform(-0.7, 0.7, s)
    return {"Wz": u(IN, H), "Uz": u(H, H), "bz": np.zeros(H),
            "Wr": u(IN, H), "Ur": u(H, H), "br": np.zeros(H),
            "Wc": u(IN, H), "Uc": u(H, H), "bc": np.zeros(H),
            "V": u(H, IN), "a": np.zeros(IN)}


def roll(P, seqs):
    # seqs: samples x time x IN
    h = np.zeros((seqs.shape[0], H))
    memory = []
    for t in range(seqs.shape[1]):
        x = seqs[:, t]
        z = sig(x @ P["Wz"] + h @ P["Uz"] + P["bz"])
        r = sig(x @ P["Wr"] + h @ P["Ur"] + P["br"])
        c = np.tanh(x @ P["Wc"] + (r * h) @ P["Uc"] + P["bc"])
        new = z * h + (1 - z) * c
        memory.append((x, h, z, r, c))
        h = new
    s = h @ P["V"] + P["a"]
    s = s - s.max(axis=1, keepdims=True)
    return memory, h, np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)


def loss(P, seqs, first):
    return -np.mean(np.log(roll(P, seqs)[2][np.arange(len(first)), first]))


def unroll(P, seqs, first):
    memory, h, p = roll(P, seqs)
    g = {k: np.zeros_like(v) for k, v in P.items()}
    ds = p
    ds[np.arange(len(first)), first] -= 1
    ds = ds / len(first)
    g["V"] = h.T @ ds
    g["a"] = ds.sum(0)
    dh = ds @ P["V"].T
    while memory:
        x, h, z, r, c = memory.pop()
        dc = dh * (1 - z) * (1 - c * c)
        dz = dh * (h - c) * z * (1 - z)
        drh = dc @ P["Uc"].T
        dr = drh * h * r * (1 - r)
        for n, d in (("z", dz), ("r", dr), ("c", dc)):
            g["W" + n] += x.T @ d
            g["b" + n] += d.sum(0)
        g["Uz"] += h.T @ dz
        g["Ur"] += h.T @ dr
        g["Uc"] += (r * h).T @ dc
        dh = dh * z + drh * r + dz @ P["Uz"].T + dr @ P["Ur"].T
    return g


def symbols(n=30, T=5):
    r = np.random.default_rng(211)
    k = r.integers(0, IN, (n, T))
    return np.eye(IN)[k], k[:, 0]


def train(P, rounds=400, lr=0.5):
    seqs, first = symbols()
    speed = {k: 0 for k in P}
    for _ in range(rounds):
        g = unroll(P, seqs, first)
        for k in P:
            speed[k] = 0.8 * speed[k] - lr * np.clip(g[k], -1, 1)
            P[k] = P[k] + speed[k]
    return loss(P, seqs, first)


if __name__ == "__main__":
    print(train(fresh()))
