import numpy as np

rnd = np.random.RandomState(0)
how_many, pixels = 300, 36
digit = rnd.randint(0, 10, how_many)
clean = rnd.randint(0, 256, (10, pixels))
image = np.clip(clean[digit] + rnd.normal(0, 25, (how_many, pixels)), 0, 255) / 255

#x = image.T   # in the video it is the other way round

def setup():
    return [rnd.rand(pixels, 20) - .5, rnd.rand(1, 20) - .5, rnd.rand(20, 10) - .5, rnd.rand(1, 10) - .5]

def softmax(s):
    return np.exp(s)/sum(np.exp(s))

def net(par, x):
    W, b, U, c = par
    low = x.dot(W) + b
    act = np.maximum(low, 0)
    return low, act, softmax(act.dot(U) + c)        # (images, 10)

def loss(par, x, d):
    prob = net(par, x)[2]
    return -np.log(prob[np.arange(len(d)), d]).mean()

def derivs(par, x, d):
    W, b, U, c = par
    low, act, prob = net(par, x)
    #e = prob - onehot(d)
    e = prob.copy()
    e[np.arange(len(d)), d] -= 1
    e = e/len(d)
    f = e.dot(U.T)*(low > 0)
    return [x.T.dot(f), f.sum(0, keepdims=True), act.T.dot(e), e.sum(0, keepdims=True)]

def percent(par, x, d):
    return 100*np.mean(net(par, x)[2].argmax(1) == d)

def train(par, rate=0.3, rounds=400, show=False):
    for i in range(rounds):
        par = [p - rate*g for p, g in zip(par, derivs(par, image, digit))]
        if show and i % 40 == 0:
            print(i, loss(par, image, digit), percent(par, image, digit))
    return par

if __name__ == "__main__":
    train(setup(), show=True)
