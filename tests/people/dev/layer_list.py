import numpy as np

class Affine:
    def __init__(self, n, k, rng):
        self.w = rng.randn(k, n) / np.sqrt(n)
        self.b = 0.1 * rng.randn(k, 1)

    def go(self, x):
        self.x = x
        return self.w @ x + self.b

    def back(self, g, rate):
        down = self.w.T @ g     # first this, then change w
        self.w -= rate * g @ self.x.T
        self.b -= rate * g
        return down

class Squash:
    def go(self, x):
        self.y = np.tanh(x)
        return self.y

    def back(self, g, rate):
        return (1 - self.y ** 2) * g

def through(stack, x):
    for part in stack:
        x = part.go(x)
    return x

def badness(t, y):
    return ((t - y) ** 2).mean()

def one_sample(stack, x, t, rate=0.1):
    y = through(stack, x)
    g = 2 / t.size * (y - t)
    for part in stack[::-1]:
        g = part.back(g, rate)

def build(seed=180):
    rng = np.random.RandomState(seed)
    return [Affine(2, 5, rng), Squash(), Affine(5, 3, rng), Squash(), Affine(3, 2, rng), Squash()]

corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])[:, :, None]
xor_and = np.array([[0, 0], [1, 0], [1, 0], [0, 0.9]])[:, :, None]

def train(stack, epochs=3000):
    for e in range(epochs):
        for x, t in zip(corners, xor_and):
            one_sample(stack, x, t)
    return np.mean([badness(t, through(stack, x)) for x, t in zip(corners, xor_and)])

if __name__ == "__main__":
    print(train(build()))
