import numpy as np
from roll import add_ones, reshape_params, unroll_params
from sigmoid import sigmoid, sigmoidGradient


def nnCost(theta, n_in, n_hid, n_lab, X, y, lam):
    Theta1, Theta2 = reshape_params(theta, n_in, n_hid, n_lab)
    m = X.shape[0]
    a2 = sigmoid(add_ones(X) @ Theta1.T)
    a3 = sigmoid(add_ones(a2) @ Theta2.T)
    Y = np.eye(n_lab)[y]
    J = -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / m
    J = J + lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    return J


def nnGrad(theta, n_in, n_hid, n_lab, X, y, lam):
    Theta1, Theta2 = reshape_params(theta, n_in, n_hid, n_lab)
    m = X.shape[0]
    Y = np.eye(n_lab)[y]
    Delta1 = np.zeros(Theta1.shape)
    Delta2 = np.zeros(Theta2.shape)

    for t in range(m):
        # step 1: forward
        a1 = np.append(1.0, X[t])
        z2 = Theta1 @ a1
        a2 = np.append(1.0, sigmoid(z2))
        a3 = sigmoid(Theta2 @ a2)
        # step 2: errors
        d3 = a3 - Y[t]
        d2 = (Theta2.T @ d3)[1:] * sigmoidGradient(z2)
        # step 3: accumulate
        Delta2 += np.outer(d3, a2)
        Delta1 += np.outer(d2, a1)

    Theta1_grad = Delta1 / m
    Theta2_grad = Delta2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    return unroll_params(Theta1_grad, Theta2_grad)
