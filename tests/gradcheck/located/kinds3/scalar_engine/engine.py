"""My own autograd, numbers only. Every Num knows from what it was made."""
import math


class Num:
    def __init__(self, val, parents=()):
        self.val = float(val)
        self.grad = 0.0
        self.parents = parents
        self.push = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.val + other.val, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.val * other.val, (self, other))

        def push():
            self.grad += other.val * out.grad
            other.grad += self.val * out.grad

        out.push = push
        return out

    def __pow__(self, k):
        out = Num(self.val**k, (self,))

        def push():
            self.grad += k * self.val ** (k - 1) * out.grad

        out.push = push
        return out

    def tanh(self):
        t = math.tanh(self.val)
        out = Num(t, (self,))

        def push():
            self.grad += (1 - t * t) * out.grad

        out.push = push
        return out

    def exp(self):
        out = Num(math.exp(self.val), (self,))

        def push():
            self.grad += out.val * out.grad

        out.push = push
        return out

    def log(self):
        out = Num(math.log(self.val), (self,))

        def push():
            self.grad += out.grad / self.val

        out.push = push
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order, done = [], set()

        def visit(n):
            if id(n) not in done:
                done.add(id(n))
                for q in n.parents:
                    visit(q)
                order.append(n)

        visit(self)
        self.grad = 1.0
        for n in reversed(order):
            n.push()
