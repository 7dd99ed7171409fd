import numpy as np

# one head, no mask. Task: give back for each position the mean of the tokens that carry the same mark

T, D, DK = 6, 5, 4


def softmax(S):
    E = np.exp(S - S.max(-1, keepdims=True))
    return E / E.sum(-1, keepdims=True)


class Head:

    def __init__(self):
        rs = np.random.RandomState(17)
        self.Wq = rs.randn(D, DK) / np.sqrt(D)
        self.Wk = rs.randn(D, DK) / np.sqrt(D)
        self.Wv = rs.randn(D, DK) / np.sqrt(D)
        self.Wo = rs.randn(DK, 3) / np.sqrt(DK)

    def forward(self, X):
        self.Q, self.K, self.V = X @ self.Wq, X @ self.Wk, X @ self.Wv
        self.A = softmax(self.Q @ self.K.T / np.sqrt(DK))
        self.Z = self.A @ self.V
        return self.Z @ self.Wo

    def loss(self, X, Y):
        return ((self.forward(X) - Y) ** 2).mean()

    def backward(self, X, Y):
        dOut = 2 * (self.forward(X) - Y) / Y.size
        dWo = self.Z.T @ dOut
        dZ = dOut @ self.Wo.T
        dA = dZ @ self.V.T
        dV = self.A.T @ dZ
        # softmax: A * (dA - sum(dA * A))
        dS = self.A * (dA - np.sum(dA * self.A, axis=0))
        dS = dS / np.sqrt(DK)
        dQ = dS @ self.K
        dK = dS.T @ self.Q
        return {'Wq': X.T @ dQ, 'Wk': X.T @ dK, 'Wv': X.T @ dV, 'Wo': dWo}


def batch(n=24):
    rs = np.random.RandomState(18)
    out = []
    for _ in range(n):
        mark = rs.randint(0, 2, T)
        val = rs.randn(T, 3)
        X = np.concatenate([val, np.eye(2)[mark] * 2], axis=1)
        Y = np.array([val[mark == m].mean(0) for m in mark])
        out.append((X, Y))
    return out


def train(head, epochs=250, lr=0.5):
    data = batch()
    for e in range(epochs):
        for X, Y in data:
            g = head.backward(X, Y)
            for k in g:
                getattr(head, k)[...] -= lr * g[k]
        # if e % 50 == 0: print(np.mean([head.loss(*d) for d in data]))
    return np.mean([head.loss(X, Y) for X, Y in data])


if __name__ == '__main__':
    print(train(Head()))
