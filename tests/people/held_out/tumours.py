import numpy as np

# benign or malignant, from a table like the breast cancer one: radius, texture, area, smoothness
def table(n=120):
    rng = np.random.default_rng(19)
    bad = rng.random(n) < 0.4
    radius = np.where(bad, 17.5, 12.0) + rng.normal(0, 1.5, n)
    texture = np.where(bad, 21.5, 18.0) + rng.normal(0, 3.0, n)
    return np.c_[radius, texture, np.pi*radius**2 + rng.normal(0, 20, n), rng.normal(.1, .01, n)], bad.astype(int)

# from sklearn.preprocessing import StandardScaler  (do I need this?)

def chance(x, w, b):
    return 1/(1 + np.exp(-(x @ w + b)))

def cost(X, y, w, b):
    s = 0.
    for row, label in zip(X, y):
        c = chance(row, w, b)
        s -= label*np.log(c) + (1 - label)*np.log(1 - c)
    return s/len(y)

def slopes(X, y, w, b):
    sw = np.zeros(4)
    sb = 0.
    for row, label in zip(X, y):
        d = chance(row, w, b) - label
        for j in range(4):
            sw[j] += d*row[j]/len(y)
        sb += d/len(y)
    return sw, sb

def descend(X, y, w, b, rate, n):
    for _ in range(n):
        sw, sb = slopes(X, y, w, b)
        w = w - rate*sw
        b = b - rate*sb
    return w, b

X, y = table()
w0 = np.array([0.03, -0.02, 0.04, 0.01])
b0 = -8
rate = 0.1

if __name__ == "__main__":
    w, b = descend(X, y, w0, b0, rate, 200)
    print(w, b, "cost", cost(X, y, w, b))
    print(np.mean((chance(X, w, b) > .5) == y))
