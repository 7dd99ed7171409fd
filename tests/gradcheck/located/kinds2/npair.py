import numpy as np
# N-pair embedding: anchor i goes with positive i, the other positives are negatives. + L2 on the embeddings. einsum all over
rng = np.random.default_rng(909)
W1, W2 = rng.normal(0, .5, (5, 4)), rng.normal(0, .7, (4, 3))
temp = np.array(0.4)
params = (W1, W2, temp)
data = (rng.normal(size=(4, 5)), rng.normal(size=(4, 5)))

def embed(W1, W2, x):
    z = x @ W1
    s = z / (1 + np.abs(z))       # softsign
    return z, s, s @ W2

def loss(params, anchor, positive):
    W1, W2, temp = params
    a, b = embed(W1, W2, anchor)[2], embed(W1, W2, positive)[2]
    sim = np.exp(temp) * np.einsum('id,jd->ij', a, b)
    lse = np.log(np.exp(sim).sum(1))
    return (lse - np.diag(sim)).mean() + .02 * ((a**2).sum() + (b**2).sum())

def gradients(params, anchor, positive):
    W1, W2, temp = params
    za, sa, a = embed(W1, W2, anchor)
    zb, sb, b = embed(W1, W2, positive)
    dots = np.einsum('id,jd->ij', a, b)
    p = np.exp(np.exp(temp) * dots)
    p /= p.sum(1, keepdims=True)
    dsim = (p - np.eye(len(a))) / len(a)
    dtemp = (dsim * dots).sum() * np.exp(temp)
    ddots = np.exp(temp) * dsim
    da = np.einsum('ij,jd->id', ddots, b) + .04 * a
    db = np.einsum('ij,id->jd', ddots, a) + .04 * b
    dW2 = sa.T @ da + sb.T @ db
    dza = da @ W2.T / (1 + np.abs(za))**2
    dzb = db @ W2.T / (1 + np.abs(zb))**2
    dW1 = anchor.T @ dza + positive.T @ dzb
    return dW1, dW2, dtemp
