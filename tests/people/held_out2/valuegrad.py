import math
import random


class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self.prev = children
        self._back = lambda: None

    def __repr__(self):
        return f"Value({self.data}, grad={self.grad})"

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def _back():
            self.grad += out.grad
            other.grad += out.grad
        out._back = _back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def _back():
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad
        out._back = _back
        return out

    def __pow__(self, k):
        out = Value(self.data ** k, (self,))

        def _back():
            self.grad += k * self.data ** (k - 1) * out.grad
        out._back = _back
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))

        def _back():
            self.grad += (1 - t * t) * out.grad
        out._back = _back
        return out

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def backward(self):
        topo, seen = [], set()

        def build(v):
            if v not in seen:
                seen.add(v)
                for c in v.prev:
                    build(c)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._back()


# 2 inputs, 3 hidden, 1 out: 13 numbers in one list
def new_params():
    r = random.Random(6)
    return [r.uniform(-1, 1) for _ in range(13)]

def net(p, x):
    hid = [(p[3*k] * x[0] + p[3*k+1] * x[1] + p[3*k+2]).tanh() for k in range(3)]
    return (p[9] * hid[0] + p[10] * hid[1] + p[11] * hid[2] + p[12]).tanh()

xs = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
ys = [-1, 1, 1, -1]

def total(p, xs, ys):
    return sum([(net(p, x) - y) ** 2 for x, y in zip(xs, ys)])

def loss(numbers, xs, ys):
    return total([Value(n) for n in numbers], xs, ys).data

def grads(numbers, xs, ys):
    p = [Value(n) for n in numbers]
    total(p, xs, ys).backward()
    return [v.grad for v in p]

def train(steps=600, lr=0.1):
    p = new_params()
    for s in range(steps):
        g = grads(p, xs, ys)
        p = [v - lr * d for v, d in zip(p, g)]
        #print(s, loss(p, xs, ys))
    return loss(p, xs, ys)


if __name__ == "__main__":
    print(train())
