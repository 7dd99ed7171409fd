"""The programs of this folder, a row each."""

import numpy as np

import xnn

from ..case import Case


def over_samples(loss, gradients):
    """What a colleague writes around functions of one sample: their means over X and y."""

    def mean(trees):
        if isinstance(trees[0], dict):
            return {k: mean([tree[k] for tree in trees]) for k in trees[0]}
        if isinstance(trees[0], (list, tuple)):
            return [mean(list(entries)) for entries in zip(*trees, strict=True)]
        return sum(trees) / len(trees)

    return {
        "loss": lambda p, *data: np.mean([loss(p, *row) for row in zip(*data, strict=True)]),
        "gradients": lambda p, *data: mean([gradients(p, *row) for row in zip(*data, strict=True)]),
    }


# ------------------------------------------------------------------ sick: the gradient is wrong


def one_each(m):
    names = ("wA", "wB", "bA", "bB")

    def price(p, q, a):
        vars(m).update(p)
        return m.price(q, a)

    def nudges(p, q, a):
        vars(m).update(p)
        return dict(zip(names, m.nudges(q, a), strict=True))

    return dict(
        loss=price, gradients=nudges, params={n: vars(m)[n] for n in names}, data=(0.7, 1), learning_rate=m.RATE
    )


def one_each_all(m):
    asked = one_each(m)
    return dict(
        **over_samples(asked["loss"], asked["gradients"]),
        params=asked["params"],
        data=(m.questions, m.answers),
        learning_rate=m.RATE,
    )


def cost_stops(m):
    return dict(
        loss=lambda p, x, y: m.ce(*p, x, y),
        gradients=lambda p, x, y: m.go_back(*p, x, y),
        params=m.setup(),
        data=m.load_points(),
        predict=lambda p, x: m.go_forward(*p, x)[len(p[0])].T,
        learning_rate=1.0,
    )


def lstm_lists(m):
    net, (seqs, sums) = m.Lstm(), m.running_sums()
    return dict(loss=net.loss, gradients=net.backward, params=net, data=(seqs[3], sums[3]), learning_rate=0.1)


def lstm_lists_all(m):
    net = m.Lstm()

    def mean_loss(net, seqs, sums):
        return np.mean([net.loss(s, t) for s, t in zip(seqs, sums, strict=True)])

    def mean_gradients(net, seqs, sums):
        grads = [net.backward(s, t) for s, t in zip(seqs, sums, strict=True)]
        return {k: sum(g[k] for g in grads) / len(grads) for k in grads[0]}

    seqs, sums = m.running_sums()
    return dict(loss=mean_loss, gradients=mean_gradients, params=net, data=(seqs[:10], sums[:10]), learning_rate=0.1)


def two_convs(m):
    net = m.ConvNet()
    return dict(loss=net.logloss, gradients=net.grads, params=net, data=(m.pics[5], m.flag[5]), learning_rate=0.05)


def cnn_patches(m):
    X, y = m.shapes()
    return dict(
        loss=m.error,
        gradients=xnn.gradients_from_step(m.train_step, 0.05),
        params=m.make_layers(),
        data=(X[4], int(y[4])),
        step=m.train_step,
        learning_rate=0.05,
    )


CASES = [
    Case(
        "one_each",
        "floats among the globals, one unit a layer, no NumPy",
        one_each,
        ask_diagnose=one_each_all,
        check=("wrong-operand", "wrong-input", "factor-missing", "derivative-missing", "output-derivative-missing"),
        diagnose=("wrong-operand", "wrong-input", "factor-missing", "derivative-missing", "output-derivative-missing"),
        cause=("squash_slope(out) * wB", "squash_slope(mid) * wA", "miss_mid = miss * wB"),
        says="The weights' gradients multiply by the weight where the layer's input belongs, and what goes back to the "
        "hidden unit lacks the output's slope.",
        edits=(
            ("squash_slope(out) * wB", "squash_slope(out) * mid"),
            ("squash_slope(mid) * wA", "squash_slope(mid) * q"),
            ("miss_mid = miss * wB", "miss_mid = miss * squash_slope(out) * wB"),
        ),
        learns=lambda m: m.train() < 0.06,
    ),
    Case(
        "cost_stops",
        "functions, lists of arrays, samples as columns inside, dicts of layers",
        cost_stops,
        always_learns=True,
        check=("derivative-missing", "factor-missing"),
        diagnose=("derivative-missing", "factor-missing"),
        cause=("D[i] = W[i].T.dot(D[i+1])     # 6 x n",),
        says="The last hidden layer's delta lacks the sigmoid's derivative dsig(A[i]).",
        edits=(("D[i] = W[i].T.dot(D[i+1])     # 6 x n", "D[i] = W[i].T.dot(D[i+1]) * dsig(A[i])"),),
        learns=lambda m: m.train() < 0.1,
    ),
    Case(
        "lstm_lists",
        "class, LSTM, lists over time, attributes by name",
        lstm_lists,
        ask_diagnose=lstm_lists_all,
        always_learns=True,
        check=("wrong-operand",),
        diagnose=("wrong-operand",),
        cause=("bi_grad = bi_grad + self.delta_f_list[t]", "bo_grad = bo_grad + self.delta_f_list[t]"),
        says="The biases of the input and the output gate get the forget gate's delta.",
        edits=(
            ("bi_grad = bi_grad + self.delta_f_list[t]", "bi_grad = bi_grad + self.delta_i_list[t]"),
            ("bo_grad = bo_grad + self.delta_f_list[t]", "bo_grad = bo_grad + self.delta_o_list[t]"),
        ),
        learns=lambda m: m.train(m.Lstm()) < 0.002,
    ),
    Case(
        "two_convs",
        "class, two convolutions of one picture, floats and arrays among the attributes",
        two_convs,
        only="check",
        check=("wrong-operand", "wrong-step", "wrong-axis", "transposed"),
        diagnose=("wrong-operand", "wrong-step", "wrong-axis", "transposed"),
        cause=("back = corr(wide, self.k2)",),
        says="Going back through a correlation the kernel has to be turned by 180 degrees: k2[::-1, ::-1].",
        edits=(("back = corr(wide, self.k2)", "back = corr(wide, self.k2[::-1, ::-1])"),),
        learns=lambda m: m.train(m.ConvNet()) < 0.1,
    ),
    Case(
        "cnn_patches",
        "list of layer objects, update inside backward, generators of patches",
        cnn_patches,
        only="check",
        from_step=True,
        check=("some-entries", "skipped", "path-missing", "zero"),
        diagnose=("some-entries", "skipped", "path-missing", "zero"),
        cause=("            return dE_dk\n",),
        says="return stands inside the loop of the pooling layer: all patches but the first get no gradient.",
        edits=(("            return dE_dk\n", "        return dE_dk\n"),),
        learns=lambda m: m.train(m.make_layers()) < 0.1,
    ),
]
