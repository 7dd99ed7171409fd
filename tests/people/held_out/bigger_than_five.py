# my very first net: in -> one neuron -> one neuron -> out. No matrices, I want to SEE the chain rule
from math import exp
import math, time
from random import Random

dice = Random(4)

def squash(v): return 1/(1 + exp(-v))
def slope(s): return s - s*s          # s is already squashed

u = dice.uniform(-1, 1)     # weight into the hidden neuron
p = 0
v = dice.uniform(-1, 1)     # weight into the output neuron
q = 0

questions = [n/9 for n in range(1, 10)]
truth = [0, 0, 0, 0, 0, 1, 1, 1, 1]         # is n > 5 ?

def answer(x, u, p, v, q):
    hidden = squash(u*x + p)
    return hidden, squash(v*hidden + q)

def badness(x, t, u, p, v, q):
    return (answer(x, u, p, v, q)[1] - t)**2

def blame(x, t, u, p, v, q):
    hidden, out = answer(x, u, p, v, q)
    to_out = 2*(out - t)
    to_hidden = to_out*v
    return to_hidden*slope(hidden)*u, to_hidden*slope(hidden), to_out*slope(out)*v, to_out*slope(out)

# def blame_old(x, t):
#     out = answer(x, u, p, v, q)[1]
#     return (out - t)

def school(rounds=20000, rate=0.5):
    global u, p, v, q
    for _ in range(rounds):
        i = dice.randrange(9)
        du, dp, dv, dq = blame(questions[i], truth[i], u, p, v, q)
        u -= rate*du
        p -= rate*dp
        v -= rate*dv
        q -= rate*dq
        #if _ % 1000 == 0: print(_, badness(questions[i], truth[i], u, p, v, q))

if __name__ == "__main__":
    school()
    for x in questions:
        print(round(x*9), answer(x, u, p, v, q)[1])       # all the same number :(
