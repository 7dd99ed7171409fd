"""Global attention, 'general' score: a query state over memories, then tanh([context; query] Wc)."""
import numpy as np

rs = np.random.RandomState(55)
params = {
    'Wa': rs.randn(4, 3) * .5,
    'Wc': rs.randn(3 + 4, 5) * .5,
    'Wo': rs.randn(5, 2) * .8,
    'M': rs.randn(3, 3) * .5,
}
memory = rs.randn(2, 6, 3)     # batch, slots, features
lengths = np.array([6, 4])
query = rs.randn(2, 4)
wanted = rs.randn(2, 2)
data = (memory, lengths, query, wanted)


def attend(P, memory, lengths, query):
    keys = memory @ P['M']
    raw = np.einsum('bd,dk,bsk->bs', query, P['Wa'], keys)
    mask = np.arange(memory.shape[1])[None] < lengths[:, None]
    raw = np.where(mask, raw, -1e9)
    w = np.exp(raw - raw.max(axis=1, keepdims=True))
    w /= w.sum(axis=1, keepdims=True)
    ctx = np.einsum('bs,bsk->bk', w, keys)
    cat = np.concatenate([ctx, query], 1)
    att = np.tanh(cat @ P['Wc'])
    return keys, w, cat, att, att @ P['Wo']


def loss(P, memory, lengths, query, wanted):
    out = attend(P, memory, lengths, query)[-1]
    return np.sqrt(((out - wanted) ** 2).mean())


def gradients(P, memory, lengths, query, wanted):
    keys, w, cat, att, out = attend(P, memory, lengths, query)
    diff = out - wanted
    rmse = np.sqrt((diff ** 2).mean())
    dout = diff / (diff.size * rmse)
    dWo = att.T @ dout
    dpre = (dout @ P['Wo'].T) * (1 - att ** 2)
    dWc = cat.T @ dpre
    dctx = (dpre @ P['Wc'].T)[:, :3]
    dw = np.einsum('bk,bsk->bs', dctx, keys)
    draw = w * (dw - (w * dw).sum(axis=1, keepdims=True))
    dWa = np.einsum('bd,bs,bsk->dk', query, draw, keys)
    q = query @ P['Wa']
    dkeys = w[:, :, None] * dctx[:, None, :] + draw[:, :, None] * q[:, None, :]
    dM = np.einsum('bsi,bsk->ik', memory, dkeys)
    return {'Wa': dWa, 'Wc': dWc, 'Wo': dWo, 'M': dM}
