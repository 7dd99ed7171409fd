# reverse mode with a tape of lambdas. Everything is an index into two lists: val and adj
from math import exp, log

val, adj, tape = [], [], []

def new(v):
    val.append(v)
    adj.append(0.0)
    return len(val) - 1

def plus(i, j):
    k = new(val[i] + val[j])
    def back():
        adj[i] += adj[k]
        adj[j] += adj[k]
    tape.append(back)
    return k

def times(i, j):
    k = new(val[i] * val[j])
    def back():
        adj[i] += val[j] * adj[k]
        adj[j] += val[i] * adj[k]
    tape.append(back)
    return k

def unary(i, f, slope):
    k = new(f(val[i]))
    def back():
        adj[i] += slope(val[i], val[k]) * adj[k]
    tape.append(back)
    return k

def softplus(i): return unary(i, lambda x: log(1 + exp(x)), lambda x, y: 1 - exp(-y))
def negate(i): return unary(i, lambda x: -x, lambda x, y: -1.0)

def network(w, x1, x2):
    "2 - 4 - 1, w: 17 indices"
    total = w[16]
    for u in range(4):
        z = plus(plus(times(w[3*u], x1), times(w[3*u+1], x2)), w[3*u+2])
        total = plus(total, times(w[12+u], softplus(z)))
    return total

def build(weights, data):
    del val[:], adj[:], tape[:]
    w = [new(v) for v in weights]
    s = new(0.0)
    for a, b, yes in data:
        o = network(w, new(a), new(b))
        # -log p  or  -log(1 - p)
        s = plus(s, softplus(negate(o) if yes else o))
    return w, times(s, new(1 / len(data)))

def loss(weights, data):
    return val[build(weights, data)[1]]

def grad(weights, data):
    w, top = build(weights, data)
    adj[top] = 1.0
    for back in reversed(tape):
        back()
    return [adj[i] for i in w]

xor = [(0., 0., False), (0., 1., True), (1., 0., True), (1., 1., False)]
start = [.9, -.8, .1, -.7, 1.1, .2, .5, .6, -.3, -.4, -.9, .35, .8, .7, -.6, -.5, .05]

def train(rate=1.0, rounds=1000):
    w = list(start)
    for _ in range(rounds):
        for k, g in enumerate(grad(w, xor)):
            w[k] -= rate * g
    return loss(w, xor)

if __name__ == '__main__':
    print(train())
