"""Policy gradient on a corridor: start in the middle, +1 at the right end, -1 at the left end."""
import numpy as np

N = 7
gamma = 0.95
learning_rate = 0.05


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
        self.model = {'W1': r.randn(8, N) / np.sqrt(N), 'W2': r.randn(2, 8) / np.sqrt(8)}
        self.rand = r

    def policy_forward(self, x):
        h = np.tanh(self.model['W1'] @ x)
        return softmax(self.model['W2'] @ h), h

    def play(self):
        s, xs, acts, rewards = N // 2, [], [], []
        while 0 < s < N - 1 and len(xs) < 50:
            x = one_hot(s)
            p, _ = self.policy_forward(x)
            a = self.rand.choice(2, p=p)
            s += 1 if a == 1 else -1
            xs.append(x)
            acts.append(a)
            rewards.append(1.0 if s == N - 1 else (-1.0 if s == 0 else 0.0))
        return np.array(xs), np.array(acts), np.array(rewards)

    def policy_backward(self, xs, acts, advantage):
        g = {k: np.zeros_like(v) for k, v in self.model.items()}
        for x, a, adv in zip(xs, acts, advantage):
            p, h = self.policy_forward(x)
            dlogits = p.copy()
            dlogits[a] -= 1
            dlogits *= adv
            g['W2'] += np.outer(dlogits, h)
            dh = self.model['W2'].T @ dlogits * (1 - h * h)
            g['W1'] += np.outer(dh, x)
        return g

    def train(self, episodes=400):
        wins = []
        for ep in range(episodes):
            xs, acts, r = self.play()
            R = discount(r)
            g = self.policy_backward(xs, acts, R)
            for k in self.model:
                self.model[k] += learning_rate * g[k]   # gradient ascent on the reward
            wins.append(r.sum() > 0)
        return np.mean(wins[-50:])


def discount(r):
    out, run = np.zeros_like(r), 0.0
    for t in reversed(range(len(r))):
        run = r[t] + gamma * run
        out[t] = run
    return out


if __name__ == "__main__":
    print("won", Agent().train())
