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


def glove_pairs(m):
    return dict(
        loss=m.cost_of,
        gradients=xnn.gradients_from_step(m.run_pair, m.LR),
        params=m.new_model(),
        data=m.cooccurrences[12],
        step=m.run_pair,
        learning_rate=m.LR,
    )


def glove_pairs_all(m):
    asked = glove_pairs(m)
    i, j, x = zip(*m.cooccurrences[:40], strict=True)
    return dict(
        **over_samples(asked["loss"], asked["gradients"]), params=asked["params"], data=(i, j, x), learning_rate=m.LR
    )


def valuegrad(m):
    return dict(loss=m.loss, gradients=m.grads, params=m.new_params(), data=(m.xs, m.ys), learning_rate=0.1)


def bn_mlp(m):
    return dict(loss_and_gradients=m.loss_and_grads, params=m.init(), data=m.dataset(), learning_rate=0.3)


def attend(m):
    head = m.Head()
    X, Y = m.batch()[0]
    return dict(
        loss=head.loss, gradients=head.backward, params=head, data=(X, Y), predict=head.forward, learning_rate=0.5
    )


def cbow_mean(m):
    return dict(loss=m.loss, gradients=m.grad, params=m.start(), data=m.windows()[4], learning_rate=0.1)


def cbow_mean_all(m):
    context, word = zip(*m.windows(), strict=True)
    return dict(
        **over_samples(m.loss, m.grad), params=m.start(), data=(np.array(context), np.array(word)), learning_rate=0.1
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
    Case(
        "glove_pairs",
        "functions, dict of arrays, update of one pair of words in place, views",
        glove_pairs,
        ask_diagnose=glove_pairs_all,
        from_step=True,
        always_learns=True,
        check=("weights-updated",),
        diagnose=("weights-updated",),
        cause=("v_main -= LR * grad_main", "grad_context = weight * cost_inner * v_main"),
        says="v_main is a view that was updated already when the context's gradient is computed from it.",
        edits=(
            ("    v_main -= LR * grad_main\n    grad_context = weight * cost_inner * v_main\n",
             "    grad_context = weight * cost_inner * v_main\n    v_main -= LR * grad_main\n"),
        ),
        learns=lambda m: m.train(m.new_model()) < 0.05,
    ),
    Case(
        "valuegrad",
        "engine of scalars, closures, one list of floats, no NumPy",
        valuegrad,
        check=("not-accumulated",),
        diagnose=("not-accumulated",),
        cause=("self.grad = other.data * out.grad", "other.grad = self.data * out.grad"),
        says="= where += belongs in the product: of a weight that is used for several samples the last use alone counts.",
        edits=(
            ("self.grad = other.data * out.grad", "self.grad += other.data * out.grad"),
            ("other.grad = self.data * out.grad", "other.grad += self.data * out.grad"),
        ),
        learns=lambda m: m.train() < 0.1,
    ),
    Case(
        "bn_mlp",
        "pairs of layer functions with caches, dict of arrays, batch norm, (loss, gradients) in one function",
        bn_mlp,
        always_learns=True,
        check=("path-missing",),
        diagnose=("path-missing",),
        cause=("dx = dxc + dmean / N",),
        says="dvar is computed and never used: the path through the variance, 2 * dvar * xc / N, is missing in dx.",
        edits=(("dx = dxc + dmean / N", "dx = dxc + dmean / N + 2 * dvar * xc / N"),),
        learns=lambda m: m.train(m.init()) < 0.2,
    ),
    Case(
        "attend",
        "class, attention of one head, one sequence",
        attend,
        check=("wrong-axis", "path-missing"),
        diagnose=("wrong-axis", "path-missing"),
        cause=("np.sum(dA * self.A, axis=0)",),
        says="The softmax runs over the last axis, its derivative sums over the first.",
        edits=(("np.sum(dA * self.A, axis=0)", "np.sum(dA * self.A, axis=1, keepdims=True)"),),
        learns=lambda m: m.train(m.Head()) < 0.1,
    ),
    Case(
        "cbow_mean",
        "functions, list of two arrays, word indices, one window",
        cbow_mean,
        ask_diagnose=cbow_mean_all,
        always_learns=True,
        check=("factor-missing", "scale"),
        diagnose=("factor-missing", "scale"),
        cause=("g_in[c] += EH",),
        says="The hidden layer is the mean of the context's vectors: each gets EH divided by their number.",
        edits=(("g_in[c] += EH", "g_in[c] += EH / len(context)"),),
        learns=lambda m: m.train(m.start()) < 1.0,
    ),
]
