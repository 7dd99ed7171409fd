import numpy as np

# logistic regression, one picture a column. Weights and bias start at zero
w = np.zeros((6, 1))
b = 0

def probability(w, b, X):
    return 1. / (1. + np.exp(-np.dot(w.T, X) - b))

def cost_and_slopes(w, b, X, Y):
    p = probability(w, b, X)
    cost = -float(np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p)))
    return cost, {"dw": np.dot(X, (p - Y).T) / Y.size, "db": np.mean(p - Y)}

def train(w, b, X, Y, rate=0.5, n=2000):
    while n:
        cost, d = cost_and_slopes(w, b, X, Y)
        w, b = w - rate * d["dw"], b - rate * d["db"]
        n -= 1
    return w, b, cost

def pictures(m=90):
    r = np.random.RandomState(33)
    Y = (r.rand(1, m) < 0.35).astype(int)
    return r.rand(6, m) * 0.6 + 0.4 * Y * r.rand(6, 1), Y

if __name__ == "__main__":
    X, Y = pictures()
    w, b, c = train(w, b, X, Y)
    print(c, b, np.mean((probability(w, b, X) > .5) == Y))
