"""The programs of this folder, a row each."""

import numpy as np

import xnn

from ..case import Case


def over_samples(loss, gradients):
    """What a colleague writes around functions of one sample: their means over X and y."""

    def mean_loss(p, X, Y):
        return np.mean([loss(p, x, y) for x, y in zip(X, Y, strict=True)])

    def mean_gradients(p, X, Y):
        return mean([gradients(p, x, y) for x, y in zip(X, Y, strict=True)])

    def mean(trees):
        if isinstance(trees[0], dict):
            return {k: mean([tree[k] for tree in trees]) for k in trees[0]}
        if isinstance(trees[0], list):
            return [mean(list(entries)) for entries in zip(*trees, strict=True)]
        return sum(trees) / len(trees)

    return {"loss": mean_loss, "gradients": mean_gradients}


# ------------------------------------------------------------------ sick: the gradient is wrong


def xor_by_hand(m):
    return dict(
        loss=m.error,
        gradients=xnn.gradients_from_step(m.learn, m.LR),
        params=m.net,
        data=(m.inputs[1], m.targets[1]),
        step=m.learn,
        learning_rate=m.LR,
        predict=lambda net, x: m.run(net, x)[2],
    )


def xor_by_hand_all(m):
    return dict(
        **over_samples(m.error, xnn.gradients_from_step(m.learn, m.LR)),
        params=m.net,
        data=(m.inputs, m.targets),
        learning_rate=m.LR,
        predict=lambda net, X: [m.run(net, x)[2] for x in X],
    )


def digit_layers(m):
    net = m.Network([15, 10, 8, 5])
    images, labels = m.make_digits()

    def step(layers, image, label):
        other = m.Network([15, 10, 8, 5])
        other.layers = layers
        other.learn(image, label)

    def cost(layers, image, label):
        other = m.Network([15, 10, 8, 5])
        other.layers = layers
        return other.cost(image, label)

    return dict(
        loss=cost,
        gradients=xnn.gradients_from_step(step, net.speed),
        params=net.layers,
        data=(images[13], labels[13]),
        step=step,
        learning_rate=net.speed,
    )


def bias_column(m):
    net, (X, T) = m.Mlp(), m.blobs()
    return dict(
        loss=net.squared_error,
        gradients=xnn.gradients_from_step(net.adjust, 0.3),
        params=net,
        data=(X[0], T[0]),
        step=net.adjust,
        learning_rate=0.3,
    )


def images_globals(m):
    names = ("W_in", "W_out", "c_in", "c_out")
    params = {n: vars(m)[n] for n in names}

    def badness(p, pic, goal):
        vars(m).update(p)
        return m.badness(pic, goal)

    def step(p, pic, goal):
        vars(m).update(p)
        m.one_image(pic, goal)
        return {n: vars(m)[n] for n in names}

    return dict(
        loss=badness,
        gradients=xnn.gradients_from_step(step, m.rate),
        params=params,
        data=(m.pics[17].reshape(-1, 1), m.goals[17].reshape(-1, 1)),
        step=step,
        learning_rate=m.rate,
    )


def images_globals_all(m):
    asked = images_globals(m)
    return dict(
        **over_samples(asked["loss"], asked["gradients"]),
        params=asked["params"],
        learning_rate=m.rate,
        data=(m.pics[:, :, None], m.goals[:, :, None]),
    )


def nonlin_bias(m):
    # There is no loss in the file: half the sum of squares is a guess.
    return dict(
        loss=lambda P, x, t: 0.5 * np.sum((t - m.layers(P, x)[1]) ** 2),
        gradients=lambda P, x, t: {k: -up for k, up in m.improve(P, x, t).items()},
        params=m.start,
        data=(m.pts, m.same),
        predict=lambda P, x: m.layers(P, x)[1],
        learning_rate=1.0,
        up_to_factor=True,
    )


def rnn_adder(m):
    return dict(
        loss=m.mse,
        gradients=m.backward,
        params=m.weights,
        data=(m.seq, m.want),
        learning_rate=0.3,
        predict=lambda p, x: m.forward(x, p)[1],
    )


def lstm_gates(m):
    return dict(loss=m.surprise, gradients=m.backward, params=m.init_lstm(), data=m.sequence(), learning_rate=0.1)


def char_rnn(m):
    rnn = m.CharRNN()
    text = [m.number[c] for c in m.data[:9]]
    return dict(loss_and_gradients=m.CharRNN.run_text, params=rnn, data=(text[:-1], text[1:]), learning_rate=0.1)


def pool_layer(m):
    return dict(forward=m.pool_forward, backward=m.pool_backward, inputs=(np.random.RandomState(0).randn(2, 2, 7, 7),))


def skipgram(m):
    C, O, N = m.pairs()
    return dict(
        loss_and_gradients=m.neg_sampling_loss_and_gradient, params=m.init(), data=(C[7], O[7], N[7]), learning_rate=0.1
    )


def skipgram_all(m):
    # The negatives belong to the samples.
    C, O, N = m.pairs()
    f = m.neg_sampling_loss_and_gradient
    return dict(
        **over_samples(lambda p, x, n: f(p, *x, n)[0], lambda p, x, n: f(p, *x, n)[1]),
        params=m.init(),
        data=(np.stack((C, O), axis=1), N),
        learning_rate=0.1,
    )


CASES = [
    Case(
        "xor_by_hand",
        "floats and ints in a dict, loop over samples, update only",
        xor_by_hand,
        ask_diagnose=xor_by_hand_all,
        from_step=True,
        always_learns=True,
        check=("output-derivative-missing", "derivative-missing", "factor-missing"),
        diagnose=("output-derivative-missing", "derivative-missing", "factor-missing"),
        cause=('n["v0"] -= LR * d * h0', 'n["v1"] -= LR * d * h1', 'n["bo"] -= LR * d\n'),
        says="The output's weights and bias are updated without the output's sigmoid derivative o * (1 - o), which the "
        "hidden ones have.",
        edits=(
            ('n["v0"] -= LR * d * h0', 'n["v0"] -= LR * d * o * (1 - o) * h0'),
            ('n["v1"] -= LR * d * h1', 'n["v1"] -= LR * d * o * (1 - o) * h1'),
            ('n["bo"] -= LR * d\n', 'n["bo"] -= LR * d * o * (1 - o)\n'),
        ),
        learns=lambda m: m.train(m.net) < 0.02,
    ),
    Case(
        "digit_layers",
        "list of layer objects, loop over samples, update only",
        digit_layers,
        only="check",
        from_step=True,
        check=("derivative-wrong", "factor-missing"),
        diagnose=("derivative-wrong", "factor-missing"),
        cause=("share = wrong * layer.went",),
        says="The sigmoid's derivative is written a, where a * (1 - a) belongs.",
        edits=(("share = wrong * layer.went", "share = wrong * layer.went * (1 - layer.went)"),),
        learns=lambda m: m.train(m.Network([15, 10, 8, 5])) > 0.95,
    ),
    Case(
        "bias_column",
        "class, bias as last column, a counter among the attributes, update only",
        bias_column,
        only="check",
        from_step=True,
        always_learns=True,
        check=("wrong-operand", "wrong-step", "some-entries", "unknown"),
        diagnose=("wrong-operand", "wrong-step", "some-entries", "unknown"),
        cause=("np.delete(self.layers[-1], 0, 1)",),
        says="Going back, the first column of the output's weights is left out, where the last one, the bias, should be.",
        edits=(("np.delete(self.layers[-1], 0, 1)", "np.delete(self.layers[-1], HIDDEN, 1)"),),
        learns=lambda m: m.fit(m.Mlp()) > 0.85,
    ),
    Case(
        "images_globals",
        "script with globals, loop over samples, update only, two causes",
        images_globals,
        ask_diagnose=images_globals_all,
        from_step=True,
        always_learns=True,
        check=("loss-mismatch", "output-derivative-missing", "weights-updated", "derivative-missing", "scale"),
        diagnose=("loss-mismatch", "output-derivative-missing", "weights-updated", "derivative-missing", "scale"),
        cause=("last = o - goal\n", "first = np.transpose(W_out) @ last"),
        says="o - goal is the cross-entropy's gradient, not that of the mean of squares (a factor 2 / 4 and o * (1 - o) "
        "are missing); and the hidden delta is computed from the output weights that were updated already.",
        edits=(
            ("last = o - goal\n", "last = 2 / len(o) * (o - goal) * o * (1 - o)\n"),
            (
                "    W_out = W_out - rate * last @ np.transpose(h)\n",
                "    old = W_out\n    W_out = W_out - rate * last @ np.transpose(h)\n",
            ),
            ("first = np.transpose(W_out) @ last", "first = np.transpose(old) @ last"),
        ),
        learns=lambda m: m.train(200) > 0.9,
    ),
    Case(
        "nonlin_bias",
        "script, slope=True switch, no loss written, += updates",
        nonlin_bias,
        check=("wrong-operand", "derivative-wrong"),
        diagnose=("wrong-operand", "derivative-wrong"),
        cause=("curve(P['bb'], slope=True)", "curve(P['ba'], slope=True)"),
        says="The gradients of the biases take the sigmoid's derivative of the bias itself, where the unit's output "
        "belongs: they are the sums of d_b and d_a.",
        edits=(("err_b * curve(P['bb'], slope=True)", "d_b"), ("err_a * curve(P['ba'], slope=True)", "d_a")),
        learns=lambda m: m.train(m.start) < 0.1,
    ),
    Case(
        "rnn_adder",
        "functions, list of arrays, recurrent, loop over time",
        rnn_adder,
        always_learns=True,
        check=("wrong-step", "some-entries", "wrong-operand"),
        diagnose=("wrong-step", "some-entries", "wrong-operand"),
        cause=("gWh += states[t - 1][:, np.newaxis] @ gh",),
        says="At the first step t - 1 is -1, so the last hidden state stands for the zero state before the sequence.",
        edits=(
            (
                "        gWh += states[t - 1][:, np.newaxis] @ gh\n",
                "        if t > 0:\n            gWh += states[t - 1][:, np.newaxis] @ gh\n",
            ),
        ),
        learns=lambda m: m.train(m.weights) < 0.003,
    ),
    Case(
        "lstm_gates",
        "functions, dict of arrays, LSTM, sum over time",
        lstm_gates,
        always_learns=True,
        check=("slope-missing", "slope-wrong", "factor-missing"),
        diagnose=("slope-missing", "slope-wrong", "factor-missing"),
        cause=("to_f = sigmoid(f) * to_f",),
        says="The forget gate's delta is multiplied by sigmoid(f) where the slope f * (1 - f) belongs.",
        edits=(("to_f = sigmoid(f) * to_f", "to_f = sigmoid(f, True) * to_f"),),
        learns=lambda m: m.train(m.init_lstm()) < 1.0,
    ),
    Case(
        "char_rnn",
        "class, hidden state kept between calls, (loss, gradients) in one method",
        char_rnn,
        always_learns=True,
        check=("path-missing",),
        diagnose=("path-missing",),
        cause=("g_hid = np.dot(self.C.T, g_out)",),
        says="later, what comes back from the following step, is computed and never added: the path through time is missing.",
        edits=(("g_hid = np.dot(self.C.T, g_out)", "g_hid = np.dot(self.C.T, g_out) + later"),),
        learns=lambda m: m.train(m.CharRNN()) < 2.0,
    ),
    Case(
        "pool_layer",
        "one layer, forward and backward",
        pool_layer,
        only="check_layer",
        check=("not-accumulated",),
        diagnose=(),
        cause=("dx[b, k, i*stride+r, j*stride+s] = dout[b, k, i, j]",),
        says="The windows overlap, and a maximum of two windows gets the gradient of the last one alone: = where += belongs.",
        edits=(("j*stride+s] = dout", "j*stride+s] += dout"),),
    ),
    Case(
        "skipgram",
        "(loss, gradients) in one function, word indices",
        skipgram,
        ask_diagnose=skipgram_all,
        always_learns=True,
        check=("not-accumulated",),
        diagnose=("not-accumulated",),
        cause=("grads['out'][negs] += np.outer(1 - sn, v)",),
        says="Negatives that were drawn twice are counted once: repeated indices need np.add.at.",
        edits=(("grads['out'][negs] += np.outer(1 - sn, v)", "np.add.at(grads['out'], negs, np.outer(1 - sn, v))"),),
        learns=lambda m: m.train(m.init())[-1] < 0.8 * m.train(m.init())[0],
    ),
]


def reinforce(m):
    # The author maximises the reward and wrote no loss: what a step up should raise is the sum of worth * log pi(a|s).
    agent = m.Agent()
    xs, moves, rewards = agent.play()

    def loss(net, xs, moves, worths):
        agent.net = net
        return -sum(worth * np.log(agent.think(x)[0][a]) for x, a, worth in zip(xs, moves, worths, strict=True))

    def gradients(net, xs, moves, worths):
        agent.net = net
        return {k: -g for k, g in agent.blame(xs, moves, worths).items()}

    return dict(
        loss=loss,
        gradients=gradients,
        params=agent.net,
        data=(xs, moves, m.later_reward(rewards)),
        learning_rate=m.rate,
        up_to_factor=True,
    )


def grid_q(m):
    net = m.QNet()
    return dict(
        loss=net.loss,
        gradients=xnn.gradients_from_step(net.update, net.alpha),
        params=net,
        data=(m.encode((2, 1)), 2, 0.4),
        step=net.update,
        learning_rate=net.alpha,
    )


def pure_lists(m):
    row = m.make_rows()[20]
    return dict(
        loss=m.wrongness,
        gradients=m.backward,
        params=m.new_network(3, 5, 3),
        data=(row[:-1], row[-1]),
        learning_rate=0.5,
    )


def pure_lists_all(m):
    rows = m.make_rows()
    return dict(
        **over_samples(m.wrongness, m.backward),
        params=m.new_network(3, 5, 3),
        learning_rate=0.5,
        data=([row[:-1] for row in rows], [row[-1] for row in rows]),
        predict=lambda network, X: [m.signals_of(network, x)[-1] for x in X],
    )


def softmax_all(m):
    pts, arm = m.spiral()
    return dict(
        loss=m.surprise, gradients=m.slopes, params=m.init(), data=(pts, arm), predict=m.predict, learning_rate=1.0
    )


def dot_for_outer(m):
    net = m.SimpleNet()
    return dict(
        loss=net.cost,
        gradients=net.backProp,
        params=net,
        data=(m.xs[3], m.ys[3]),
        predict=net.feedForward,
        learning_rate=net.eta,
    )


def dot_for_outer_all(m):
    net = m.SimpleNet()
    return dict(
        **over_samples(m.SimpleNet.cost, m.SimpleNet.backProp),
        params=net,
        data=(m.xs, m.ys),
        predict=lambda net, X: [net.feedForward(x) for x in X],
        learning_rate=net.eta,
    )


def one_plus(m):
    net = m.OneNeuron()
    return dict(
        loss=m.OneNeuron.miss,
        gradients=m.OneNeuron.gradient,
        params=net,
        data=(m.examples, m.solutions),
        predict=m.OneNeuron.ask,
        learning_rate=1.0,
    )


def straight_line(m):
    return dict(
        loss=m.badness, gradients=m.slopes, params={"m": m.m, "b": m.b}, data=(m.xs, m.ys), learning_rate=m.pace
    )


def templates(m):
    net = m.Net([8, 12, 5])
    return dict(loss=net.mse, gradients=net.collect, params=net, data=m.data(), learning_rate=0.4)


def tied_auto(m):
    return dict(
        loss=m.cost,
        gradients=m.costGrad,
        params=m.init(),
        data=(m.bars(),),
        learning_rate=2.0,
        predict=lambda theta, x: m.code(theta, x)[1],
    )


def tied_auto_all(m):
    return dict(
        loss=lambda theta, x, same: m.cost(theta, x),
        gradients=lambda theta, x, same: m.costGrad(theta, x),
        params=m.init(),
        data=(m.bars(), m.bars()),
        learning_rate=2.0,
        predict=lambda theta, x: m.code(theta, x)[1],
    )


def octave_matrix(m):
    return dict(
        loss=m.penalised,
        gradients=m.itsSlope,
        params=m.theta0,
        data=(m.X, m.y),
        predict=m.predict,
        learning_rate=1.0,
    )


def bias_rows(m):
    # The data are in the instance too, under the names x and y.
    net = m.nn_circle(*m.circle())
    return dict(
        loss=net.squared,
        gradients=xnn.gradients_from_step(net.bp, net.lr),
        params=net,
        data=(),
        step=net.bp,
        learning_rate=net.lr,
    )


def bias_rows_all(m):
    net = m.nn_circle(*m.circle())

    def with_data(f):
        def on(net, x, y):
            net.x, net.y = x, y
            return f(net)

        return on

    step = with_data(m.nn_circle.bp)
    return dict(
        loss=with_data(m.nn_circle.squared),
        gradients=xnn.gradients_from_step(step, net.lr),
        params=net,
        data=(net.x, net.y),
        predict=m.nn_circle.ff,
        step=step,
        learning_rate=net.lr,
    )


CASES += [
    Case(
        "bias_rows",
        "class, data kept in the instance, methods without arguments, update only",
        bias_rows,
        ask_diagnose=bias_rows_all,
        from_step=True,
        check=("bias-not-summed",),
        diagnose=("bias-not-summed",),
        cause=("self.b2 = self.b2 - self.lr*e2", "self.b1 = self.b1 - self.lr*e1"),
        says="The biases' gradients are not summed over the samples: after one update each sample has a bias row of its own.",
        edits=(
            ("self.b2 - self.lr*e2", "self.b2 - self.lr*e2.sum(axis=0, keepdims=True)"),
            ("self.b1 - self.lr*e1", "self.b1 - self.lr*e1.sum(axis=0, keepdims=True)"),
        ),
        learns=lambda m: (lambda net: net.train() and m.held_out(net) > 0.9)(m.nn_circle(*m.circle())),
    ),
    Case(
        "reinforce",
        "class with a dict of weights, policy gradient, no loss written, += update",
        reinforce,
        only="check",
        check=("sign",),
        diagnose=("sign", "ascending"),
        cause=("push = p.copy()", "push[a] -= 1"),
        says="The gradient of log pi is onehot - p; written is p - onehot, and the update adds it: the agent learns to lose.",
        edits=(("push = p.copy()", "push = -p"), ("push[a] -= 1", "push[a] += 1")),
        learns=lambda m: m.Agent().train() > 0.9,
    ),
    Case(
        "grid_q",
        "class, Q-learning, update only",
        grid_q,
        only="check",
        from_step=True,
        always_learns=True,
        check=("wrong-operand",),
        diagnose=("wrong-operand",),
        cause=("np.outer(s, err)",),
        says="The hidden weights are updated with the output's error; `back`, the hidden delta, is computed and not used.",
        edits=(("np.outer(s, err)", "np.outer(s, back)"),),
        learns=lambda m: m.train(m.QNet()) > 0.95,
    ),
    Case(
        "pure_lists",
        "lists of lists of floats, no NumPy, loop over samples",
        pure_lists,
        ask_diagnose=pure_lists_all,
        check=("wrong-operand", "wrong-input"),
        diagnose=("wrong-operand", "wrong-input"),
        cause=("[mid_d[j] * w for w in neuron[:-1]]",),
        says="The hidden weights' gradient multiplies the delta by the weight, not by the input.",
        edits=(("[mid_d[j] * w for w in neuron[:-1]]", "[mid_d[j] * x for x in row]"),),
        learns=lambda m: m.teach(m.new_network(3, 5, 3), m.make_rows()) < 0.02,
    ),
    Case(
        "softmax_all",
        "functions, dict of arrays, spiral",
        softmax_all,
        check=("wrong-axis", "loss-mismatch", "samples-mixed"),
        diagnose=("samples-mixed", "probabilities", "wrong-axis", "loss-mismatch"),
        cause=("e = np.exp(x - np.max(x))", "return e / e.sum()"),
        says="The softmax divides by the sum over all samples and classes, not over each sample's classes.",
        edits=(
            ("e = np.exp(x - np.max(x))", "e = np.exp(x - np.max(x, axis=1, keepdims=True))"),
            ("return e / e.sum()", "return e / e.sum(axis=1, keepdims=True)"),
        ),
        learns=lambda m: m.train(m.init(), *m.spiral()) > 0.95,
    ),
    Case(
        "dot_for_outer",
        "class, camelCase, one sample at a time, a float bias, 1-D arrays",
        dot_for_outer,
        ask_diagnose=dot_for_outer_all,
        check=("shape", "wrong-operand", "not-outer"),
        diagnose=("shape", "wrong-operand", "not-outer"),
        cause=("np.dot(d2, self.a1)",),
        says="np.dot of two vectors is one number, which every weight of wRec gets: np.outer(d2, a1) belongs there.",
        edits=(("np.dot(d2, self.a1)", "np.outer(d2, self.a1)"),),
        learns=lambda m: m.SimpleNet().learn(m.xs, m.ys) < 0.003,
    ),
    Case(
        "one_plus",
        "class with private methods, whole-number bias = 0, one layer",
        one_plus,
        check=("derivative-wrong", "loss-mismatch"),
        diagnose=("derivative-wrong", "loss-mismatch"),
        cause=("return 1 / 1 + exp(-v)",),
        says="1 / 1 + exp(-v) is 1 + exp(-v): without brackets it is no sigmoid, and a * (1 - a) not its derivative.",
        edits=(("return 1 / 1 + exp(-v)", "return 1 / (1 + exp(-v))"),),
        learns=lambda m: m.OneNeuron().practise(m.examples, m.solutions) < 0.01,
    ),
    Case(
        "straight_line",
        "whole numbers m = 0 and b = 0, lists of floats, no NumPy",
        straight_line,
        check=("factor-missing", "wrong-input"),
        diagnose=("factor-missing", "wrong-input"),
        cause=("dm += -(2 / n) * off",),
        says="The slope's gradient lacks the factor x.",
        edits=(("dm += -(2 / n) * off", "dm += -(2 / n) * off * x"),),
        learns=lambda m: m.fit({"m": m.m, "b": m.b}) < 0.05,
    ),
    Case(
        "templates",
        "class, lists of arrays, lists kept in the instance",
        templates,
        check=("accumulates", "mutates"),
        diagnose=("accumulates", "mutates"),
        cause=("acc_b = self.blank_b", "acc_w = self.blank_w"),
        says="The accumulators are the templates themselves, not copies: they are never zero again and add up over all batches.",
        edits=(
            ("acc_b = self.blank_b", "acc_b = [b.copy() for b in self.blank_b]"),
            ("acc_w = self.blank_w", "acc_w = [w.copy() for w in self.blank_w]"),
        ),
        learns=lambda m: m.Net([8, 12, 5]).train(*m.data()) > 0.9,
    ),
    Case(
        "tied_auto",
        "list of arrays, tied weights, updates in place, no targets",
        tied_auto,
        ask_diagnose=tied_auto_all,
        check=("path-missing",),
        diagnose=("path-missing",),
        cause=("return [x.T @ dh, dh.sum(0), dv.sum(0)]",),
        says="W is used twice, as the encoder and transposed as the decoder: the decoder's part dv.T @ h is missing.",
        edits=(("return [x.T @ dh, dh", "return [x.T @ dh + dv.T @ h, dh"),),
        learns=lambda m: m.train(m.init(), m.bars()) < 0.05,
    ),
    Case(
        "octave_matrix",
        "np.matrix, loss of shape (1, 1), weight decay, one layer",
        octave_matrix,
        always_learns=True,
        check=("decay-on-bias",),
        diagnose=("decay-on-bias",),
        cause=("return X.T * (h - y) / m + lam / m * theta",),
        says="The gradient has weight decay on theta[0], the bias, which the cost leaves out.",
        edits=(("lam / m * theta\n", "lam / m * np.vstack((0, theta[1:]))\n"),),
        learns=lambda m: m.walkDown(m.theta0)[1] < 0.6,
    ),
]


# ------------------------------------------------------------------ sick: data, loss, start, rate, shapes, evaluation


def tumour(m):
    clf, (X, y) = m.TumourModel(), m.load()
    clf.w, clf.b = np.zeros((X.shape[1], 1)), 0
    return dict(
        loss=clf.loss,
        gradients=clf.grads,
        params=clf,
        data=(X, y),
        predict=clf.predict,
        accuracy=clf.accuracy,
        learning_rate=clf.eta,
    )


def auto_zscore(m):
    X = m.get_data()
    return dict(
        loss=lambda w, X, target: m.mse(w, X),
        gradients=lambda w, X, target: m.grad(w, X),
        params=m.new_weights(),
        data=(X, X),
        predict=m.reconstruct,
        learning_rate=2.0,
    )


def long_line(m):
    return dict(
        loss=lambda p, xs, ys: m.miss(*p, xs, ys),
        gradients=lambda p, xs, ys: m.tilt(*p, xs, ys),
        params=(0.32, 0.15),
        data=(m.xs, m.ys),
        learning_rate=0.00001,
    )


def xor_columns(m):
    # Samples are columns.
    return dict(
        loss=lambda p, X, Y: m.J(m.both(*p, X)[1], Y),
        gradients=lambda p, X, Y: m.dJ(*p, X, Y),
        params=(m.W1, m.b1, m.W2, m.b2),
        data=(m.X, m.Y),
        predict=lambda p, X: m.both(*p, X)[1],
        learning_rate=0.5,
    )


def negative_cost(m):
    model = m.Logistic(2)
    return dict(
        loss=model.cost,
        gradients=model.gradient,
        params=model,
        data=m.two_exams(),
        accuracy=model.score,
        learning_rate=0.1,
    )


def hinge(m):
    X, y = m.moons()
    return dict(loss_and_gradients=m.svm_loss, params=m.make_net(), data=(X, y), predict=m.scores, learning_rate=0.3)


def every_rate(m):
    net = m.Net()

    def gradients(net, X, Y):
        net.backward(X, Y)
        return {n: vars(net)["d" + n] for n in ("W1", "b1", "W2", "b2")}

    return dict(
        loss=m.Net.loss, gradients=gradients, params=net, data=(m.X, m.Y), predict=m.Net.forward, learning_rate=m.lr
    )


def all_dead(m):
    X, y = m.pictures()

    def gradients(p, X, y):
        # The author's names are dW1 for W1; dA1 and dZ1 belong to no parameter.
        return {k.removeprefix("d"): g for k, g in m.backwards(p, X, y).items()}

    return dict(
        loss=m.price,
        gradients=gradients,
        params=m.new_weights(36, 12, 4),
        data=(X, y),
        predict=lambda p, X: m.forwards(p, X)[0].T,
        learning_rate=0.3,
    )


def zeros_everywhere(m):
    net = m.TwoLayer(2, 12, 3)
    return dict(
        loss=net.loss, gradients=net.gradients, params=net, data=m.rings(), predict=net.scores, learning_rate=1.0
    )


def seeds_onehot(m):
    feats, labels = m.read()
    return dict(
        loss=m.error,
        gradients=m.gradient,
        params=(m.weights, m.biases),
        data=(feats, m.onehot(labels)),
        predict=lambda wb, feats: m.outputs(wb, feats)[-1],
        learning_rate=1.0,
    )


def never_reset(m):
    net = m.Trainer()
    return dict(
        loss=net.xent,
        gradients=net.backprop,
        params=net,
        data=m.make(),
        predict=net.probs,
        accuracy=net.accuracy,
        learning_rate=1.0,
    )


def digits_saturated(m):
    net = m.NeuralNet([64, 16, 5])
    return dict(
        loss=m.NeuralNet.loss,
        gradients=m.NeuralNet.gradients,
        params=net,
        data=m.digits8(),
        predict=lambda net, X: net.forward(X)[-1],
        learning_rate=net.learnRate,
    )


def kaggle_params(m):
    # Samples are columns.
    return dict(
        loss=lambda p, X, Y: m.loss(*p, X, Y),
        gradients=lambda p, X, Y: m.slopes(*p, X, Y),
        params=m.fresh(),
        data=m.data(),
        predict=lambda p, X: m.run(*p, X)[3],
        step=lambda p, X, Y, rate: m.move(*p, *m.slopes(*p, X, Y), rate),
        learning_rate=0.1,
    )


def housing(m):
    net = m.Regressor()
    return dict(
        loss=net.loss, gradients=net.backward, params=net, data=m.houses(), predict=net.forward, learning_rate=0.1
    )


def xor_logit(m):
    return dict(loss=m.cost, gradients=m.dw, params=m.start(), data=(m.X, m.Y), learning_rate=0.5)


CASES += [
    Case(
        "xor_logit",
        "functions, one layer, one vector of weights",
        xor_logit,
        diagnose=("cannot-overfit", "capacity"),
        cause=("return np.hstack([np.ones((len(X), 1)), X])",),
        says="A model without hidden layer draws one straight line, and XOR has none: the gradient becomes zero at ln 2.",
        edits=(("np.ones((len(X), 1)), X]", "np.ones((len(X), 1)), X, X[:, :1]*X[:, 1:]]"),),
        learns=lambda m: m.optimize(m.start())[1] < 0.05,
    ),
    Case(
        "tumour",
        "class with self.w and self.b = 0 after fit, one layer",
        tumour,
        diagnose=("accuracy-wrong",),
        cause=("np.mean(self.predict(X) == y)",),
        says="predict gives shape (80,), y is (80, 1): == compares every answer with every label, and the accuracy is "
        "near 50% whatever was learnt.",
        edits=(("np.mean(self.predict(X) == y)", "np.mean(self.predict(X) == y.ravel())"),),
        learns=lambda m: m.TumourModel().fit(*m.load()).accuracy(*m.load()) > 0.85,
    ),
    Case(
        "auto_zscore",
        "functions, dict of arrays, autoencoder without targets",
        auto_zscore,
        diagnose=("loss-activation-mismatch",),
        cause=("return (raw - raw.mean(axis=0)) / raw.std(axis=0)",),
        says="The data are standardized, half of them negative, and the output is a sigmoid, which reaches 0 to 1 only.",
        edits=(
            (
                "return (raw - raw.mean(axis=0)) / raw.std(axis=0)",
                "return (raw - raw.min(axis=0)) / np.ptp(raw, axis=0)",
            ),
        ),
        learns=lambda m: m.train(m.new_weights(), m.get_data()) > 0.85,
    ),
    Case(
        "long_line",
        "floats in a tuple, lists of whole numbers, no NumPy, one layer",
        long_line,
        diagnose=("input-scale", "ill-conditioned"),
        cause=("xs = [k for k in range(400)]",),
        says="x goes up to 399, so that the largest stable rate is about 2e-5, at which the intercept takes some 200,000 "
        "steps: scale x.",
        edits=(
            ("xs = [k for k in range(400)]", "xs = [k / 400 for k in range(400)]"),
            ("ys = [4 * k + 3 for k in xs]", "ys = [1600 * k + 3 for k in xs]"),
            ("rate=0.00001, rounds=100", "rate=0.5, rounds=600"),
        ),
        learns=lambda m: abs(m.search(m.xs, m.ys)[1] - 3) < 0.1,
    ),
    Case(
        "xor_columns",
        "script with globals, samples as columns, two causes",
        xor_columns,
        check=("loss-mismatch", "sign"),
        diagnose=("loss-mismatch", "init-scale", "symmetric-init", "sign"),
        cause=("return (-Y * np.log(P)", "W1 = 0.01 *", "W2 = 0.01 *"),
        says="The cost's second term has the wrong sign (a bracket is missing), the gradient is that of the right "
        "cross-entropy; and weights of size 0.01 leave the sigmoids in a flat place.",
        edits=(
            ("(-Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum()", "-(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum()"),
            ("W1 = 0.01 *", "W1 ="),
            ("W2 = 0.01 *", "W2 ="),
        ),
        learns=lambda m: np.abs(m.loop()[1] - m.Y).max() < 0.2,
    ),
    Case(
        "negative_cost",
        "class, one layer, float bias",
        negative_cost,
        diagnose=("loss-sign", "loss-mismatch", "sign", "ascending"),
        cause=("return np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))",),
        says="The cross-entropy lacks its minus: it is negative and falls without bound while the answers get worse. The "
        "gradient is that of this cost.",
        edits=(
            (
                "return np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))",
                "return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))",
            ),
            (
                "theta=X.T.dot(y - h) / len(y), bias=np.mean(y - h)",
                "theta=X.T.dot(h - y) / len(y), bias=np.mean(h - y)",
            ),
        ),
        learns=lambda m: m.Logistic(2).fit(*m.two_exams()).score(*m.two_exams()) > 0.85,
    ),
    Case(
        "hinge",
        "(loss, gradients) in one function, whole-number b2 = 0, weight decay",
        hinge,
        diagnose=("labels-range",),
        cause=("y = np.arange(n) % 2",),
        says="The margin loss needs labels -1 and 1; these are 0 and 1, and the samples of class 0 have no gradient.",
        edits=(("    return X, y\n", "    return X, 2*y - 1\n"),),
        learns=lambda m: m.train(m.make_net(), *m.moons()) > 0.95,
    ),
    Case(
        "every_rate",
        "class, backward() stores self.dW1, a loss summed over samples",
        every_rate,
        diagnose=("learning-rate-high", "loss-sum"),
        cause=("lr = 0.05\n",),
        says="The loss is a sum over 200 samples: the largest stable rate is some 0.002, a twenty-fifth of the rate used.",
        edits=(("lr = 0.05\n", "lr = 0.0005\n"),),
        learns=lambda m: m.train(m.Net()) < 0.05,
    ),
    Case(
        "all_dead",
        "course style, gradients with extra keys dA1 and dZ1, samples as columns inside",
        all_dead,
        diagnose=("input-scale", "dead-units", "learning-rate-high"),
        cause=("X = rs.randint(0, 90, (80, 6, 6))", "rate=0.3"),
        says="Inputs of 0 to 255 at this rate: after two steps 11 of the 12 hidden units are below zero for every picture, and stay there.",
        edits=(("return X.reshape(80, 36), y", "return X.reshape(80, 36) / 255, y"),),
        learns=lambda m: m.everything(*m.pictures()) > 0.9,
    ),
    Case(
        "zeros_everywhere",
        "class with train() and state kept in forward",
        zeros_everywhere,
        diagnose=("zero-init", "symmetric-init"),
        cause=("self.W1 = np.zeros((D, H))", "self.W2 = np.zeros((H, C))"),
        says="All weights start at zero: the hidden units stay equal to each other.",
        edits=(
            ("self.W1 = np.zeros((D, H))", "self.W1 = np.random.RandomState(0).randn(D, H) * 2"),
            ("self.W2 = np.zeros((H, C))", "self.W2 = np.random.RandomState(1).randn(H, C) * 0.5"),
        ),
        learns=lambda m: m.TwoLayer(2, 12, 3).train(*m.rings(), epochs=4000) > 0.95,
    ),
    Case(
        "seeds_onehot",
        "tuple of two lists, targets as lists of lists, gradients inserted from the last layer",
        seeds_onehot,
        diagnose=("labels-one-hot", "labels-range"),
        cause=("[[1 if k == l else 0 for k in range(n)] for l in labels]",),
        says="Labels are 1, 2, 3, the one-hot code counts from 0: class 3 has a row of zeros, and output 0 is never wanted.",
        edits=(("for k in range(n)]", "for k in range(1, n + 1)]"),),
        learns=lambda m: m.train((m.weights, m.biases), *m.read()) > 0.9,
    ),
    Case(
        "never_reset",
        "class, a counter kept between calls, one layer",
        never_reset,
        diagnose=("accuracy-wrong",),
        cause=("self.hits += 1",),
        says="self.hits is never set to 0 again: the accuracy counts the hits of all calls so far, and passes 100%.",
        edits=(
            (
                "        for p, t in zip(self.probs(X), y):",
                "        self.hits = 0\n        for p, t in zip(self.probs(X), y):",
            ),
        ),
        learns=lambda m: 0.9 < m.Trainer().run(*m.make())[-1] <= 1,
    ),
    Case(
        "digits_saturated",
        "class with lists of arrays, gradients appended and reversed",
        digits_saturated,
        diagnose=("saturated-units", "init-scale", "input-scale", "vanishing-gradients"),
        cause=("rs.uniform(0, 1, (a, b))",),
        says="64 inputs of 0 to 16 with weights of 0 to 1 give sums of some 130: every sigmoid is 1 and has no slope.",
        edits=(
            ("rs.uniform(0, 1, (a, b))", "rs.uniform(-1, 1, (a, b)) / np.sqrt(a)"),
            ("outs = [np.asarray(X, dtype=float)]", "outs = [np.asarray(X, dtype=float) / 16]"),
        ),
        learns=lambda m: m.NeuralNet([64, 16, 5]).train(*m.digits8()) > 0.95,
    ),
    Case(
        "kaggle_params",
        "course style, tuples of arrays, samples as columns, two causes",
        kaggle_params,
        diagnose=("input-scale", "saturated-units", "detached", "zero", "skipped", "step-differs"),
        cause=(
            "gb1 = b1 - rate * gb1",
            "gb2 = b2 - rate * gb2",
            "X = (rs.rand(6, 49)[Y] * 75 + rs.rand(90, 49) * 180).astype(int)",
        ),
        says="Pixels of 0 to 255 saturate the tanh units, and the update writes the new biases into gb1 and gb2, so that "
        "b1 and b2 never change.",
        edits=(
            ("    gb1 = b1 - rate * gb1\n", "    b1 = b1 - rate * gb1\n"),
            ("    gb2 = b2 - rate * gb2\n", "    b2 = b2 - rate * gb2\n"),
            ("return X.T, Y", "return X.T / 255, Y"),
        ),
        learns=lambda m: m.learn(*m.data())[0] < 0.1,
    ),
    Case(
        "housing",
        "class with a dict self.p, forward keeps self.h",
        housing,
        check=("loss-broadcast", "loss-mismatch", "shape"),
        diagnose=("loss-broadcast", "loss-mismatch"),
        cause=("return np.mean((self.forward(X) - y) ** 2)",),
        says="y is (60,), the output (60, 1): the loss printed is the mean over all 3600 pairs; the gradient, with y "
        "reshaped, is that of the right loss.",
        edits=(
            ("return np.mean((self.forward(X) - y) ** 2)", "return np.mean((self.forward(X) - y.reshape(-1, 1)) ** 2)"),
        ),
        learns=lambda m: m.Regressor().fit(*m.houses()) < 0.01,
    ),
]


# ------------------------------------------------------------------ healthy, though they look suspicious


def robot_arm(m):
    net = m.ArmNet()
    return dict(loss=net.error, gradients=net.grads, params=net, data=m.samples(), predict=net.out, learning_rate=0.01)


def big_scores(m):
    c = m.Classifier()
    return dict(
        loss=c.cross_entropy, gradients=c.gradient, params=c, data=m.flowers(), predict=c.predict, learning_rate=0.2
    )


def three_points(m):
    return dict(
        loss=m.loss,
        gradients=m.grads,
        params=m.params,
        data=(m.x[:3], m.y[:3]),
        predict=lambda p, x: m.net(p, x)[2],
        learning_rate=0.02,
    )


def norm_running(m):
    net = m.Model()
    return dict(
        loss=net.loss, gradients=net.backward, params=net, data=m.data(), predict=net.forward, learning_rate=0.3
    )


def sine_rnn(m):
    net = m.RNN()
    x, target = m.series[: m.T], m.series[1 : m.T + 1]
    net.loss_and_grad(x, target)  # so that the state is not zero
    return dict(
        loss_and_gradients=net.loss_and_grad,
        params=net,
        data=(m.series[m.T : 2 * m.T], m.series[m.T + 1 : 2 * m.T + 1]),
        learning_rate=0.02,
    )


def plus_equals(m):
    b = m.Brain()
    return dict(
        loss=b.total_error,
        gradients=xnn.gradients_from_step(b.learn, 0.5),
        params=b,
        data=(m.inp, m.want),
        predict=lambda b, X: b.think(X)[2],
        step=b.learn,
        learning_rate=0.5,
    )


def assignment_net(m):
    net, (X, y) = m.ReluClassifier(4, 10, 3), m.toy()
    return dict(
        loss_and_gradients=lambda params, X, y: vars(net).update(params=params) or net.loss(X, y, 0.05),
        params=net.params,
        data=(X, y),
        eta=0.1,
        predict=lambda params, X: vars(net).update(params=params) or net.loss(X),
    )


def line_zero(m):
    return dict(
        loss=m.J,
        gradients=m.dJ,
        params=m.theta,
        data=(m.hours, m.marks),
        learning_rate=0.1,
        predict=lambda theta, xs: [m.h(theta, x) for x in xs],
    )


def matrix_logit(m):
    rows, admitted = m.applicants()
    return dict(
        loss=m.cost,
        gradients=lambda w, rows, admitted: -m.uphill(w, rows, admitted),
        params=np.matrix(np.ones((3, 1))),
        data=(rows, admitted),
        accuracy=m.hits,
        learning_rate=0.01,
    )


def layer_list(m):
    return dict(
        loss=lambda stack, x, t: m.badness(t, m.through(stack, x)),
        gradients=xnn.gradients_from_step(m.one_sample, 0.1),
        params=m.build(),
        data=(m.corners[1], m.xor_and[1]),
        step=m.one_sample,
        learning_rate=0.1,
    )


def cbow_shared(m):
    return dict(
        loss=lambda p, X, y: m.loss(*p, X, y),
        gradients=lambda p, X, y: m.backward(*p, X, y),
        params=(m.E, m.M, m.bias),
        data=(m.contexts, m.centres),
        predict=lambda p, X: m.forward(*p, X)[1],
        learning_rate=0.02,
    )


def nonlin_right(m):
    # No loss in the file.
    return dict(
        loss=lambda AB, X, y: np.mean((y - m.answer(AB, X)) ** 2),
        gradients=xnn.gradients_from_step(m.better, 1.0),
        params=[m.A, m.B],
        data=(m.ins, m.outs),
        predict=m.answer,
        step=m.better,
        learning_rate=1.0,
        up_to_factor=True,
    )


def pong_like(m):
    fs, acts, reward = m.episode(m.W, np.random.RandomState(0))
    return dict(
        loss=lambda W, fs, acts, r: -r * sum(np.log(m.think(W, f)[0][a]) for f, a in zip(fs, acts, strict=True)),
        gradients=lambda W, fs, acts, r: {k: -g for k, g in m.steer(W, fs, acts, r).items()},
        params=m.W,
        data=(fs, acts, reward),
        learning_rate=0.02,
    )


def softmax_zero(m):
    X, y = m.letters()
    return dict(
        loss=m.objective, gradients=m.gradient, params=m.theta, data=(X, y), predict=m.hypothesis, learning_rate=0.5
    )


def tiny_cnn(m):
    net = m.CNN()
    return dict(
        loss=net.loss, gradients=net.grads, params=net, data=m.stripes(), predict=net.predict, learning_rate=0.5
    )


def dropout_objects(m):
    return dict(
        loss=m.loss,
        gradients=m.gradient,
        params=m.setup(),
        data=m.batch(),
        predict=lambda net, X: m.forward(net, X, train=False)[2],
        learning_rate=0.1,
        reseed=lambda: np.random.seed(0),
    )


def perceptron_epochs(m):
    net, (X, y) = m.Neuron(2), m.two_clouds()
    return dict(
        loss=net.sse,
        gradients=xnn.gradients_from_step(net.epoch, net.eta),
        params=net,
        data=(X, y),
        predict=net.output,
        step=net.epoch,
        learning_rate=net.eta,
    )


CASES += [
    Case(
        "robot_arm",
        "class, a loss summed over samples of a mean over outputs, samples as columns inside",
        robot_arm,
        learns=lambda m: m.ArmNet().train(*m.samples()) < 0.02,
    ),
    Case(
        "big_scores",
        "class, all-positive logits, raw centimetres",
        big_scores,
        learns=lambda m: m.fit(m.Classifier(), *m.flowers()) > 0.95,
    ),
    Case(
        "three_points",
        "functions, dict of arrays, ReLU looked at with three samples",
        three_points,
        learns=lambda m: m.train(m.params) < 0.05,
    ),
    Case(
        "norm_running",
        "nested objects, batch norm with running averages",
        norm_running,
        learns=lambda m: m.Model().fit(*m.data()) > 0.95,
    ),
    Case(
        "sine_rnn",
        "class, hidden state kept between calls, (loss, gradients) in one method, float bias",
        sine_rnn,
        only="check",
        learns=lambda m: m.RNN().train() < 0.01,
    ),
    Case(
        "plus_equals",
        "class, += updates in place, a counter, update only",
        plus_equals,
        from_step=True,
        learns=lambda m: m.train(m.Brain()) < 0.1,
    ),
    Case(
        "assignment_net",
        "course class, (loss, gradients), an extra key g_mid, five samples",
        assignment_net,
        learns=lambda m: m.ReluClassifier(4, 10, 3).train(*m.toy())[-1] < 0.05,
    ),
    Case(
        "line_zero",
        "lists of floats, theta = [0, 0] whole numbers, no NumPy",
        line_zero,
        learns=lambda m: m.J(m.descend(m.theta), m.hours, m.marks) < 0.05,
    ),
    Case(
        "matrix_logit",
        "np.matrix, lists as data, ascent, loss of shape (1, 1), one layer",
        matrix_logit,
        learns=lambda m: m.hits(m.climb(*m.applicants()), *m.applicants()) > 0.85,
    ),
    Case(
        "layer_list",
        "list of layer objects that update themselves on the way back, update only",
        layer_list,
        from_step=True,
        only="check",
        learns=lambda m: m.train(m.build()) < 0.02,
    ),
    Case(
        "cbow_shared",
        "script with globals, tied weights, updates in place, word indices, summed loss",
        cbow_shared,
        learns=lambda m: m.learn(m.E, m.M, m.bias) < 1.0,
    ),
    Case(
        "nonlin_right",
        "script, slope of the output, no loss written, whole arrays returned, update only",
        nonlin_right,
        from_step=True,
        learns=lambda m: m.train([m.A, m.B]) < 0.05,
    ),
    Case(
        "pong_like",
        "globals, policy gradient, ascent, no loss written",
        pong_like,
        only="check",
        learns=lambda m: m.train(m.W) > 0.6,
    ),
    Case(
        "softmax_zero",
        "one layer that starts at zero, a loss that returns (loss, accuracy)",
        softmax_zero,
        learns=lambda m: m.optimise(m.theta, *m.letters())[1] > 0.95,
    ),
    Case(
        "tiny_cnn",
        "class, conv net with loops over pixels",
        tiny_cnn,
        learns=lambda m: m.CNN().fit(*m.stripes()) > 0.95,
    ),
    Case(
        "dropout_objects",
        "an object array of arrays, random masks",
        dropout_objects,
        learns=lambda m: m.train(m.setup(), *m.batch()) > 0.8,
    ),
    Case(
        "perceptron_epochs",
        "class, whole-number b = 0, an epoch of updates as the step, one layer",
        perceptron_epochs,
        from_step=True,
        many_updates=True,
        learns=lambda m: m.Neuron(2).fit(*m.two_clouds()) > 0.9,
    ),
]
