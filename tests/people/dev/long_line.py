import random

random.seed(7)

xs = [k for k in range(400)]
ys = [4 * k + 3 for k in xs]


def miss(slope, start, xs, ys):
    return sum((slope * x + start - y) ** 2 for x, y in zip(xs, ys)) / len(xs)


def tilt(slope, start, xs, ys):
    ds = 0
    d0 = 0
    for x, y in zip(xs, ys):
        off = slope * x + start - y
        ds += 2 * off * x
        d0 += 2 * off
    return ds / len(xs), d0 / len(xs)


def search(xs, ys, rate=0.00001, rounds=100):
    slope = random.random()
    start = random.random()
    for r in range(rounds):
        ds, d0 = tilt(slope, start, xs, ys)
        slope -= rate * ds
        start -= rate * d0
    return slope, start


if __name__ == "__main__":
    print(search(xs, ys), "should be 4 and 3. the slope comes but the start stays where it was")
