import numpy as np

# flowers-like data, 4 measurements in cm, 3 kinds

def flowers():
    rs = np.random.RandomState(110)
    kind = np.arange(75) % 3
    mean = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    return mean[kind] + rs.randn(75, 4) * [0.35, 0.3, 0.25, 0.15], kind

class Classifier:
    def __init__(self):
        rs = np.random.RandomState(111)
        self.w1 = rs.normal(0, 0.3, (4, 8))
        self.b1 = np.full(8, 0.1)
        self.w2 = rs.normal(0, 0.3, (8, 3))
        self.b2 = np.full(3, 15.0)

    def predict(self, x):
        """raw scores, the biggest one wins"""
        return np.tanh(x @ self.w1 + self.b1) @ self.w2 + self.b2

    def cross_entropy(self, x, kind):
        s = self.predict(x)
        lse = s.max(1) + np.log(np.exp(s - s.max(1)[:, None]).sum(1))
        return (lse - s[np.arange(len(kind)), kind]).mean()

    def gradient(self, x, kind):
        a = np.tanh(x @ self.w1 + self.b1)
        s = a @ self.w2 + self.b2
        q = np.exp(s - s.max(1)[:, None])
        q /= q.sum(1)[:, None]
        q[np.arange(len(kind)), kind] -= 1
        q /= len(kind)
        da = (q @ self.w2.T) * (1 - a * a)
        return {"w1": x.T @ da, "b1": da.sum(0), "w2": a.T @ q, "b2": q.sum(0)}

def fit(c, x, kind, rate=0.2, rounds=2000):
    for _ in range(rounds):
        for name, g in c.gradient(x, kind).items():
            c.__dict__[name] -= rate * g
    return (c.predict(x).argmax(1) == kind).mean()

if __name__ == "__main__":
    print(fit(Classifier(), *flowers()))
