"""A controller with an external memory: cosine addressing sharpened by a key strength, erase and add, then read.

The memory's first content is learnt. One sequence at a time, as functions with explicit tapes.
"""

import numpy as np

SLOTS, WORD, INPUT, HIDDEN = 4, 3, 2, 5
TINY = 1e-8


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(-abs(x))) + max(x, 0.0)


def address(memory, key, strength):
    row_len = np.sqrt((memory**2).sum(axis=1) + TINY)
    key_len = np.sqrt(key @ key + TINY)
    cos = memory @ key / (row_len * key_len)
    e = np.exp(strength * (cos - cos.max()))
    return e / e.sum(), (row_len, key_len, cos)


def address_vjp(dw, w, memory, key, strength, cache):
    row_len, key_len, cos = cache
    dlogit = w * (dw - w @ dw)
    dstrength = dlogit @ cos
    dcos = dlogit * strength
    dmemory = np.outer(dcos / (row_len * key_len), key)
    dmemory -= memory * (dcos * cos / row_len**2)[:, None]
    dkey = memory.T @ (dcos / (row_len * key_len))
    dkey -= key * (dcos @ cos) / key_len**2
    return dmemory, dkey, dstrength


def controller(p, x, read):
    seen = np.concatenate([x, read])
    h = np.tanh(p["Wh"] @ seen + p["bh"])
    return seen, h, p["Wi"] @ h + p["bi"]


def step(p, x, read, memory):
    seen, h, iface = controller(p, x, read)
    key, raw_strength = iface[:WORD], iface[WORD]
    strength = 1 + softplus(raw_strength)
    erase = sigmoid(iface[WORD + 1 : 2 * WORD + 1])
    add = np.tanh(iface[2 * WORD + 1 :])
    w, cache = address(memory, key, strength)
    new = memory * (1 - np.outer(w, erase)) + np.outer(w, add)
    out = new.T @ w
    return out, new, (seen, h, key, raw_strength, strength, erase, add, w, cache, memory, new)


def run(p, sequence):
    memory, read = p["M0"], np.zeros(WORD)
    tape, reads = [], []
    for x in sequence:
        read, memory, record = step(p, x, read, memory)
        tape.append(record)
        reads.append(read)
    return np.array(reads), tape


def loss(p, sequences, targets):
    total = 0.0
    for seq, target in zip(sequences, targets):
        reads, _ = run(p, seq)
        total += 0.5 * ((reads @ p["Wy"] - target) ** 2).sum() / len(seq)
    return total / len(sequences)


def gradients(p, sequences, targets):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    for seq, target in zip(sequences, targets):
        reads, tape = run(p, seq)
        dy = (reads @ p["Wy"] - target) / (len(seq) * len(sequences))
        g["Wy"] += reads.T @ dy
        dreads = dy @ p["Wy"].T
        dread_next = np.zeros(WORD)
        dmemory = np.zeros((SLOTS, WORD))
        for t in range(len(seq) - 1, -1, -1):
            seen, h, key, raw_strength, strength, erase, add, w, cache, old, new = tape[t]
            dread = dreads[t] + dread_next
            dnew = dmemory + np.outer(w, dread)
            dw = new @ dread
            dw += (dnew * (add - old * erase)).sum(axis=1)
            dadd = w @ dnew
            derase = -w @ (dnew * old)
            dold, dkey, dstrength = address_vjp(dw, w, old, key, strength, cache)
            dmemory = dold + dnew * (1 - np.outer(w, erase))

            diface = np.zeros(len(p["bi"]))
            diface[:WORD] = dkey
            diface[WORD] = dstrength * sigmoid(raw_strength)
            diface[WORD + 1 : 2 * WORD + 1] = derase * erase * (1 - erase)
            diface[2 * WORD + 1 :] = dadd * (1 - add**2)
            g["Wi"] += np.outer(diface, h)
            g["bi"] += diface
            dpre = (p["Wi"].T @ diface) * (1 - h**2)
            g["Wh"] += np.outer(dpre, seen)
            g["bh"] += dpre
            dread_next = (p["Wh"].T @ dpre)[INPUT:]
        g["M0"] += dmemory
    return g


_r = np.random.default_rng(512)
params = {
    "M0": _r.normal(size=(SLOTS, WORD)),
    "Wh": _r.normal(size=(HIDDEN, INPUT + WORD)) * 0.8,
    "bh": _r.normal(size=HIDDEN) * 0.2,
    "Wi": _r.normal(size=(3 * WORD + 1, HIDDEN)) * 0.8,
    "bi": _r.normal(size=3 * WORD + 1) * 0.3,
    "Wy": _r.normal(size=(WORD, 2)),
}
data = ([_r.normal(size=(n, INPUT)) for n in (3, 4)], [_r.normal(size=(n, 2)) for n in (3, 4)])
