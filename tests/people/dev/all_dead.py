import numpy as np

def pictures():
    """6x6 grey pictures (0..255): a bright square in one of the four corners"""
    rs = np.random.RandomState(30)
    y = np.arange(80) % 4
    X = rs.randint(0, 90, (80, 6, 6))
    for k in range(80):
        r, c = divmod(y[k], 2)
        X[k, 3*r:3*r+3, 3*c:3*c+3] += rs.randint(60, 165, (3, 3))
    return X.reshape(80, 36), y

def new_weights(n0, n1, n2):
    np.random.seed(3)
    return {"W1": np.random.randn(n1, n0) * 0.1, "b1": np.zeros((n1, 1)),
            "W2": np.random.randn(n2, n1) * 0.1, "b2": np.zeros((n2, 1))}

def relu(Z):
    return np.maximum(0, Z)

def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)

def forwards(par, X):
    Z1 = par["W1"] @ X.T + par["b1"]
    A1 = relu(Z1)
    A2 = softmax(par["W2"] @ A1 + par["b2"])
    return A2, (Z1, A1)

def price(par, X, y):
    A2, _ = forwards(par, X)
    return -np.mean(np.log(A2[y, np.arange(len(y))] + 1e-300))

def backwards(par, X, y):
    A2, (Z1, A1) = forwards(par, X)
    m = len(y)
    dZ2 = A2.copy()
    dZ2[y, np.arange(m)] -= 1
    dA1 = par["W2"].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    grads = {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
             "dW1": dZ1 @ X / m, "db1": dZ1.sum(axis=1, keepdims=True) / m, "dA1": dA1, "dZ1": dZ1}
    return grads

def walk(par, grads, rate):
    for k in par:
        par[k] = par[k] - rate * grads["d" + k]
    return par

def everything(X, y, n1=12, rounds=800, rate=0.3):
    par = new_weights(X.shape[1], n1, 4)
    for i in range(rounds):
        grads = backwards(par, X, y)
        par = walk(par, grads, rate)
    return np.mean(forwards(par, X)[0].argmax(axis=0) == y)

if __name__ == "__main__":
    X, y = pictures()
    print(everything(X, y))
