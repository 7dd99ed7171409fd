# just ONE neuron per layer, so that I do not have to care about matrices
import math
import random

random.seed(11)
RATE = 0.8

questions = [n / 10 for n in range(1, 10)]
answers = [0, 0, 0, 0, 0, 1, 1, 1, 1]      # is it more than a half?

wA = 2 * random.random() - 1
wB = 2 * random.random() - 1
bA = 0
bB = 0

def squash(v):
    return 1 / (1 + math.exp(-v))

def squash_slope(o):      # o was squashed already!
    return o * (1 - o)

def guess(q):
    mid = squash(q * wA + bA)
    out = squash(mid * wB + bB)
    return mid, out

def price(q, a):
    return (guess(q)[1] - a) ** 2

def nudges(q, a):
    mid, out = guess(q)
    miss = 2 * (out - a)
    miss_mid = miss * wB

    # weights
    nB = miss * squash_slope(out) * wB
    nA = miss_mid * squash_slope(mid) * wA
    # biases
    nbB = miss * squash_slope(out)
    nbA = miss_mid * squash_slope(mid)
    return nA, nB, nbA, nbB

def train(rounds=6000):
    global wA, wB, bA, bB
    for r in range(rounds):
        k = random.randint(0, len(questions) - 1)
        nA, nB, nbA, nbB = nudges(questions[k], answers[k])
        wA -= nA * RATE
        wB -= nB * RATE
        bA -= nbA * RATE
        bB -= nbB * RATE
    return sum(price(q, a) for q, a in zip(questions, answers)) / len(questions)

if __name__ == '__main__':
    print(train())
    for q in questions:
        print(q, guess(q)[1])     # always the same number...
