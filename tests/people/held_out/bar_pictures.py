import numpy as np

# 5x5 pictures with one bar: which of the ten is it?
rng = np.random.default_rng(12)
which = rng.integers(0, 10, 200)
pics = 0.15 * rng.random((200, 5, 5))
for pic, k in zip(pics, which):
    if k < 5:
        pic[k] += 0.85
    else:
        pic[:, k - 5] += 0.85
pics = pics.reshape(200, 25, 1)
wanted = np.eye(10)[which][:, :, None]

A = rng.uniform(-.5, .5, (20, 25))
a = np.zeros((20, 1))
B = rng.uniform(-.5, .5, (10, 20))
b = np.zeros((10, 1))
SPEED = 0.5

def squeeze(v):
    return 1 / (1 + np.exp(-v))

def look(pic):
    mid = squeeze(A @ pic + a)
    return mid, squeeze(B @ mid + b)

def loss(pic, want):
    return np.sum((look(pic)[1] - want) ** 2) / 2

def correct(pic, want):
    """learn from one picture"""
    global A, a, B, b
    mid, end = look(pic)
    e = end - want
    B = B - SPEED * e @ mid.T
    b = b - SPEED * e
    e = B.T @ e * mid * (1 - mid)
    A = A - SPEED * e @ pic.T
    a = a - SPEED * e

def epoch():
    good = 0
    for pic, want in zip(pics, wanted):
        good += look(pic)[1].argmax() == want.argmax()
        correct(pic, want)
    return good / len(pics)

if __name__ == "__main__":
    for e in range(5):
        print(e, epoch())
