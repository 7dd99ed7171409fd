import random
import numpy as np

text = ("we are what we eat and we eat what we find so find good food and eat good food "
        "what we are is what we do and what we do is find food").split()
words = sorted(set(text))
index = {w: i for i, w in enumerate(words)}
V, N, C = len(words), 6, 2          # vocabulary, size of the vectors, words on each side

def windows():
    out = []
    for k in range(C, len(text) - C):
        around = text[k-C:k] + text[k+1:k+C+1]
        out.append(([index[w] for w in around], index[text[k]]))
    return out

def start():
    rnd = np.random.RandomState(13)
    return [rnd.uniform(-.8, .8, (V, N)), rnd.uniform(-.8, .8, (N, V))]

def forward(net, context):
    h = np.mean([net[0][c] for c in context], axis=0)
    u = h @ net[1]
    y = np.exp(u - np.max(u))
    return h, y / np.sum(y)

def loss(net, context, word):
    return float(-np.log(forward(net, context)[1][word]))

def grad(net, context, word):
    h, y = forward(net, context)
    e = y.copy()
    e[word] -= 1
    g_out = np.outer(h, e)
    EH = net[1] @ e
    g_in = np.zeros((V, N))
    for c in context:
        g_in[c] += EH
    return [g_in, g_out]

def train(net, epochs=80, eta=0.5):
    data = windows()
    random.seed(1)
    for ep in range(epochs):
        random.shuffle(data)
        for context, word in data:
            g = grad(net, context, word)
            net[0] -= eta * g[0]
            net[1] -= eta * g[1]
    return sum(loss(net, c, w) for c, w in data) / len(data)

if __name__ == '__main__':
    print('loss', train(start()), 'of', np.log(V))
