import numpy as np

# Mixture of Gaussians by gradient descent instead of EM.
# every component: mean, and a matrix B with precision = B B' (lower, log on the diagonal so it stays positive)
gen = np.random.default_rng(6)
DIM = 3
low = np.tril_indices(DIM, -1)


def chol(comp):
    B = np.diag(np.exp(comp["logdiag"]))
    B[low] = comp["lower"]
    return B


def responsibilities(params, X):
    lw = params["logits"] - np.log(np.sum(np.exp(params["logits"])))
    lp = np.zeros((len(X), len(lw)))
    for k, comp in enumerate(params["comps"]):
        z = (X - comp["mean"]) @ chol(comp)
        lp[:, k] = lw[k] + comp["logdiag"].sum() - 0.5 * (z * z).sum(1) - 0.5 * DIM * np.log(2 * np.pi)
    top = lp.max(1, keepdims=True)
    total = top[:, 0] + np.log(np.exp(lp - top).sum(1))
    return np.exp(lp - total[:, None]), total


def sample(params, k, n):
    B = chol(params["comps"][k])
    return params["comps"][k]["mean"] + gen.normal(size=(n, DIM)) @ np.linalg.inv(B)


def prior(params):
    # keeps the components from falling onto a point
    return 0.05 * sum((c["logdiag"] ** 2).sum() for c in params["comps"])


def loss(params, X, weights):
    _, total = responsibilities(params, X)
    return -(weights * total).sum() / weights.sum() + prior(params)


def gradients(params, X, weights):
    r, _ = responsibilities(params, X)
    r = r * (weights / weights.sum())[:, None]
    w = np.exp(params["logits"])
    w = w / w.sum()
    grads = {"logits": w - r.sum(0), "comps": []}
    for k, comp in enumerate(params["comps"]):
        B = chol(comp)
        diff = X - comp["mean"]
        z = diff @ B
        rz = r[:, k : k + 1] * z
        dB = diff.T @ rz
        g = {}
        g["mean"] = -(rz @ B.T).sum(0)
        g["lower"] = dB[low]
        g["logdiag"] = np.diag(dB) * np.exp(comp["logdiag"]) - r[:, k].sum()
        g["logdiag"] += 0.1 * comp["logdiag"]
        grads["comps"].append(g)
    return grads


params = {
    "logits": gen.normal(size=4) * 0.5,
    "comps": [
        {"mean": gen.normal(size=DIM), "logdiag": gen.normal(size=DIM) * 0.3, "lower": gen.normal(size=3) * 0.4} for _ in range(4)
    ],
}
data = (gen.normal(size=(14, DIM)) * 1.3, gen.uniform(0.5, 2, size=14))
