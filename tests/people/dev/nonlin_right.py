import numpy as np

def nonlin(x,deriv=False):
	if(deriv==True):
	    return x*(1-x)
	return 1/(1+np.exp(-x))

X = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1]])
y = np.array([[0],[1],[1],[0]])

np.random.seed(1)
# weights with mean 0, no bias (third input is always 1)
syn0 = 2*np.random.random((3,4)) - 1
syn1 = 2*np.random.random((4,1)) - 1

def update(syn, X, y):
    syn0, syn1 = syn
    l1 = nonlin(np.dot(X,syn0))
    l2 = nonlin(np.dot(l1,syn1))
    l2_error = y - l2
    l2_delta = l2_error*nonlin(l2,deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1,deriv=True)
    return [syn0 + X.T.dot(l1_delta), syn1 + l1.T.dot(l2_delta)]

def answer(syn, X):
    return nonlin(nonlin(X.dot(syn[0])).dot(syn[1]))

def train(syn, n=20000):
    for j in range(n):
        syn = update(syn, X, y)
    return np.mean(np.abs(y - answer(syn, X)))

if __name__ == "__main__":
    print("Error:" + str(train([syn0, syn1])))
