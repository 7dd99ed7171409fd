import numpy as np

# logistic loss of the lecture: log(1 + exp(-y f(x)))
def f(w, b, X):
    return X.dot(w) + b

def loss(params, X, y):
    w, b = params
    return np.mean(np.log1p(np.exp(-y * f(w, b, X))))

def grad(params, X, y):
    w, b = params
    s = -y / (1 + np.exp(y * f(w, b, X)))
    return [X.T.dot(s) / len(y), np.mean(s)]

def read(seed=21, n=160):
    rng = np.random.RandomState(seed)
    y = rng.randint(0, 2, n)
    X = rng.randn(n, 3) + np.outer(y, [1.5, -1.0, 0.5])
    return X, y

def fit(X, y, eta=0.5, T=500):
    params = [np.zeros(X.shape[1]), 0.0]
    for t in range(T):
        g = grad(params, X, y)
        params = [params[0] - eta * g[0], params[1] - eta * g[1]]
    return params

def predict(params, X):
    return (f(params[0], params[1], X) > 0).astype(int)

if __name__ == '__main__':
    X, y = read()
    p = fit(X, y)
    print(loss(p, X, y), np.mean((predict(p, X) == 1) == (y == 1)))
