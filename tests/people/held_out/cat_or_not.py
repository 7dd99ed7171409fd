import numpy as np

# one sigmoid neuron, pictures in the columns of X, labels in a row (1, m)
def forwards_and_backwards(w, b, X, Y):
    m = X.shape[1]
    A = 1/(1 + np.exp(-(np.dot(w.T, X) + b)))
    loss = np.dot(Y.T, np.log(A)) + np.dot(1 - Y.T, np.log(1 - A))
    cost = -np.sum(loss)/m
    error = A - Y
    return cost, {"w": np.dot(X, error.T)/m, "b": error.sum()/m}

def learn(w, b, X, Y, times=2000, alpha=0.1):
    story = []
    for _ in range(times):
        cost, g = forwards_and_backwards(w, b, X, Y)
        w = w - alpha*g["w"]
        b = b - alpha*g["b"]
        story.append(cost)
    return w, b, story

def cats(m=60):
    rng = np.random.RandomState(0)
    Y = (rng.rand(1, m) < 0.5)*1
    return rng.rand(5, m)*0.5 + 0.5*Y*np.array([[1], [0], [1], [0], [.2]]), Y

if __name__ == "__main__":
    X, Y = cats()
    w, b, story = learn(np.zeros((5, 1)), 0, X, Y)
    print(story[0], story[-1])          # begins at 41.6 and goes UP. It should begin at 0.69
