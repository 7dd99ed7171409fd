"""A small reverse-mode engine on arrays, and a classifier on top of it."""
import numpy as np


def unbroadcast(g, shape):
    # undo what numpy did when it stretched an operand
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for ax, n in enumerate(shape):
        if n == 1:
            g = g.sum(axis=ax, keepdims=True)
    return g


class Tensor:
    def __init__(self, value, parents=()):
        self.value = np.asarray(value, dtype=float)
        self.grad = np.zeros_like(self.value)
        self.parents = parents
        self._push = lambda: None

    def __add__(self, other):
        other = wrap(other)
        out = Tensor(self.value + other.value, (self, other))

        def push():
            self.grad += unbroadcast(out.grad, self.value.shape)
            other.grad += unbroadcast(out.grad, other.value.shape)
        out._push = push
        return out

    def __mul__(self, other):
        other = wrap(other)
        out = Tensor(self.value * other.value, (self, other))

        def push():
            self.grad += unbroadcast(out.grad * other.value, self.value.shape)
            other.grad += unbroadcast(out.grad * self.value, other.value.shape)
        out._push = push
        return out

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-wrap(other))

    def __matmul__(self, other):
        out = Tensor(self.value @ other.value, (self, other))

        def push():
            self.grad += out.grad @ other.value.T
            other.grad += self.value.T @ out.grad
        out._push = push
        return out

    def tanh(self):
        t = np.tanh(self.value)
        out = Tensor(t, (self,))

        def push():
            self.grad += (1 - t * t) * out.grad
        out._push = push
        return out

    def exp(self):
        out = Tensor(np.exp(self.value), (self,))

        def push():
            self.grad += out.value * out.grad
        out._push = push
        return out

    def log(self):
        out = Tensor(np.log(self.value), (self,))

        def push():
            self.grad += out.grad / self.value
        out._push = push
        return out

    def sum(self, axis=None, keepdims=False):
        out = Tensor(self.value.sum(axis=axis, keepdims=keepdims), (self,))

        def push():
            g = out.grad
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            self.grad += np.broadcast_to(g, self.value.shape)
        out._push = push
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) in seen:
                return
            seen.add(id(node))
            for p in node.parents:
                visit(p)
            order.append(node)

        visit(self)
        self.grad = np.ones_like(self.value)
        for node in reversed(order):
            node._push()


def wrap(x):
    return x if isinstance(x, Tensor) else Tensor(x)


def cross_entropy(logits, onehot):
    lse = logits.exp().sum(axis=1, keepdims=True).log()
    return (lse - logits) * onehot


def build(leaves, X, onehot):
    h = (wrap(X) @ leaves["W1"] + leaves["b1"]).tanh()
    z = h @ leaves["W2"] + leaves["b2"]
    penalty = (leaves["W1"] * leaves["W1"]).sum() + (leaves["W2"] * leaves["W2"]).sum()
    return cross_entropy(z, onehot).sum() * (1.0 / len(X)) + penalty * 0.05


def loss(params, X, onehot):
    return float(build({k: Tensor(v) for k, v in params.items()}, X, onehot).value)


def gradients(params, X, onehot):
    leaves = {k: Tensor(v) for k, v in params.items()}
    build(leaves, X, onehot).backward()
    return {k: leaf.grad for k, leaf in leaves.items()}


_r = np.random.RandomState(11)
params = {
    "W1": _r.randn(5, 4) * 0.5,
    "b1": _r.randn(1, 4) * 0.1,
    "W2": _r.randn(4, 3) * 0.6,
    "b2": _r.randn(1, 3) * 0.1,
}
data = (_r.randn(7, 5), np.eye(3)[_r.randint(0, 3, 7)])
