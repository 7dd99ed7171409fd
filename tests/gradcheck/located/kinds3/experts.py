import numpy as np

# mixture of experts, soft gate. Plus the "importance" penalty so that not one expert takes all (cv squared)
np.random.seed(9)
N_EXP = 4
W_BALANCE = 0.2


def expert(e, x):
    h = np.tanh(x @ e["w1"] + e["b1"])
    return h, h @ e["w2"] + e["b2"]


def gate(p, x):
    s = x @ p["gate"]
    s = np.exp(s - s.max(axis=1)[:, None])
    return s / s.sum(axis=1)[:, None]


def balance(G):
    imp = G.sum(axis=0)
    mean = imp.mean()
    return np.mean((imp - mean) ** 2) / mean**2


def forward(p, x):
    G = gate(p, x)
    hs, ys = [], []
    for e in p["experts"]:
        h, y = expert(e, x)
        hs.append(h)
        ys.append(y)
    Y = np.stack(ys, axis=1)  # sample, expert, output
    mix = (G[:, :, None] * Y).sum(axis=1)
    return G, hs, Y, mix


def top_expert(p, x):
    # hard routing, for the plot
    return gate(p, x).argmax(axis=1)


def loss(p, x, t):
    G, _, _, mix = forward(p, x)
    return 0.5 * ((mix - t) ** 2).sum() / len(x) + W_BALANCE * balance(G)


def gradients(p, x, t):
    G, hs, Y, mix = forward(p, x)
    n = len(x)
    dmix = (mix - t) / n
    dG = np.einsum("no,neo->ne", dmix, Y)
    # importance: the mean is n / N_EXP whatever the gate does, so it is a constant
    imp = G.sum(axis=0)
    mean = imp.mean()
    dimp = 2 * (imp - mean) / (N_EXP * mean**2)
    dG = dG + W_BALANCE * dimp
    ds = G * (dG - (G * dG).sum(axis=1)[:, None])
    out = {"gate": x.T @ ds, "experts": []}
    for k, e in enumerate(p["experts"]):
        dy = dmix * G[:, k : k + 1]
        dh = dy @ e["w2"].T
        dz = dh * (1 - hs[k] ** 2)
        out["experts"].append({"w1": x.T @ dz, "b1": dz.sum(axis=0), "w2": hs[k].T @ dy, "b2": dy.sum(axis=0)})
    return out


def new_expert():
    r = np.random.randn
    return {"w1": r(3, 5), "b1": r(5) * 0.3, "w2": r(5, 2), "b2": r(2) * 0.3}


params = {"gate": np.random.randn(3, N_EXP), "experts": [new_expert() for _ in range(N_EXP)]}
data = (np.random.randn(8, 3), np.random.randn(8, 2))
