"""GRU written in the style of a port from Java. Predicts the sum of a sequence's signs."""

import numpy as np


class GruCell:
    def __init__(self, nInput, nHidden):
        self.nInput = nInput
        self.nHidden = nHidden
        self.history = []

    def initialise(self, seed):
        gen = np.random.RandomState(seed)
        weights = {}
        for gateName in ("Update", "Reset", "Cand"):
            weights["in" + gateName] = gen.uniform(-0.8, 0.8, (self.nHidden, self.nInput))
            weights["rec" + gateName] = gen.uniform(-0.8, 0.8, (self.nHidden, self.nHidden))
            weights["bias" + gateName] = gen.uniform(-0.2, 0.2, self.nHidden)
        weights["readOut"] = gen.uniform(-1, 1, self.nHidden)
        return weights

    def step(self, weights, xNow, hPrev):
        update = self.logistic(weights["inUpdate"] @ xNow + weights["recUpdate"] @ hPrev + weights["biasUpdate"])
        reset = self.logistic(weights["inReset"] @ xNow + weights["recReset"] @ hPrev + weights["biasReset"])
        gated = reset * hPrev
        cand = np.tanh(weights["inCand"] @ xNow + weights["recCand"] @ gated + weights["biasCand"])
        hNow = (1.0 - update) * hPrev + update * cand
        self.history.append((xNow, hPrev, update, reset, gated, cand))
        return hNow

    def stepBack(self, weights, grads, dNow):
        xNow, hPrev, update, reset, gated, cand = self.history.pop()

        dCand = dNow * update
        dCandPre = dCand * (1.0 - cand * cand)
        dUpdate = dNow * (cand - hPrev)
        dUpdatePre = dUpdate * update * (1.0 - update)
        dGated = weights["recCand"].T @ dCandPre
        dReset = dGated * hPrev
        dResetPre = dReset * reset * (1.0 - reset)

        grads["inCand"] += np.outer(dCandPre, xNow)
        grads["recCand"] += np.outer(dCandPre, gated)
        grads["biasCand"] += dCandPre
        grads["inUpdate"] += np.outer(dUpdatePre, xNow)
        grads["recUpdate"] += np.outer(dUpdatePre, hPrev)
        grads["biasUpdate"] += dUpdatePre
        grads["inReset"] += np.outer(dResetPre, xNow)
        grads["recReset"] += np.outer(dResetPre, hPrev)
        grads["biasReset"] += dResetPre

        dPrev = dNow * (1.0 - update)
        dPrev += dGated * reset
        dPrev += weights["recUpdate"].T @ dUpdatePre
        dPrev += weights["recReset"].T @ dResetPre
        return dPrev

    @staticmethod
    def logistic(value):
        return 1.0 / (1.0 + np.exp(-value))


cell = GruCell(2, 4)


def runSequence(weights, sequence):
    cell.history = []
    state = np.zeros(cell.nHidden)
    for xNow in sequence:
        state = cell.step(weights, xNow, state)
    return state


def loss(weights, sequences, targets):
    total = 0.0
    for sequence, target in zip(sequences, targets):
        prediction = weights["readOut"] @ runSequence(weights, sequence)
        total += (prediction - target) ** 2
    return total / len(sequences)


def gradients(weights, sequences, targets):
    grads = {name: np.zeros_like(array) for name, array in weights.items()}
    for sequence, target in zip(sequences, targets):
        state = runSequence(weights, sequence)
        error = 2.0 * (weights["readOut"] @ state - target) / len(sequences)
        grads["readOut"] += error * state
        flow = error * weights["readOut"]
        while cell.history:
            flow = cell.stepBack(weights, grads, flow)
    return grads


params = cell.initialise(8)
_gen = np.random.RandomState(80)
sequences = [_gen.randn(length, 2) for length in (3, 5, 2)]
targets = np.array([np.sign(s).sum() / 4 for s in sequences])
data = (sequences, targets)
