"""Actor and critic with a common body; one trajectory at a time. a small grid of 4 x 4, goal in the corner"""
import numpy as np

rng = np.random.default_rng(27)
BETA = 0.5


class Agent:
    def __init__(self):
        self.body = rng.normal(0, .5, (16, 12))
        self.pi = rng.normal(0, .1, (12, 4))
        self.val = rng.normal(0, .1, 12)

    def think(self, s):
        h = np.tanh(self.body[s])
        z = h @ self.pi
        p = np.exp(z - z.max())
        return h, p / p.sum(), h @ self.val

    def loss(self, states, actions, returns, advantages):
        total = 0.
        for s, a, G, adv in zip(states, actions, returns, advantages):
            _, p, v = self.think(s)
            total += -np.log(p[a]) * adv + BETA * (v - G) ** 2
        return total

    def gradients(self, states, actions, returns, advantages):
        g = {n: np.zeros_like(w) for n, w in vars(self).items()}
        for s, a, G, adv in zip(states, actions, returns, advantages):
            h, p, v = self.think(s)
            dz = p * adv
            dz[a] -= adv
            dv = 2 * BETA * (v - G)
            g['pi'] += np.outer(h, dz)
            g['val'] += dv * h
            g['body'][s] += (self.pi @ dz + dv * self.val) * (1 - h ** 2)
        return g


def trajectory(agent, limit=30, gamma=.9):
    s, states, actions, rewards = 0, [], [], []
    while s != 15 and len(states) < limit:
        a = rng.choice(4, p=agent.think(s)[1])
        r, c = divmod(s, 4)
        r, c = ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))[a]
        states.append(s)
        actions.append(int(a))
        s = min(max(r, 0), 3) * 4 + min(max(c, 0), 3)
        rewards.append(1.0 if s == 15 else -0.02)
    G, returns = 0., []
    for r in rewards[::-1]:
        G = r + gamma * G
        returns.insert(0, G)
    advantages = [g - agent.think(x)[2] for g, x in zip(returns, states)]
    return states, actions, returns, advantages


def train(agent, episodes=600, lr=.1):
    lengths = []
    for e in range(episodes):
        tr = trajectory(agent)
        lengths.append(len(tr[0]))
        for n, g in agent.gradients(*tr).items():
            setattr(agent, n, getattr(agent, n) - lr * g)
    return np.mean(lengths[-50:])
