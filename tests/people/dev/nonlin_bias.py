import numpy as np

def curve(v, slope=False):
    return v*(1-v) if slope else 1/(1+np.exp(-v))

pts = np.array([[0,0],
                [0,1],
                [1,0],
                [1,1]])
same = np.array([[1],[0],[0],[1]])

np.random.seed(2)
start = {'wa': np.random.uniform(-1,1,(2,5)), 'ba': np.random.uniform(-1,1,(1,5)),
         'wb': np.random.uniform(-1,1,(5,1)), 'bb': np.random.uniform(-1,1,(1,1))}

def layers(P, x):
    a = curve(x @ P['wa'] + P['ba'])
    return a, curve(a @ P['wb'] + P['bb'])

def improve(P, x, t):
    a, b = layers(P, x)
    err_b = t - b
    d_b = err_b * curve(b, slope=True)
    err_a = d_b @ P['wb'].T
    d_a = err_a * curve(a, slope=True)
    # bias = weight of an input that is always 1, is this how it goes?
    up_bb = (err_b * curve(P['bb'], slope=True)).sum(axis=0, keepdims=True)
    up_ba = (err_a * curve(P['ba'], slope=True)).sum(axis=0, keepdims=True)
    return {'wa': x.T @ d_a, 'ba': up_ba, 'wb': a.T @ d_b, 'bb': up_bb}

def train(P, n=10000):
    for j in range(n):
        up = improve(P, pts, same)
        P = {k: P[k] + up[k] for k in P}
    return np.abs(same - layers(P, pts)[1]).mean()

if __name__ == "__main__":
    print("still off by", train(start))
