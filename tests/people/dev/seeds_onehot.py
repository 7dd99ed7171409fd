# seeds data: labels in the file are 1, 2, 3
import numpy as np

def read():
    rs = np.random.RandomState(50)
    labels = np.repeat([1, 2, 3], 20)
    means = {1: [0.1, 0.9, 0.0, 0.5], 2: [0.9, 0.1, 0.4, 0.2], 3: [0.5, 0.4, 0.9, 0.9]}
    feats = np.array([means[l] + 0.12*rs.randn(4) for l in labels])
    return feats, labels

def onehot(labels, n=3):
    return [[1 if k == l else 0 for k in range(n)] for l in labels]

def sigmoid(a): return 1/(1+np.exp(-a))

rs = np.random.RandomState(51)
weights = [rs.uniform(-.7, .7, (4, 7)), rs.uniform(-.7, .7, (7, 3))]
biases = [rs.uniform(-.7, .7, 7), rs.uniform(-.7, .7, 3)]

def outputs(wb, feats):
    weights, biases = wb
    acts = [np.asarray(feats)]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ w + b))
    return acts

def error(wb, feats, targets):
    return ((outputs(wb, feats)[-1] - np.array(targets))**2).sum() / len(feats)

def gradient(wb, feats, targets):
    weights, biases = wb
    acts = outputs(wb, feats)
    d = 2*(acts[-1] - np.array(targets))/len(feats)
    gw, gb = [], []
    for l in (1, 0):
        d = d*acts[l+1]*(1-acts[l+1])
        gw.insert(0, acts[l].T @ d)
        gb.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return gw, gb

def train(wb, feats, labels, rate=1.0, epochs=1500):
    targets = onehot(labels)
    for e in range(epochs):
        for group, ggroup in zip(wb, gradient(wb, feats, targets)):
            for p, g in zip(group, ggroup):
                p -= rate*g
    guess = outputs(wb, feats)[-1].argmax(axis=1)
    truth = np.unique(labels, return_inverse=True)[1]
    return max(np.mean(guess == truth), np.mean(guess == labels))

if __name__ == '__main__':
    feats, labels = read()
    print(train((weights, biases), feats, labels))
