"""Fine-tuning with batch norm in inference mode: running statistics are constants, so no path goes through them; the first
layer is frozen and only its scale and shift are trained. Torch tensors, no autograd.
"""

from collections import namedtuple

import torch

Tuned = namedtuple("Tuned", "scale shift down up")

torch.manual_seed(200)
DT = torch.float64

FROZEN = torch.randn(4, 6, dtype=DT)
RUNNING_MEAN = torch.randn(6, dtype=DT) * 0.3
RUNNING_VAR = torch.rand(6, dtype=DT) + 0.5


def normalised(x):
    return (x @ FROZEN - RUNNING_MEAN) / torch.sqrt(RUNNING_VAR + 1e-5)


def head(p, x):
    n = normalised(x)
    y = n * p.scale + p.shift
    a = torch.where(y > 0, y, 0.25 * y)
    low = a @ p.down
    return n, y, a, low, low @ p.down.T @ p.up + a @ p.up


def loss(p, x, t):
    out = head(p, x)[-1]
    # targets are soft labels; the entropy of the targets is a constant and left out
    return -(t * torch.log_softmax(out, dim=1)).sum() / len(x)


def gradients(p, x, t):
    n, y, a, low, out = head(p, x)
    # the soft labels sum to more than one: softmax is weighted by their sum
    e = (t.sum(dim=1, keepdim=True) * torch.softmax(out, dim=1) - t) / len(x)
    back = e @ p.up.T
    up = (a + low @ p.down.T).T @ e
    # down is used twice, once transposed
    down = a.T @ (back @ p.down) + back.T @ low
    da = back + back @ p.down @ p.down.T
    dy = da * (0.25 + 0.75 * (y > 0))
    return Tuned((dy * n).sum(0), dy.sum(0), down, up)


params = Tuned(
    torch.rand(6, dtype=DT) + 0.5,
    torch.randn(6, dtype=DT) * 0.3,
    torch.randn(6, 2, dtype=DT) * 0.5,
    torch.randn(6, 3, dtype=DT) * 0.5,
)
data = (torch.randn(7, 4, dtype=DT), torch.rand(7, 3, dtype=DT))
