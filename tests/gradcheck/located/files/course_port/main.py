import numpy as np
from cost import nnCost, nnGrad
from roll import unroll_params

INPUT, HIDDEN, LABELS = 4, 6, 3
LAMBDA = 2.0


def loss(params, X, y):
    return nnCost(params[0], INPUT, HIDDEN, LABELS, X, y, LAMBDA)


def gradients(params, X, y):
    return [nnGrad(params[0], INPUT, HIDDEN, LABELS, X, y, LAMBDA)]


np.random.seed(5)
initial1 = np.random.rand(HIDDEN, INPUT + 1) * 2 - 1
initial2 = np.random.rand(LABELS, HIDDEN + 1) * 2 - 1
params = [unroll_params(initial1, initial2)]
data = (np.random.randn(10, INPUT), np.random.randint(0, LABELS, 10))
