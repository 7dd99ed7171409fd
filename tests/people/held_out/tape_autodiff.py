import math

TAPE = []

class Num:
    """a number that remembers where it came from"""
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents          # pairs (number, derivative)
        self.grad = 0.0
        TAPE.append(self)

    def __add__(self, o):
        o = lift(o)
        return Num(self.value + o.value, ((self, 1.0), (o, 1.0)))

    def __sub__(self, o):
        o = lift(o)
        return Num(self.value - o.value, ((self, 1.0), (o, -1.0)))

    def __mul__(self, o):
        o = lift(o)
        return Num(self.value * o.value, ((self, o.value), (o, self.value)))

    def tanh(self):
        t = math.tanh(self.value)
        return Num(t, ((self, 1 - t*t),))

def lift(o):
    return o if isinstance(o, Num) else Num(o)

def backpropagate(result):
    for n in TAPE:
        n.grad = 0.0
    result.grad = 1.0
    for n in reversed(TAPE):
        for parent, d in n.parents:
            parent.grad = n.grad * d

def network(w, x):
    # two tanh neurons side by side, one out
    a = (w[0] * x + w[1]).tanh()
    b = (w[2] * x + w[3]).tanh()
    return w[4] * a + w[5] * b + w[6]

def squares(w, xs, ts):
    """w are Nums, the result too"""
    total = lift(0.0)
    for x, t in zip(xs, ts):
        d = network(w, x) - t
        total = total + d * d
    return total

def value_and_gradient(weights, xs, ts):
    TAPE.clear()
    w = [Num(float(v)) for v in weights]
    s = squares(w, xs, ts)
    backpropagate(s)
    return s.value, [n.grad for n in w]

weights = [0.7, 0.1, -0.4, 0.3, 0.5, -0.6, 0]
xs = [k/4 - 1 for k in range(9)]
ts = [x*x for x in xs]

def train(weights, rate=0.05, rounds=1500):
    for _ in range(rounds):
        s, g = value_and_gradient(weights, xs, ts)
        weights = [v - rate*d for v, d in zip(weights, g)]
    return weights

if __name__ == "__main__":
    print(value_and_gradient(train(weights), xs, ts)[0])
