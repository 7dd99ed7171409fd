import numpy as np
from nn import Affine, Gelu
from terms import bernoulli, kl, reparametrise, reparametrise_back

BETA = 0.7


class Vae:
    order = ("enc", "mu", "logvar", "dec", "out")

    def __init__(self, params):
        for name in self.order:
            setattr(self, name, Affine(params[name + ".W"], params[name + ".b"]))
        self.act_enc, self.act_dec = Gelu(), Gelu()

    def encode(self, x):
        h = self.act_enc(self.enc(x))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(self.act_dec(self.dec(z)))

    def elbo(self, x, eps):
        """eps: (draws, batch, latent). The reconstruction is averaged over the draws."""
        mu, logvar = self.encode(x)
        logits = [self.decode(reparametrise(mu, logvar, e)) for e in eps]
        self.terms = [bernoulli(l, x) for l in logits]
        self.kl_terms = kl(mu, logvar)
        self.latent = mu, logvar
        return sum(t[0] for t in self.terms) / len(eps) + BETA * self.kl_terms[0]

    def backward(self, eps):
        mu, logvar = self.latent
        _, k_mu, k_logvar = self.kl_terms
        dmu, dlogvar = BETA * k_mu, BETA * k_logvar
        for (_, dlogits), e in zip(reversed(self.terms), reversed(eps)):
            dz = self.dec.pull(self.act_dec.pull(self.out.pull(dlogits / len(eps))))
            a, b = reparametrise_back(dz, logvar, e)
            dmu = dmu + a
            dlogvar = dlogvar + b
        dh = self.mu.pull(dmu) + self.logvar.pull(dlogvar)
        self.enc.pull(self.act_enc.pull(dh))

    def collect(self):
        out = {}
        for name in self.order:
            out[name + ".W"] = getattr(self, name).gW
            out[name + ".b"] = getattr(self, name).gb
        return out


def loss(params, x, eps):
    return Vae(params).elbo(x, eps)


def gradients(params, x, eps):
    vae = Vae(params)
    vae.elbo(x, eps)
    vae.backward(eps)
    return vae.collect()


rng = np.random.default_rng(70)
shapes = {"enc": (5, 6), "mu": (6, 2), "logvar": (6, 2), "dec": (2, 4), "out": (4, 5)}
params = {}
for name, (i, o) in shapes.items():
    params[name + ".W"] = rng.normal(size=(i, o)) * 0.6
    params[name + ".b"] = rng.normal(size=o) * 0.3
data = ((rng.random((7, 5)) > 0.5).astype(float), rng.normal(size=(3, 7, 2)))
