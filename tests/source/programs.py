"""Functions in every way that Python has of writing one, to be run instrumented and not."""

import contextlib
import functools

import numpy as np

SCALE = 3.0
CALLS = []


def comprehensions(x):
    rows = [r * 2 for r in x if r.sum() > -100]
    table = {i: float(r.sum()) for i, r in enumerate(rows)}
    return (
        sum(v for v in table.values()),
        {round(v, 3) for v in table.values()},
        [[a + b for a in (1, 2)] for b in (3, 4)],
    )


def lambdas(x):
    f, g = lambda a: a * 2, lambda a, b=SCALE: a - b
    return f(x) + g(x), sorted([3, 1, 2], key=lambda v: -v)


def generators(x):
    def each():
        got = yield x[0]
        yield got
        yield from (r + 1 for r in x)

    it = each()
    first = next(it)
    return [first, it.send(5.0), *it]


def walrus(x):
    if (n := len(x)) > 1 and (m := x.mean()) > -10:
        return n * m
    return n


def nested(x):
    def outer(y):
        def inner(z):
            return z * y + x

        return inner(y)

    return outer(x + 1)


def make_counter():
    count = 0

    def step(x):
        nonlocal count
        count += 1
        return x * count

    return step


def counted(x):
    step = make_counter()
    step(x)
    return step(x)


def globals_written(x):
    global SCALE
    old = SCALE
    SCALE = 5.0
    try:
        return x * SCALE
    finally:
        SCALE = old


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * 2

    return wrapper


@doubled
def decorated(x, power=2):
    return x**power


class Base:
    rate = 0.5

    def __init__(self, w):
        self.w = w
        self.__secret = w * 2

    def forward(self, x):
        return x * self.w + self.__secret

    @classmethod
    def made(cls, w):
        return cls(w)

    @staticmethod
    def squared(x):
        return x * x

    @property
    def half(self):
        return self.w / 2


class Child(Base):
    def __init__(self, w):
        super().__init__(w)
        self.cache = {}

    def forward(self, x):
        self.cache["y"] = super().forward(x)
        self.cache["y"] += self.half
        self.total = np.zeros(3)
        self.total[0] += x.sum()
        self.total[1:] -= 2.5
        return self.cache["y"] * self.rate + self.total.sum()

    def __call__(self, x):
        return self.forward(x) + self.squared(x)


def classes(x):
    return Child.made(2.0)(x), Child(3.0).forward(x)


@contextlib.contextmanager
def noted(name):
    CALLS.append(name)
    try:
        yield name
    finally:
        CALLS.append("end")


def statements(x):
    CALLS.clear()
    with noted("a") as a, noted("b"):
        try:
            y = x / 0 if a == "never" else x[99]
        except IndexError as error:
            y = len(str(error))
        else:
            y = 0
        finally:
            CALLS.append("finally")
    while True:
        y += 1
        if y % 7 == 0:
            break
        continue
    return y, list(CALLS)


def stars(*args, **kwargs):
    first, *rest = args
    return np.concatenate([first, *rest]), {**kwargs, "n": len(args)}, dict(a=1, **kwargs)


def starred(x):
    return stars(x, *[x, x + 1], k=2)


def slices(x):
    y = x.copy()
    y[1:, ::2] = 7
    y[..., -1] *= 2
    y[[0, 1], [0, 1]] += 1
    a, (b, c) = y[0], (y[1, 1], y[:, None, 0])
    del a
    return y, b, c, y[:, 1:][0]


def compared(x):
    return 0 < x.size < 100 != x.ndim, 1 in [1, 2] != [], not x.size or None


def formatted(x):
    x = x + 0
    return f"{x.sum():.3f} {x.shape!r:>10} {'nested ' + str(len(x))}"


def default_once(x, seen=[]):  # noqa: B006
    seen.append(1)
    return x * len(seen)


def enclosed(x):
    """Inner functions see what they saw of the function around them: the cells that they use."""
    scale, count = 2.0, 0

    def counted(y):
        """Count."""
        nonlocal count
        count += 1
        return y * scale

    def told(y):
        return sorted(locals()), y + scale

    def later():
        return [k * after for k in range(2)], (lambda z: z - after)(1.0)

    after = 3.0
    return counted(x), told(x), later(), count, counted.__doc__, (lambda: sorted(locals()))()


def recursive(n):
    return 1 if n <= 1 else n * recursive(n - 1)


def scopes(x):
    here = sorted(locals())
    return here, sorted(vars()), eval("x.sum()")


def higher(x):
    return list(map(recursive, [1, 2, 3])), functools.reduce(added, [1, 2, 3]), functools.partial(added, 2)(3)


def added(a, b):
    return a + b


def keyword_only(x, /, y=2, *, z=3, **more):
    return x * y * z, more


def in_place(x):
    x = x.copy()
    np.add.at(x, ([0, 0], [1, 1]), 1.0)
    y = x
    y += 1
    y -= 0.5
    out = {"a": x, "n": 1}
    out["n"] += 1
    rows = [0.0, 1.0]
    rows[1] *= 3
    return x, out, rows


async def waiting(x):
    return x


def asynchronous(x):
    w = waiting(x)
    try:
        w.send(None)
    except StopIteration as stop:
        return stop.value


def annotated(x: "np.ndarray") -> "float":
    y: float = float(x.sum())
    z: int
    z = 2
    return y * z


def local_class(x):
    class Pair:
        size = x.sum()

        def get(self):
            return x * self.size

    return Pair().get()


def chained(x):
    a = b = x + 1
    return a is b, a


def matched(x):
    match x.shape:
        case (n, 3):
            return n
        case _:
            return None


def conditional(x):
    return (x if x.sum() > 0 else -x) + (len(x) - 4 or 2) * (x.any() and 3)


ALL = [
    comprehensions, lambdas, generators, walrus, nested, counted, globals_written, decorated, classes, statements,
    starred, slices, compared, formatted, scopes, higher, keyword_only, in_place, asynchronous, annotated,
    local_class, chained, matched, conditional, enclosed,
]  # fmt: skip
