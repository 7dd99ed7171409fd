import numpy as np

# catch the ball: it is in one of 6 columns, the paddle goes left(0) stay(1) right(2)

W = {'a': np.random.RandomState(200).randn(10, 12) / 4, 'b': np.random.RandomState(201).randn(3, 10) / 4}
decay = 0.9


def frame(ball, paddle):
    f = np.zeros(12)
    f[ball] = f[6 + paddle] = 1
    return f


def think(W, f):
    h = W['a'] @ f
    h[h < 0] = 0
    z = W['b'] @ h
    e = np.exp(z - max(z))
    return e / sum(e), h


def episode(W, rs):
    ball, paddle = rs.randint(6), rs.randint(6)
    fs, acts = [], []
    for t in range(5):
        f = frame(ball, paddle)
        p, h = think(W, f)
        a = rs.choice(3, p=p)
        paddle = min(5, max(0, paddle + a - 1))
        fs.append(f)
        acts.append(a)
    return np.array(fs), acts, (1.0 if paddle == ball else -1.0)


def steer(W, fs, acts, reward):
    """gradient of  reward * sum log p(action), to be climbed"""
    g = {k: np.zeros_like(w) for k, w in W.items()}
    for f, a in zip(fs, acts):
        p, h = think(W, f)
        d = -p
        d[a] += 1
        d = d * reward
        g['b'] += np.outer(d, h)
        dh = W['b'].T @ d
        dh[h == 0] = 0
        g['a'] += np.outer(dh, f)
    return g


def train(W, episodes=6000, rate=0.02):
    rs = np.random.RandomState(202)
    last = []
    for k in range(episodes):
        fs, acts, reward = episode(W, rs)
        g = steer(W, fs, acts, reward)
        for n in W:
            W[n] += rate * g[n]
        last.append(reward)
    return np.mean(last[-300:])


if __name__ == '__main__':
    print('mean reward', train(W))
