import numpy as np

# theta is one long vector, as the minimiser wants it


def unroll_params(*mats):
    return np.concatenate([M.ravel(order='F') for M in mats])


def reshape_params(theta, n_in, n_hid, n_lab):
    cut = n_hid * (n_in + 1)
    Theta1 = np.reshape(theta[:cut], (n_hid, n_in + 1), order='F')
    Theta2 = np.reshape(theta[cut:], (n_lab, n_hid + 1), order='F')
    return Theta1, Theta2


def add_ones(A):
    return np.hstack([np.ones((A.shape[0], 1)), A])
