import numpy as np
r = np.random.RandomState(42)

# does my relu code work at all? three random rows
a, b = r.normal(size=(3, 4)), r.normal(size=(3, 2))
first, second = r.normal(size=(4, 10)), r.normal(size=(10, 2))
r_ate = .005

def both(first, second, a):
    pre = a @ first
    return pre, pre.clip(min=0), pre.clip(min=0) @ second

def sq(first, second, a, b):
    return ((both(first, second, a)[2] - b)**2).sum()

def diff(first, second, a, b):
    pre, act, out = both(first, second, a)
    d = 2*(out - b)
    return a.T @ (d @ second.T*(pre > 0)), act.T @ d

if __name__ == '__main__':
    for k in range(2001):
        if k % 400 == 0: print(sq(first, second, a, b))
        d1, d2 = diff(first, second, a, b)
        first = first - r_ate*d1
        second = second - r_ate*d2
