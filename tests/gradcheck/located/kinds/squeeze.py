"""Channel attention on feature maps: squeeze (global mean), excite (two small layers), scale; 1x1 convolutions around it."""

import numpy as np


class Block:
    """Keeps the forward pass in self.c, as one dictionary."""

    def forward(self, p, x):
        c = self.c = {"x": x}
        c["u"] = np.einsum("ncij,cd->ndij", x, p["w_in"])
        c["f"] = np.tanh(c["u"])
        c["sq"] = c["f"].mean(axis=(2, 3))
        c["r"] = c["sq"] @ p["w_down"] + p["b_down"]
        c["ra"] = np.log1p(np.exp(c["r"]))
        c["e"] = c["ra"] @ p["w_up"] + p["b_up"]
        c["g"] = 1 / (1 + np.exp(-c["e"]))
        c["y"] = c["f"] * c["g"][:, :, None, None]
        return np.einsum("ndij,d->nij", c["y"], p["w_out"])

    def backward(self, p, dout):
        c = self.c
        g = {}
        g["w_out"] = np.einsum("nij,ndij->d", dout, c["y"])
        dy = dout[:, None] * p["w_out"][None, :, None, None]
        df = dy * c["g"][:, :, None, None]
        dg = (dy * c["f"]).sum(axis=(2, 3))
        de = dg * c["g"] * (1 - c["g"])
        g["w_up"] = c["ra"].T @ de
        g["b_up"] = de.sum(axis=0)
        dr = (de @ p["w_up"].T) / (1 + np.exp(-c["r"]))
        g["w_down"] = c["sq"].T @ dr
        g["b_down"] = dr.sum(axis=0)
        dsq = dr @ p["w_down"].T
        height, width = c["f"].shape[2:]
        df += dsq[:, :, None, None] / (height * width)
        du = df * (1 - c["f"] ** 2)
        g["w_in"] = np.einsum("ncij,ndij->cd", c["x"], du)
        return g


block = Block()


def loss(p, x, target):
    out = block.forward(p, x)
    return 0.5 * ((out - target) ** 2).sum() / out.shape[0]


def gradients(p, x, target):
    out = block.forward(p, x)
    return block.backward(p, (out - target) / out.shape[0])


def initial(seed, c_in=2, c_mid=5, squeeze=3):
    r = np.random.default_rng(seed)
    return {
        "w_in": r.normal(size=(c_in, c_mid)),
        "w_down": r.normal(size=(c_mid, squeeze)),
        "b_down": r.normal(size=squeeze) * 0.3,
        "w_up": r.normal(size=(squeeze, c_mid)),
        "b_up": r.normal(size=c_mid) * 0.3,
        "w_out": r.normal(size=c_mid),
    }


params = initial(3)
_r = np.random.default_rng(30)
data = (_r.normal(size=(3, 2, 4, 6)) + 0.4, _r.normal(size=(3, 4, 6)))
