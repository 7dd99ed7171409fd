import numpy as np

# PPO, only the loss of one minibatch. Old log probs, advantages and returns come from the rollout and are constants
CLIP = 0.2
C_VALUE = 0.5
C_ENT = 0.03


def policy(th, obs):
    h = np.tanh(obs @ th["W"] + th["b"])
    logits = h @ th["Wpi"] + th["bpi"]
    logits = logits - logits.max(axis=1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    v = (h @ th["wv"]).ravel() + th["bv"][0]
    return h, logp, v


def loss(th, obs, act, oldlogp, adv, ret):
    h, logp, v = policy(th, obs)
    N = len(act)
    a = (adv - adv.mean()) / (adv.std() + 1e-8)
    ratio = np.exp(logp[np.arange(N), act] - oldlogp)
    surr = np.minimum(ratio * a, np.clip(ratio, 1 - CLIP, 1 + CLIP) * a)
    ent = -(np.exp(logp) * logp).sum(axis=1)
    return -surr.mean() + C_VALUE * ((v - ret) ** 2).mean() - C_ENT * ent.mean()


def gradients(th, obs, act, oldlogp, adv, ret):
    h, logp, v = policy(th, obs)
    N = len(act)
    a = (adv - adv.mean()) / (adv.std() + 1e-8)
    p = np.exp(logp)
    ratio = np.exp(logp[np.arange(N), act] - oldlogp)
    # no gradient where the clipped one is the smaller
    live = np.where(a > 0, ratio < 1 + CLIP, ratio > 1 - CLIP)
    # live = np.abs(ratio - 1) < CLIP      <- what I had before, not the same
    dlogp_act = -a * ratio * live / N
    onehot = np.zeros_like(p)
    onehot[np.arange(N), act] = 1
    dlogits = dlogp_act[:, None] * (onehot - p)
    # entropy:  dH/dlogit = -p (log p + H)
    H = -(p * logp).sum(axis=1, keepdims=True)
    dlogits += C_ENT * p * (logp + H) / N
    dv = C_VALUE * 2 * (v - ret) / N
    g = {}
    g["Wpi"] = h.T @ dlogits
    g["bpi"] = dlogits.sum(axis=0)
    g["wv"] = h.T @ dv[:, None]
    g["bv"] = np.array([dv.sum()])
    dh = dlogits @ th["Wpi"].T
    dh += dv[:, None] @ th["wv"].T
    dz = dh * (1 - h * h)
    g["W"] = obs.T @ dz
    g["b"] = dz.sum(axis=0)
    return g


rng = np.random.default_rng(55)
params = {
    "W": rng.normal(size=(4, 6)) * 0.7,
    "b": rng.normal(size=6) * 0.2,
    "Wpi": rng.normal(size=(6, 3)) * 0.8,
    "bpi": rng.normal(size=3) * 0.2,
    "wv": rng.normal(size=(6, 1)),
    "bv": np.array([0.3]),
}
obs = rng.normal(size=(12, 4))
act = rng.integers(0, 3, 12)
oldlogp = policy(params, obs)[1][np.arange(12), act] + rng.normal(size=12) * 0.25
data = (obs, act, oldlogp, rng.normal(size=12) * 2 + 0.5, rng.normal(size=12))
