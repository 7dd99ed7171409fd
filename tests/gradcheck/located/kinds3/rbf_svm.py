import numpy as np

# Weston/Watkins multiclass SVM (squared hinge) on top of RBF units, the centres move too
# port of my old Octave script, therefore the names


def kernel_matrix(X, C, loggam):
    gam = np.exp(loggam)
    K = np.zeros((X.shape[0], C.shape[0]))
    for ii in range(X.shape[0]):
        for jj in range(C.shape[0]):
            dd = X[ii, :] - C[jj, :]
            K[ii, jj] = np.exp(-gam[jj] * np.sum(dd**2))
    return K


def margins(S, y, delta):
    corr = S[np.arange(len(y)), y][:, None]
    M = np.maximum(0, S - corr + delta)
    M[np.arange(len(y)), y] = 0
    return M


def loss(params, X, y, cost, lam, delta):
    C, loggam, W, b = params
    K = kernel_matrix(X, C, loggam)
    M = margins(K @ W + b, y, delta)
    J = np.sum(cost[y] * np.sum(M**2, axis=1)) / len(y)
    # endfor
    J = J + 0.5 * lam * np.sum(W**2)
    return J


def gradients(params, X, y, cost, lam, delta):
    C, loggam, W, b = params
    m = X.shape[0]
    K = kernel_matrix(X, C, loggam)
    M = margins(K @ W + b, y, delta)
    dS = 2 * M * cost[y][:, None] / m
    # the right class is in all the margins
    dS[np.arange(m), y] = -np.sum(dS, axis=1)
    gradW = K.T @ dS + lam * W
    gradb = np.sum(dS, axis=0)
    dK = dS @ W.T
    gam = np.exp(loggam)
    gradC = np.zeros(C.shape)
    gradg = np.zeros(loggam.shape)
    for ii in range(m):
        for jj in range(C.shape[0]):
            dd = X[ii, :] - C[jj, :]
            common = dK[ii, jj] * K[ii, jj]
            gradC[jj, :] += common * 2 * gam[jj] * dd
            gradg[jj] -= common * np.sum(dd**2) * gam[jj]
    return (gradC, gradg, gradW, gradb)


# fminunc is called 'minimize' here:
# from scipy.optimize import minimize
rs = np.random.RandomState(2)
params = (rs.randn(6, 2), rs.randn(6) * 0.3 - 0.5, rs.randn(6, 4) * 0.7, rs.randn(4) * 0.2)
data = (rs.randn(11, 2), rs.randint(0, 4, 11), np.array([1.0, 2.5, 0.5, 1.5]), 0.1, 1.0)
