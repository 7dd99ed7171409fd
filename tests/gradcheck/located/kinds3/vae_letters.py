import numpy as np

np.random.seed(66)
BETA = 0.7
L = 2  # draws of z per picture
warm = 1.0  # KL annealing, switched off


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class VAE:
    def encode(self, w, x):
        self.h = np.tanh(x @ w["We"] + w["be"])
        self.mu = self.h @ w["Wmu"] + w["bmu"]
        self.logvar = self.h @ w["Wlv"] + w["blv"]

    def decode(self, w, eps):
        # eps: (L, n, latent)
        self.std = np.exp(self.logvar / 2)
        self.z = self.mu + self.std * eps
        self.hd = np.tanh(self.z @ w["Wd"] + w["bd"])
        self.xr = sigmoid(self.hd @ w["Wx"] + w["bx"])

    def elbo(self, w, x, eps):
        self.encode(w, x)
        self.decode(w, eps)
        rec = -(x * np.log(self.xr) + (1 - x) * np.log(1 - self.xr)).sum() / L
        kl = -0.5 * np.sum(1 + self.logvar - self.mu**2 - np.exp(self.logvar))
        return (rec + BETA * kl) / len(x)

    def grad(self, w, x, eps):
        self.encode(w, x)
        self.decode(w, eps)
        n = len(x)
        g = {}
        # decoder
        d = (self.xr - x) / (n * L)
        g["Wx"] = np.einsum("lnh,lnx->hx", self.hd, d)
        g["bx"] = d.sum((0, 1))
        d = (d @ w["Wx"].T) * (1 - self.hd**2)
        g["Wd"] = np.einsum("lnz,lnh->zh", self.z, d)
        g["bd"] = d.sum((0, 1))
        dz = d @ w["Wd"].T
        # reparametrisation
        dmu = dz.sum(0)
        dlv = (dz * eps).sum(0) * self.std * 0.5
        # the KL term (per picture, hence the n; took me an evening)
        dmu += BETA * self.mu / n
        dlv += BETA * 0.5 * (np.exp(self.logvar) - 1) / n
        # encoder
        g["Wmu"] = self.h.T @ dmu
        g["bmu"] = dmu.sum(0)
        g["Wlv"] = self.h.T @ dlv
        g["blv"] = dlv.sum(0)
        dh = dmu @ w["Wmu"].T + dlv @ w["Wlv"].T
        dh *= 1 - self.h**2
        g["We"] = x.T @ dh
        g["be"] = dh.sum(0)
        return g


vae = VAE()
loss, gradients = vae.elbo, vae.grad
r = np.random.randn
params = {"We": r(7, 5) * 0.5, "be": r(5) * 0.2, "Wmu": r(5, 3) * 0.6, "bmu": r(3) * 0.2, "Wlv": r(5, 3) * 0.5, "blv": r(3) * 0.2}
params.update({"Wd": r(3, 4) * 0.8, "bd": r(4) * 0.2, "Wx": r(4, 7) * 0.8, "bx": r(7) * 0.2})
data = ((np.random.rand(6, 7) > 0.5).astype(float), r(L, 6, 3))
