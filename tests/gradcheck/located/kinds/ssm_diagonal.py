"""Diagonal linear state space layer: x_{t+1} = a x_t + B u_t, y = C x + D u, then a GLU; decay a = exp(-exp(log_rate))."""

import torch

_g = torch.Generator().manual_seed(17)


def randn(*shape):
    return torch.randn(*shape, generator=_g, dtype=torch.float64)


N_IN, N_STATE, N_OUT = 2, 5, 3


def forward(w, u):
    decay = torch.exp(-torch.exp(w["log_rate"]))
    b, T, _ = u.shape
    states = torch.zeros(b, T + 1, N_STATE, dtype=u.dtype)
    for t in range(T):
        states[:, t + 1] = decay * states[:, t] + u[:, t] @ w["B"]
    y = states[:, 1:] @ w["C"] + u @ w["D"]
    gate = torch.sigmoid(y @ w["G"] + w["gb"])
    return decay, states, y, gate, y * gate


def loss(w, u, target):
    out = forward(w, u)[-1]
    # only the second half of the sequence counts, the state has to settle first
    settle = u.shape[1] // 2
    return ((out[:, settle:] - target[:, settle:]) ** 2).mean()


def gradients(w, u, target):
    decay, states, y, gate, out = forward(w, u)
    b, T, _ = u.shape
    settle = T // 2
    dout = torch.zeros_like(out)
    dout[:, settle:] = 2 * (out[:, settle:] - target[:, settle:])
    dout /= b * (T - settle) * N_OUT

    dgate = dout * y * gate * (1 - gate)
    dy = dout * gate + dgate @ w["G"].T
    grads = {
        "G": torch.einsum("bti,btj->ij", y, dgate),
        "gb": dgate.sum(dim=(0, 1)),
        "C": torch.einsum("bts,bto->so", states[:, 1:], dy),
        "D": torch.einsum("bti,bto->io", u, dy),
        "B": torch.zeros_like(w["B"]),
    }
    from_output = dy @ w["C"].T
    ddecay = torch.zeros_like(decay)
    dx = torch.zeros(b, N_STATE, dtype=u.dtype)
    for t in range(T - 1, -1, -1):
        dx = dx + from_output[:, t]
        ddecay += (dx * states[:, t]).sum(0)
        grads["B"] += u[:, t].T @ dx
        dx = dx * decay
    # decay = exp(-rate), rate = exp(log_rate)
    rate = torch.exp(w["log_rate"])
    grads["log_rate"] = -ddecay * decay * rate
    return {k: grads[k] for k in w}


params = {
    "log_rate": randn(N_STATE) * 0.5 - 0.5,
    "B": randn(N_IN, N_STATE),
    "C": randn(N_STATE, N_OUT) * 0.6,
    "D": randn(N_IN, N_OUT) * 0.3,
    "G": randn(N_OUT, N_OUT) * 0.6,
    "gb": randn(N_OUT) * 0.1,
}
data = (randn(4, 7, N_IN), randn(4, 7, N_OUT))
