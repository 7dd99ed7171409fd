# my Octave network in Python; it works, I only want to know whether it is really right
import numpy as np

IN, MID, OUT = 4, 5, 3

def sigmoidGradient(z):
    return np.multiply(g(z), 1 - g(z))

def g(z):
    return 1/(1 + np.exp(-z))

def split(v):
    k = MID*(IN + 1)
    return np.matrix(v[:k]).reshape(MID, IN + 1), np.matrix(v[k:]).reshape(OUT, MID + 1)

def ones(M):
    return np.hstack((np.ones((M.shape[0], 1)), M))

def costandgrad(v, X, y, lam):
    T1, T2 = split(v)
    m = len(y)
    Y = np.matrix(np.identity(OUT)[y])
    A1 = ones(np.matrix(X))
    A2 = ones(g(A1*T1.T))
    A3 = g(A2*T2.T)
    C = -(np.multiply(Y, np.log(A3)) + np.multiply(1 - Y, np.log(1 - A3))).sum()/m
    # the first columns belong to the bias: no penalty
    R1, R2 = T1.copy(), T2.copy()
    R1[:, 0] = 0
    R2[:, 0] = 0
    C = C + lam/2/m*(np.square(R1).sum() + np.square(R2).sum())
    E3 = A3 - Y
    E2 = np.multiply(E3*T2, np.multiply(A2, 1 - A2))[:, 1:]
    G1 = (E2.T*A1 + lam*R1)/m
    G2 = (E3.T*A2 + lam*R2)/m
    return C, np.concatenate([G1.A1, G2.A1])

def patterns(m=60):
    r = np.random.RandomState(0)
    y = r.randint(0, OUT, m)
    return r.randn(m, IN)*0.5 + np.array([[1, 0, 0, 1], [0, 1, 0, -1], [-1, 0, 1, 0]])[y], y

v = np.random.RandomState(3).uniform(-.12, .12, MID*(IN + 1) + OUT*(MID + 1))

if __name__ == '__main__':
    X, y = patterns()
    for i in range(1000):
        C, grad = costandgrad(v, X, y, 0.1)
        v = v - 1.0*grad
    print(C)
