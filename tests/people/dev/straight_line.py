# simplest possible: fit a line y = m x + b
xs = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
ys = [2.1, 3.0, 4.2, 4.9, 6.1, 7.0, 7.9, 9.1]

m = 0
b = 0
pace = 0.05


def badness(p, xs, ys):
    total = 0
    for x, y in zip(xs, ys):
        total += (y - (p["m"] * x + p["b"])) ** 2
    return total / len(xs)


def slopes(p, xs, ys):
    n = len(xs)
    dm = 0
    db = 0
    for x, y in zip(xs, ys):
        line = p["m"] * x + p["b"]
        off = y - line
        dm += -(2 / n) * off
        db += -(2 / n) * off
    return {"m": dm, "b": db}


def fit(p, steps=2000):
    for i in range(steps):
        g = slopes(p, xs, ys)
        p["m"] = p["m"] - pace * g["m"]
        p["b"] = p["b"] - pace * g["b"]
    return badness(p, xs, ys)


if __name__ == "__main__":
    p = {"m": m, "b": b}
    print(fit(p), p)
