from numpy import *

# who is admitted? two marks and a leading 1. all with matrix

def applicants():
    r = random.RandomState(170)
    rows, admitted = [], []
    for i in range(50):
        yes = i % 2
        rows.append([1.0, float(1.4*yes - 0.7 + r.randn()*0.6), float(r.randn() + yes)])
        admitted.append(int(yes))
    return rows, admitted

def prob(w, rows):
    return 1.0/(1+exp(-matrix(rows)*w))

def cost(w, rows, admitted):
    t = matrix(admitted).T
    p = prob(w, rows)
    return -(t.T*log(p) + (1-t).T*log(1-p))

def uphill(w, rows, admitted):
    return matrix(rows).T*(matrix(admitted).T - prob(w, rows))

def climb(rows, admitted, rate=0.01, rounds=500):
    w = matrix(ones((len(rows[0]), 1)))
    for k in range(rounds):
        w = w + rate*uphill(w, rows, admitted)
    return w

def hits(w, rows, admitted):
    guess = asarray(matrix(rows)*w).ravel() > 0
    return (guess == array(admitted)).mean()

if __name__ == '__main__':
    rows, admitted = applicants()
    w = climb(rows, admitted)
    print(w, hits(w, rows, admitted))
