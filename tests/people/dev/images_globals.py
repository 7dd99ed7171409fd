import numpy as np

rs = np.random.RandomState(7)
protos = rs.rand(4, 16) > 0.5
pics = np.repeat(protos, 15, axis=0) * 0.8 + rs.rand(60, 16) * 0.4
goals = np.repeat(np.eye(4), 15, axis=0)

W_in = rs.uniform(-0.5, 0.5, (9, 16))
W_out = rs.uniform(-0.5, 0.5, (4, 9))
c_in = np.zeros((9, 1))
c_out = np.zeros((4, 1))

rate = 0.1


def look(pic):
    h = 1 / (1 + np.exp(-(c_in + W_in @ pic)))
    return h, 1 / (1 + np.exp(-(c_out + W_out @ h)))


def badness(pic, goal):
    h, o = look(pic)
    return 1 / len(o) * np.sum((o - goal) ** 2, axis=0)


def one_image(pic, goal):
    global W_in, W_out, c_in, c_out
    h, o = look(pic)
    last = o - goal
    W_out = W_out - rate * last @ np.transpose(h)
    c_out = c_out - rate * last
    # now the lower layer
    first = np.transpose(W_out) @ last * (h * (1 - h))
    W_in = W_in - rate * first @ np.transpose(pic)
    c_in = c_in - rate * first


def train(epochs=3):
    hits = 0
    for epoch in range(epochs):
        hits = 0
        for k in range(len(pics)):
            pic, goal = pics[k].reshape(-1, 1), goals[k].reshape(-1, 1)
            if look(pic)[1].argmax() == goal.argmax():
                hits += 1
            one_image(pic, goal)
    return hits / len(pics)


if __name__ == "__main__":
    print("recognised:", train(40))
