import numpy as np

# sigmoid and its derivative
def nonlin(x, deriv=False):
    if deriv:
        return x*(1-x)
    return 1/(1+np.exp(-x))

X = np.array([[0,0],
              [0,1],
              [1,0],
              [1,1]])
Y = np.array([[1,0,0,1]]).T

np.random.seed(2)
syn0 = 2*np.random.random((2,5)) - 1
syn1 = 2*np.random.random((5,1)) - 1
biasH = 2*np.random.random((1,5)) - 1
biasO = 2*np.random.random((1,1)) - 1

def forward(P, X):
    l1 = nonlin(X.dot(P['syn0']) + P['biasH'])
    l2 = nonlin(l1.dot(P['syn1']) + P['biasO'])
    return l1, l2

def deltas(P, X, Y):
    l1, l2 = forward(P, X)
    l2_error = Y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(P['syn1'].T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    # the bias is a weight whose input is 1 ... ??
    o_bias = np.sum(l2_error * nonlin(P['biasO'], deriv=True), axis=0, keepdims=True)
    h_bias = np.sum(l1_error * nonlin(P['biasH'], deriv=True), axis=0, keepdims=True)
    return {'syn0': X.T.dot(l1_delta), 'syn1': l1.T.dot(l2_delta), 'biasH': h_bias, 'biasO': o_bias}

def train(P, n=10000):
    for j in range(n):
        d = deltas(P, X, Y)
        for k in P:
            P[k] = P[k] + d[k]
    return np.mean(np.abs(Y - forward(P, X)[1]))

if __name__ == "__main__":
    P = {'syn0': syn0, 'syn1': syn1, 'biasH': biasH, 'biasO': biasO}
    print("Error:", train(P))
    print(forward(P, X)[1])
