"""Two LSTMs, one on top of the other, with a skip of the input to the output; next-value prediction at each step."""
import numpy as np
from cell import LSTMCell

I, H1, H2 = 2, 4, 3
rng = np.random.default_rng(20)
params = {
    "lower": (rng.normal(0, 0.5, (4 * H1, I + H1)), rng.normal(0, 0.2, 4 * H1)),
    "upper": (rng.normal(0, 0.5, (4 * H2, H1 + H2)), rng.normal(0, 0.2, 4 * H2)),
    "out": (rng.normal(0, 0.6, (I, H2)), rng.normal(0, 0.1, I)),
    "skip": rng.normal(0, 0.4, (I, I)),
}
data = (rng.normal(size=(6, I)),)


def run(params, series):
    cells = [LSTMCell(I, H1), LSTMCell(H1, H2)]
    cells[0].reset(*params["lower"])
    cells[1].reset(*params["upper"])
    state = [(np.zeros(H1), np.zeros(H1)), (np.zeros(H2), np.zeros(H2))]
    tops, guesses = [], []
    for x in series[:-1]:
        signal = x
        for l, cell in enumerate(cells):
            h, c = cell.step(signal, *state[l])
            state[l] = (h, c)
            signal = h
        tops.append(signal)
        guesses.append(params["out"][0] @ signal + params["out"][1] + params["skip"] @ x)
    return cells, tops, np.array(guesses)


def loss(params, series):
    guesses = run(params, series)[2]
    return np.mean(np.sum((guesses - series[1:]) ** 2, axis=1))


def gradients(params, series):
    cells, tops, guesses = run(params, series)
    T = len(guesses)
    d = 2 * (guesses - series[1:]) / T
    Wo, _ = params["out"]
    dWo, dbo = d.T @ np.array(tops), d.sum(axis=0)
    dskip = d.T @ series[:-1]
    carry = [(np.zeros(H1), np.zeros(H1)), (np.zeros(H2), np.zeros(H2))]
    for t in range(T - 1, -1, -1):
        down = Wo.T @ d[t]
        for l in (1, 0):
            dh, dc = carry[l]
            down, dh, dc = cells[l].step_back(dh + down, dc)
            carry[l] = (dh, dc)
    return {
        "lower": (cells[0].dW, cells[0].db),
        "upper": (cells[1].dW, cells[1].db),
        "out": (dWo, dbo),
        "skip": dskip,
    }
