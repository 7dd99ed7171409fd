import numpy as np

LATENT = 2

class VAE:
    def __init__(self, n_in=9, n_hid=7):
        r = np.random.RandomState(290)
        x = lambda a, b: r.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b))
        self.E, self.e = x(n_in, n_hid), np.zeros(n_hid)
        self.M, self.mb = x(n_hid, LATENT), np.zeros(LATENT)
        self.S, self.sb = x(n_hid, LATENT), np.zeros(LATENT)
        self.D, self.d = x(LATENT, n_hid), np.zeros(n_hid)
        self.O, self.o = x(n_hid, n_in), np.zeros(n_in)

    def encode_decode(self, X, eps):
        self.h = np.tanh(X @ self.E + self.e)
        self.mu = self.h @ self.M + self.mb
        self.logvar = self.h @ self.S + self.sb
        self.z = self.mu + np.exp(self.logvar / 2) * eps
        self.g = np.tanh(self.z @ self.D + self.d)
        return 1 / (1 + np.exp(-(self.g @ self.O + self.o)))

    def elbo(self, X, eps):
        """the negative one, a mean over the samples"""
        out = self.encode_decode(X, eps)
        rec = -np.sum(X * np.log(out) + (1 - X) * np.log(1 - out))
        kl = -0.5 * np.sum(1 + self.logvar - self.mu ** 2 - np.exp(self.logvar))
        return (rec + kl) / len(X)

    def backward(self, X, eps):
        n = len(X)
        out = self.encode_decode(X, eps)
        do = (out - X) / n
        G = {'O': self.g.T @ do, 'o': do.sum(0)}
        dg = do @ self.O.T * (1 - self.g ** 2)
        G['D'], G['d'] = self.z.T @ dg, dg.sum(0)
        dz = dg @ self.D.T
        dmu = dz + self.mu / n
        dlv = dz * eps * 0.5 * np.exp(self.logvar / 2) - 0.5 * (1 - np.exp(self.logvar)) / n
        G['M'], G['mb'] = self.h.T @ dmu, dmu.sum(0)
        G['S'], G['sb'] = self.h.T @ dlv, dlv.sum(0)
        dh = (dmu @ self.M.T + dlv @ self.S.T) * (1 - self.h ** 2)
        G['E'], G['e'] = X.T @ dh, dh.sum(0)
        return G


def stripes():
    rows = [[1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 1, 1], [1, 0, 0, 1, 0, 0, 1, 0, 0]]
    return np.array(rows * 10, float) * 0.96 + 0.02

def noise(seed=291):
    return np.random.RandomState(seed).randn(40, LATENT)


def train(vae, its=1500, lr=0.2):
    X, r = stripes(), np.random.RandomState(292)
    for i in range(its):
        G = vae.backward(X, r.randn(40, LATENT))
        for k in G:
            vae.__dict__[k] = vae.__dict__[k] - lr * G[k]
    return vae.elbo(X, noise())


if __name__ == '__main__':
    print(VAE().elbo(stripes(), noise()), train(VAE()))
