# linear regression by hand, no libraries
hours = [1, 2, 3, 4, 5, 6, 7, 8]
marks = [22, 31, 35, 46, 49, 61, 68, 70]

mean_h = sum(hours) / len(hours)
mean_m = sum(marks) / len(marks)
hours = [h - mean_h for h in hours]
marks = [(v - mean_m) / 10 for v in marks]

theta = [0, 0]


def h(theta, x):
    return theta[0] + theta[1] * x


def J(theta, xs, ys):
    return sum((h(theta, x) - y) ** 2 for x, y in zip(xs, ys)) / (2 * len(xs))


def dJ(theta, xs, ys):
    d0 = sum(h(theta, x) - y for x, y in zip(xs, ys)) / len(xs)
    d1 = sum((h(theta, x) - y) * x for x, y in zip(xs, ys)) / len(xs)
    return [d0, d1]


def descend(theta, alpha=0.1, steps=200):
    for i in range(steps):
        d = dJ(theta, hours, marks)
        theta = [t - alpha * k for t, k in zip(theta, d)]
    return theta


if __name__ == "__main__":
    theta = descend(theta)
    print(theta, J(theta, hours, marks))
