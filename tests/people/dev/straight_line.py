# simplest possible: fit a line y = m x + b
xs = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
ys = [2.1, 3.0, 4.2, 4.9, 6.1, 7.0, 7.9, 9.1]

m = 0
b = 0
learningRate = 0.05


def cost(p, xs, ys):
    total = 0
    for x, y in zip(xs, ys):
        total += (y - (p["m"] * x + p["b"])) ** 2
    return total / len(xs)


def slopes(p, xs, ys):
    n = len(xs)
    m_grad = 0
    b_grad = 0
    for x, y in zip(xs, ys):
        guess = p["m"] * x + p["b"]
        error = y - guess
        m_grad += -(2 / n) * error
        b_grad += -(2 / n) * error
    return {"m": m_grad, "b": b_grad}


def fit(p, steps=2000):
    for i in range(steps):
        g = slopes(p, xs, ys)
        p["m"] = p["m"] - learningRate * g["m"]
        p["b"] = p["b"] - learningRate * g["b"]
    return cost(p, xs, ys)


if __name__ == "__main__":
    p = {"m": m, "b": b}
    print(fit(p), p)
