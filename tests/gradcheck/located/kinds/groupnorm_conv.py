"""1-D convolution, group normalisation, ELU, mean over time; torch tensors, derivatives by hand."""

import torch

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)

N, CIN, COUT, T, GROUPS, K, CLASSES = 3, 2, 6, 8, 2, 3, 4
eps = 1e-5


class GroupNorm:
    def __init__(self, groups):
        self.groups = groups

    def __call__(self, x, gamma, beta):
        n, c, t = x.shape
        xg = x.reshape(n, self.groups, -1)
        mean = xg.mean(dim=2, keepdim=True)
        var = xg.var(dim=2, keepdim=True, unbiased=False)
        self.istd = 1.0 / torch.sqrt(var + eps)
        self.xhat = ((xg - mean) * self.istd).reshape(n, c, t)
        return self.xhat * gamma[None, :, None] + beta[None, :, None]

    def back(self, dy, gamma):
        n, c, t = dy.shape
        dgamma = (dy * self.xhat).sum(dim=(0, 2))
        dbeta = dy.sum(dim=(0, 2))
        dxhat = (dy * gamma[None, :, None]).reshape(n, self.groups, -1)
        xhat = self.xhat.reshape(n, self.groups, -1)
        size = dxhat.shape[2]
        dx = dxhat - dxhat.sum(dim=2, keepdim=True) / size - xhat * (dxhat * xhat).sum(dim=2, keepdim=True) / size
        return (dx * self.istd).reshape(n, c, t), dgamma, dbeta


norm = GroupNorm(GROUPS)


def windows(x):
    return x.unfold(2, K, 1)  # (n, c, t', k)


def forward(p, x):
    z = torch.einsum("nctk,ock->not", windows(x), p["filters"])
    y = norm(z, p["gamma"], p["beta"])
    a = torch.where(y > 0, y, torch.expm1(y))
    pooled = a.mean(dim=2)
    return z, y, a, pooled, pooled @ p["W"].T + p["b"]


def loss(p, x, y):
    scores = forward(p, x)[-1]
    return (torch.logsumexp(scores, dim=1) - scores[torch.arange(len(y)), y]).mean()


def gradients(p, x, labels):
    z, y, a, pooled, scores = forward(p, x)
    delta = torch.softmax(scores, dim=1)
    delta[torch.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)

    gW = delta.T @ pooled
    gb = delta.sum(dim=0)
    dpooled = delta @ p["W"]
    da = dpooled[:, :, None].expand_as(a) / a.shape[2]
    # the derivative of expm1 is exp
    dy = da * torch.where(y > 0, torch.ones_like(y), torch.exp(y))
    dz, ggamma, gbeta = norm.back(dy, p["gamma"])
    gfilters = torch.einsum("not,nctk->ock", dz, windows(x))
    return {"filters": gfilters, "gamma": ggamma, "beta": gbeta, "W": gW, "b": gb}


params = {
    "filters": torch.randn(COUT, CIN, K),
    "gamma": torch.rand(COUT) + 0.5,
    "beta": torch.randn(COUT) * 0.3,
    "W": torch.randn(CLASSES, COUT),
    "b": torch.randn(CLASSES) * 0.1,
}
data = (torch.randn(N, CIN, T) * 1.5, torch.tensor([3, 0, 2]))
