"""Policy gradient on a corridor: start in the middle, +1 at the right end, -1 at the left end."""
import numpy as np

N = 7
patience = 0.95
rate = 0.05


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def one_hot(s):
    v = np.zeros(N)
    v[s] = 1.0
    return v


class Agent:
    def __init__(self, seed=0):
        r = np.random.RandomState(seed)
        self.net = {'W1': r.randn(8, N) / np.sqrt(N), 'W2': r.randn(2, 8) / np.sqrt(8)}
        self.rand = r

    def think(self, x):
        h = np.tanh(self.net['W1'] @ x)
        return softmax(self.net['W2'] @ h), h

    def play(self):
        s, xs, moves, rewards = N // 2, [], [], []
        while 0 < s < N - 1 and len(xs) < 50:
            x = one_hot(s)
            p, _ = self.think(x)
            a = self.rand.choice(2, p=p)
            s += 1 if a == 1 else -1
            xs.append(x)
            moves.append(a)
            rewards.append(1.0 if s == N - 1 else (-1.0 if s == 0 else 0.0))
        return np.array(xs), np.array(moves), np.array(rewards)

    def blame(self, xs, moves, worths):
        g = {k: np.zeros_like(v) for k, v in self.net.items()}
        for x, a, worth in zip(xs, moves, worths):
            p, h = self.think(x)
            push = p.copy()
            push[a] -= 1
            push *= worth
            g['W2'] += np.outer(push, h)
            dh = self.net['W2'].T @ push * (1 - h * h)
            g['W1'] += np.outer(dh, x)
        return g

    def train(self, episodes=400):
        wins = []
        for ep in range(episodes):
            xs, moves, r = self.play()
            R = later_reward(r)
            g = self.blame(xs, moves, R)
            for k in self.net:
                self.net[k] += rate * g[k]   # gradient ascent on the reward
            wins.append(r.sum() > 0)
        return np.mean(wins[-50:])


def later_reward(r):
    out, total = np.zeros_like(r), 0.0
    for t in reversed(range(len(r))):
        total = r[t] + patience * total
        out[t] = total
    return out


if __name__ == "__main__":
    print("won", Agent().train())
