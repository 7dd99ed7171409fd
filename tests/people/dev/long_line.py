import random

random.seed(7)


def grads(m, c, x, y):
    n = float(len(x))
    d_m = 0
    d_c = 0
    for i in range(len(x)):
        d_m += (y[i] - m * x[i] - c) * x[i]
        d_c += (y[i] - m * x[i] - c)
    return d_m * -2 / n, d_c * -2 / n


def error(m, c, x, y):
    return sum((y[i] - m * x[i] - c) ** 2 for i in range(len(x))) / len(x)


def linreg(x, y, rate=0.00001, epoch=100):
    m = random.random()
    c = random.random()
    for run in range(epoch):
        d_m, d_c = grads(m, c, x, y)
        m -= d_m * rate
        c -= d_c * rate
    return m, c


x = [i for i in range(400)]
y = [4 * i + 3 for i in x]

if __name__ == "__main__":
    print(linreg(x, y), "should be 4 and 3")
