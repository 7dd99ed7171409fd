import numpy as np

series = [3.1, 1.2, 2.2, 4.1, 0.6, 2.9, 1.4, 4.4, 0.3, 3.3, 1.1, 4.8, 0.2]
three = np.array([series[k:k+3] for k in range(10)])
then = np.array(series[3:])

dice = np.random.RandomState(1)
first = dice.uniform(-0.5, 1, (4, 3))
second = dice.uniform(-0.5, 1, 4)
tempo = 0.0005

E_old = None

def cut(t):
    return np.clip(t, 0, None)

def run(first, second, rows):
    mid = cut(rows @ first.T)       # (n, 4)
    return mid, cut(mid @ second)   # (n,)

def error(first, second, rows, then):
    return ((run(first, second, rows)[1] - then)**2).sum()/(2*len(then))

def improve(first, second, rows, then):
    mid, guess = run(first, second, rows)
    off = guess - then
    change2 = off @ mid
    change1 = np.outer(second, off) @ rows
    return first - tempo*change1, second - tempo*change2

if __name__ == "__main__":
    n = 0
    while n < 5000:
        first, second = improve(first, second, three, then)
        if n % 500 == 0: print(n, error(first, second, three, then))
        n += 1
        # if error(first, second, three, then) < 0.05: break
    print(run(first, second, three)[1])
    print(then)
