import numpy as np

def squash(v, slope=False):
	# slope=True wants the value AFTER squashing
	if slope:
	    return v - v*v
	return 1/(1+np.exp(-v))

ins = np.array([[1,0,0],[1,0,1],[1,1,0],[1,1,1]])
outs = np.array([0,1,1,0]).reshape(4,1)

np.random.seed(1)
# no bias, the first input is 1 everywhere
A = np.random.uniform(-1, 1, (3,4))
B = np.random.uniform(-1, 1, (4,1))

def better(AB, ins, outs):
    A, B = AB
    mid = squash(ins@A)
    end = squash(mid@B)
    miss = outs - end
    push_end = miss*squash(end, slope=True)
    push_mid = push_end@B.T*squash(mid, slope=True)
    return [A + ins.T@push_mid, B + mid.T@push_end]

def answer(AB, ins):
    return squash(squash(ins@AB[0])@AB[1])

def train(AB, n=20000):
    while n:
        AB = better(AB, ins, outs)
        n -= 1
    return abs(outs - answer(AB, ins)).mean()

if __name__ == "__main__":
    print("off by", train([A, B]))
