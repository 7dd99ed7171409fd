import numpy as np

# encoder RNN -> decoder RNN (teacher forcing), embeddings shared by both and tied to the output

rand = np.random.RandomState(3).randn
V, D = 6, 5
BOS = 0

model = {
    'E': rand(V, D) * 0.6,
    'We': rand(D, D) * 0.4,
    'Wd': rand(D, D) * 0.4,
    'be': rand(D) * 0.1,
    'bd': rand(D) * 0.1,
    'bias_v': rand(V) * 0.1,
}
params = model
data = ([1, 4, 2, 4], [3, 3, 5, 1, 2])


def encode(m, src):
    hs = [np.zeros(D)]
    for w in src:
        hs.append(np.tanh(m['E'][w] + m['We'] @ hs[-1] + m['be']))
    return hs


def decode(m, h, tgt):
    states, probs = [h], []
    prev = BOS
    for w in tgt:
        h = np.tanh(m['E'][prev] + m['Wd'] @ h + m['bd'])
        z = m['E'] @ h + m['bias_v']
        z = np.exp(z - z.max())
        states.append(h)
        probs.append(z / z.sum())
        prev = w
    return states, probs


def loss(m, src, tgt):
    _, probs = decode(m, encode(m, src)[-1], tgt)
    return -sum(np.log(q[w]) for q, w in zip(probs, tgt)) / len(tgt)


def gradients(m, src, tgt):
    enc = encode(m, src)
    dec, probs = decode(m, enc[-1], tgt)
    g = {k: np.zeros_like(v) for k, v in m.items()}
    dh = np.zeros(D)
    for t in range(len(tgt) - 1, -1, -1):
        dz = probs[t].copy()
        dz[tgt[t]] -= 1
        dz /= len(tgt)
        g['bias_v'] += dz
        g['E'] += np.outer(dz, dec[t + 1])
        dh = dh + m['E'].T @ dz
        da = dh * (1 - dec[t + 1] ** 2)
        g['bd'] += da
        g['Wd'] += np.outer(da, dec[t])
        inp = tgt[t - 1] if t > 0 else BOS
        g['E'][inp] += da
        dh = m['Wd'].T @ da
    for t in range(len(src) - 1, -1, -1):
        da = dh * (1 - enc[t + 1] ** 2)
        g['be'] += da
        g['We'] += np.outer(da, enc[t])
        g['E'][src[t]] += da
        dh = m['We'].T @ da
    return g
