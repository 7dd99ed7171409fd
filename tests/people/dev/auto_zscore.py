# Autoencoder 6 -> 3 -> 6 for anomaly detection
import numpy as np

def get_data():
    rs = np.random.RandomState(21)
    latent = rs.rand(90, 2)
    raw = latent @ rs.rand(2, 6) * [1, 10, 100, 5, 50, 2] + rs.rand(90, 6) * [.02, .2, 2, .1, 1, .04]
    return (raw - raw.mean(axis=0)) / raw.std(axis=0)

def sigm(x): return 1/(1+np.exp(-x))

def new_weights():
    rs = np.random.RandomState(22)
    return dict(We=rs.normal(0, .5, (6, 3)), be=np.zeros(3), Wd=rs.normal(0, .5, (3, 6)), bd=np.zeros(6))

def reconstruct(w, X):
    return sigm(np.tanh(X @ w['We'] + w['be']) @ w['Wd'] + w['bd'])

def mse(w, X):
    return ((reconstruct(w, X) - X)**2).mean()

def grad(w, X):
    h = np.tanh(X @ w['We'] + w['be'])
    R = sigm(h @ w['Wd'] + w['bd'])
    dR = 2*(R - X)/X.size
    dz = dR*R*(1-R)
    dh = dz @ w['Wd'].T*(1-h**2)
    return dict(We=X.T @ dh, be=dh.sum(0), Wd=h.T @ dz, bd=dz.sum(0))

def train(w, X, epochs=3000, eta=2.0):
    for _ in range(epochs):
        g = grad(w, X)
        for k in w: w[k] = w[k] - eta*g[k]
    return 1 - mse(w, X)/X.var()     # explained variance

if __name__ == '__main__':
    X = get_data()
    print('explained', train(new_weights(), X))
