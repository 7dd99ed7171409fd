"""Graph attention with an edge list, in torch without autograd: softmax over the incoming edges of each node."""

import torch

torch.manual_seed(44)
f64 = torch.float64

N, F, D = 6, 3, 4
src = torch.tensor([0, 1, 2, 2, 3, 4, 5, 0, 5, 1, 3, 4])
dst = torch.tensor([1, 0, 1, 3, 2, 3, 4, 5, 2, 4, 5, 0])


def leaky(x):
    return torch.where(x > 0, x, 0.2 * x)


def segment_softmax(score):
    top = torch.full((N,), -torch.inf, dtype=f64).scatter_reduce(0, dst, score, "amax")
    e = torch.exp(score - top[dst])
    total = torch.zeros(N, dtype=f64).index_add(0, dst, e)
    return e / total[dst]


def attend(p, x):
    h = x @ p["W"]
    raw = h[src] @ p["a_src"] + h[dst] @ p["a_dst"]
    alpha = segment_softmax(leaky(raw))
    mixed = torch.zeros(N, D, dtype=f64).index_add(0, dst, alpha[:, None] * h[src])
    out = torch.tanh(mixed + p["b"])
    return h, raw, alpha, out


def loss(p, x, y):
    out = attend(p, x)[-1]
    return 0.5 * ((out @ p["v"] - y) ** 2).sum() / N


def gradients(p, x, y):
    h, raw, alpha, out = attend(p, x)
    delta = (out @ p["v"] - y) / N
    gv = out.T @ delta
    dmixed = torch.outer(delta, p["v"]) * (1 - out**2)
    gb = dmixed.sum(0)

    # the messages
    on_edge = dmixed[dst]
    dalpha = (on_edge * h[src]).sum(1)
    dh = torch.zeros_like(h).index_add(0, src, alpha[:, None] * on_edge)

    # the softmax of each node
    mean = torch.zeros(N, dtype=f64).index_add(0, dst, alpha * dalpha)
    dscore = alpha * (dalpha - mean[dst])
    draw = dscore * torch.where(raw > 0, 1.0, 0.2)
    ga_src = h[src].T @ draw
    ga_dst = h[dst].T @ draw
    dh.index_add_(0, src, torch.outer(draw, p["a_src"]))
    dh.index_add_(0, dst, torch.outer(draw, p["a_dst"]))
    gW = x.T @ dh
    return dict(W=gW, a_src=ga_src, a_dst=ga_dst, b=gb, v=gv)


params = dict(
    W=torch.randn(F, D, dtype=f64),
    a_src=torch.randn(D, dtype=f64),
    a_dst=torch.randn(D, dtype=f64),
    b=torch.randn(D, dtype=f64) * 0.2,
    v=torch.randn(D, dtype=f64),
)
data = (torch.randn(N, F, dtype=f64), torch.randn(N, dtype=f64))
