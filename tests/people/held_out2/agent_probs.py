import numpy as np

DISCOUNT = 0.9
np.random.seed(51)


class Policy:
    """layers: tanh ... softmax"""

    def __init__(self, sizes, lr):
        self.weights = [np.random.randn(b, a) / np.sqrt(a) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]
        self.learning_rate = lr

    def feedforward(self, s):
        acts = [np.asarray(s, float)]
        for n, (W, b) in enumerate(zip(self.weights, self.biases)):
            z = W @ acts[-1] + b
            if n < len(self.weights) - 1:
                acts.append(np.tanh(z))
            else:
                z = np.exp(z - z.max())
                acts.append(z / z.sum())
        return acts

    def backpropagation(self, s, delta):
        # delta: what to change before the softmax
        acts = self.feedforward(s)
        gw, gb = [], []
        for n in reversed(range(len(self.weights))):
            gw.insert(0, np.outer(delta, acts[n]))
            gb.insert(0, delta)
            if n:
                delta = (self.weights[n].T @ delta) * (1 - acts[n] ** 2)
        return gw, gb


class Corridor:
    """five fields, start in the middle, the prize is at the right end, each step costs"""

    def reset(self):
        self.at = 2
        return self.see()

    def see(self):
        v = np.zeros(5)
        v[self.at] = 1
        return v

    def step(self, a):
        self.at += 1 if a == 1 else -1
        done = self.at in (0, 4)
        return self.see(), (1.0 if self.at == 4 else -0.1), done


def returns(rewards):
    G, out = 0.0, []
    for r in rewards[::-1]:
        G = r + DISCOUNT * G
        out.append(G)
    return out[::-1]


def episode(policy, env):
    states, actions, rewards = [], [], []
    s, done = env.reset(), False
    while not done and len(states) < 20:
        a = np.random.choice(2, p=policy.feedforward(s)[-1])
        states.append(s)
        actions.append(a)
        s, r, done = env.step(a)
        rewards.append(r)
    return states, actions, returns(rewards), sum(rewards)


# minus the expected reward, what gets smaller
def objective(policy, states, actions, G):
    return -sum(g * np.log(policy.feedforward(s)[-1][a]) for s, a, g in zip(states, actions, G))


def gradient(policy, states, actions, G):
    total_w = [np.zeros_like(w) for w in policy.weights]
    total_b = [np.zeros_like(b) for b in policy.biases]
    for s, a, g in zip(states, actions, G):
        probs = policy.feedforward(s)[-1]
        gw, gb = policy.backpropagation(s, g * probs)
        for n in range(len(gw)):
            total_w[n] += gw[n]
            total_b[n] += gb[n]
    return {'weights': total_w, 'biases': total_b}


def train(policy, episodes=600):
    env, got = Corridor(), []
    for e in range(episodes):
        states, actions, G, reward = episode(policy, env)
        g = gradient(policy, states, actions, G)
        for n in range(len(policy.weights)):
            policy.weights[n] -= policy.learning_rate * g['weights'][n]
            policy.biases[n] -= policy.learning_rate * g['biases'][n]
        got.append(reward)
    return np.mean(got[-100:])


if __name__ == '__main__':
    print('mean reward of the last 100:', train(Policy([5, 6, 2], 0.1)))
