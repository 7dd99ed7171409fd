import numpy as np

"""
w = weights, b = bias, i = input, h = hidden, o = output, l = label
"""

rs = np.random.RandomState(7)
protos = rs.rand(4, 16) > 0.5
images = np.repeat(protos, 15, axis=0) * 0.8 + rs.rand(60, 16) * 0.4
labels = np.repeat(np.eye(4), 15, axis=0)

w_i_h = rs.uniform(-0.5, 0.5, (9, 16))
w_h_o = rs.uniform(-0.5, 0.5, (4, 9))
b_i_h = np.zeros((9, 1))
b_h_o = np.zeros((4, 1))

learn_rate = 0.1


def show(img):
    h = 1 / (1 + np.exp(-(b_i_h + w_i_h @ img)))
    return h, 1 / (1 + np.exp(-(b_h_o + w_h_o @ h)))


def cost(img, l):
    h, o = show(img)
    return 1 / len(o) * np.sum((o - l) ** 2, axis=0)


def one_image(img, l):
    global w_i_h, w_h_o, b_i_h, b_h_o
    h, o = show(img)
    # Backpropagation output -> hidden (cost function derivative)
    delta_o = o - l
    w_h_o = w_h_o - learn_rate * delta_o @ np.transpose(h)
    b_h_o = b_h_o - learn_rate * delta_o
    # Backpropagation hidden -> input (activation function derivative)
    delta_h = np.transpose(w_h_o) @ delta_o * (h * (1 - h))
    w_i_h = w_i_h - learn_rate * delta_h @ np.transpose(img)
    b_i_h = b_i_h - learn_rate * delta_h


def train(epochs=3):
    nr_correct = 0
    for epoch in range(epochs):
        nr_correct = 0
        for img, l in zip(images, labels):
            img.shape += (1,)
            l.shape += (1,)
            nr_correct += int(np.argmax(show(img)[1]) == np.argmax(l))
            one_image(img, l)
    return nr_correct / len(images)


if __name__ == "__main__":
    print(f"Acc: {round(train(40) * 100, 2)}%")
