"""Findings by hand, whose sources are text in the test and no files."""

from xnn.findings import Finding
from xnn.source import Location

NET = """\
def gradients(p, X, y):
    h = np.tanh(X @ p["W1"])
    dz = 2 * (h @ p["W2"] - y) / y.size

    dh = dz @ p["W2"].T
    da = dh * (1 - h)
    return {"W1": X.T @ da, "W2": h.T @ dz}
"""


def at(text: str, part: str, file: str = "net.py", function: str = "gradients", first: int = 1) -> Location:
    """Return the place of the first occurrence of `part` in a file of that text, whose first line is `first`."""
    start = text.index(part)
    before, upto = text[:start], text[: start + len(part)]
    line, end_line = before.count("\n"), upto.count("\n")
    column, end = len(before) - (before.rfind("\n") + 1), len(upto) - (upto.rfind("\n") + 1)
    lines = tuple(text.splitlines(keepends=True)[line : end_line + 1])
    return Location(file, first + line, column + 1, first + end_line, end + 1, part, function, lines)


WRONG = Finding(
    "factor-missing", "W1", "the factor 1 + h is missing.", "write da = dh * (1 - h) * (1 + h)",
    "with this every gradient is right, to 3e-11", 0.97, place=at(NET, "dh * (1 - h)"), stands="da = dh * (1 - h)",
    belongs="da = dh * (1 - h) * (1 + h)", because=at(NET, 'np.tanh(X @ p["W1"])'), residual=3e-11,
)  # fmt: skip
UNPLACED = Finding("learning-rate-high", "", "the steps overshoot.", "divide the rate by 2", "rate times curvature")
NOTE = Finding("no-source", "", "no line can be given: net.py was changed since it was imported.", note=True)
