import numpy as np

class HouseNet:
    def __init__(self, n_in, n_hidden, lr=0.05):
        g = np.random.default_rng(31)
        self.W1 = g.normal(0, 0.5, (n_in, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.W2 = g.normal(0, 0.5, (n_hidden, 1))
        self.b2 = np.zeros(1)
        self.lr = lr

    def predict(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def mse(self, X, y):
        return ((self.predict(X) - y) ** 2).mean()

    def grads(self, X, y):
        # diff = (self.predict(X) - y) / len(y)
        diff = self.predict(X) - y
        d = 2 * diff / diff.size
        d = d.sum(axis=1, keepdims=True)     # else the shapes do not fit
        dW2 = self.h.T @ d
        db2 = d.sum(axis=0)
        dh = (d @ self.W2.T) * (1 - self.h ** 2)
        return {"W1": X.T @ dh, "b1": dh.sum(axis=0), "W2": dW2, "b2": db2}

    def fit(self, X, y, epochs=1500):
        for _ in range(epochs):
            for k, v in self.grads(X, y).items():
                setattr(self, k, getattr(self, k) - self.lr * v)


def load_houses(n=80):
    g = np.random.default_rng(5)
    size, rooms, age = g.uniform(-1, 1, n), g.uniform(-1, 1, n), g.uniform(-1, 1, n)
    price = 1.5 * size + 0.5 * rooms * size - 0.8 * age
    return np.column_stack([size, rooms, age]), price


if __name__ == "__main__":
    X, y = load_houses()
    net = HouseNet(3, 12)
    net.fit(X, y)
    print("mse", net.mse(X, y))
    print(net.predict(X)[:5].ravel(), y[:5])      # always the mean??
