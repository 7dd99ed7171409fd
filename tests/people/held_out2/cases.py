"""The programs of this folder, a row each."""

import numpy as np

import xnn

from ..case import Case, over_samples


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
        learning_rate=4.0,
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
    return dict(loss=m.loss, gradients=m.grad, params=m.start(), data=m.windows()[4], learning_rate=0.5)


def cbow_mean_all(m):
    context, word = zip(*m.windows(), strict=True)
    return dict(
        **over_samples(m.loss, m.grad), params=m.start(), data=(np.array(context), np.array(word)), learning_rate=0.5
    )


def agent_probs(m):
    policy = m.Policy([5, 6, 2], 0.1)
    m.np.random.seed(3)
    states, actions, G, _ = m.episode(policy, m.Corridor())
    return dict(loss=m.objective, gradients=m.gradient, params=policy, data=(states, actions, G), learning_rate=0.1)


def svm_mask(m):
    X, y = m.load()
    W = 0.01 * np.random.RandomState(60).randn(X.shape[1], 6)
    return dict(
        loss_and_gradients=lambda W, X, y: m.svm_loss_vec(W, X, y, 1e-3),
        params=W,
        data=(X, y),
        predict=lambda W, X: X.dot(W),
        learning_rate=0.2,
    )


def after_one_epoch(m):
    net, (rows, labels) = m.Network(16, 10, 4), m.read_rows()

    def gradients(net, rows, labels):
        weights, biases = net.gather(rows, labels)
        return {"weights": weights, "biases": biases}

    return dict(loss=m.Network.MSE, gradients=gradients, params=net, data=(rows[:8], labels[:8]), learning_rate=0.3)


def reg_softmax(m):
    x, t = m.iris_like()
    W, b = 0.1 * np.random.RandomState(81).randn(4, m.N_CLASS), np.zeros(m.N_CLASS)
    return dict(
        loss=lambda p, x, t: m.J(*p, x, t),
        gradients=lambda p, x, t: m.dJ(*p, x, t),
        params=(W, b),
        data=(x, t),
        predict=lambda p, x: m.h(x, *p),
        learning_rate=0.2,
    )


def sparse_ae(m):
    return dict(
        loss_and_gradients=m.sparseAutoencoderCost,
        params=m.initializeParameters(),
        data=(m.patches(),),
        learning_rate=0.5,
    )


def bag_of_words(m):
    net = m.Sentiment()

    def loss(params, ids, labels):
        for own, new in zip(net.params, params, strict=True):
            own[...] = new
        return net.forward(ids, labels)

    def gradients(params, ids, labels):
        loss(params, ids, labels)
        net.backward()
        return [g.copy() for g in net.grads]

    return dict(
        loss=loss,
        gradients=gradients,
        params=[p.copy() for p in net.params],
        data=(m.ids, m.labels),
        learning_rate=1.0,
    )


# ------------------------------------------------------------------ sick: data, loss, start, rate, update, evaluation


def lower_but_worse(m):
    def cost(p, X, Y):
        return m.compute_cost(m.forward_propagate(X, p)[1], Y)

    def gradients(p, X, Y):
        return m.back_propagate(X, p, *m.forward_propagate(X, p), Y)

    return dict(
        loss=cost,
        gradients=gradients,
        params=m.parameters,
        data=(m.X, m.Y),
        predict=lambda p, X: m.forward_propagate(X, p)[1],
        learning_rate=0.1,
    )


def cost_nan(m):
    return dict(
        loss=m.computeCost,
        gradients=m.computeGrad,
        params=np.zeros((4, 1)),
        data=m.load_flats(),
        predict=lambda theta, X: m.sigmoid(X @ theta),
        learning_rate=0.1,
    )


def prints_zero(m):
    net = m.DeepNet([12, 10, 8, 5])

    def accuracy(params, x, y):
        net.params = params
        return net.compute_accuracy(x, y)

    return dict(
        loss=net.loss,
        gradients=net.backward_pass,
        params=net.params,
        data=m.make_digits(),
        predict=lambda params, X: np.array([net.forward_pass(x, params)["A3"] for x in X]),
        accuracy=accuracy,
        learning_rate=net.l_rate,
    )


def loop_variable(m):
    net = m.mlp(2, 8, 1)
    return dict(
        loss=net.xent,
        gradients=net.deltas,
        params=net,
        data=m.rings(),
        predict=net.out,
        step=lambda net, X, y: net.learn(X, y, 0.8),
        learning_rate=0.8,
    )


def always_zero(m):
    return dict(loss=m.cost, gradients=m.slope, params=m.start, data=(m.pics, m.digits), learning_rate=m.learningrate)


def minus_one(m):
    return dict(
        loss=lambda p, X, Y: m.cost(*p, X, Y),
        gradients=lambda p, X, Y: m.backward_prop(*p, X, Y),
        params=m.get_params(),
        data=m.load_csv(),
        predict=lambda p, X: m.forward_prop(*p, X)[-1],
        learning_rate=0.2,
    )


def stuck_half(m):
    net = m.Backprop([30, 15, 2])
    return dict(
        loss=net.squared,
        gradients=net.derivatives,
        params=net,
        data=m.majority(),
        predict=net.feed,
        learning_rate=2.0,
    )


def same_answer(m):
    return dict(loss=m.err, gradients=m.d_err, params=m.begin(), data=m.concrete(), predict=m.net, learning_rate=m.ETA)


# ------------------------------------------------------------------ healthy


def octave_net(m):
    return dict(loss_and_gradients=m.nnCostFunction, params=m.nn_params.copy(), data=m.flowers(), learning_rate=2.0)


def gru_first(m):
    return dict(
        loss=m.loss,
        gradients=m.unroll,
        params=m.fresh(),
        data=m.symbols(),
        predict=lambda P, seqs: m.roll(P, seqs)[2],
        learning_rate=0.5,
    )


def cols_cnn(m):
    return dict(
        loss_and_gradients=m.loss_and_grads,
        params=m.params,
        data=m.crosses(),
        predict=lambda params, X: m.run(params, X)[3],
        learning_rate=0.2,
    )


def tape(m):
    return dict(loss=m.loss, gradients=m.grad, params=m.start, data=(m.xor,), learning_rate=1.0)


def resid_norm(m):
    return dict(
        loss=m.loss,
        gradients=m.bwd,
        params=m.make(rng=np.random.default_rng(240)),
        data=m.data(),
        predict=lambda net, X: m.fwd(net, X)[-1],
        learning_rate=0.003,
    )


def ratings(m):
    mf = m.MF()
    return dict(
        loss=mf.err,
        gradients=xnn.gradients_from_step(mf.update, m.gamma),
        params=mf,
        data=m.known[7],
        step=mf.update,
        learning_rate=m.gamma,
    )


def drop_some(m):
    net = m.Net()
    return dict(
        loss=net.cost,
        gradients=net.gradients,
        params=net,
        data=m.patients(),
        reseed=lambda: np.random.seed(0),
        learning_rate=0.3,
    )


def next_letter(m):
    return dict(
        loss=m.nll,
        gradients=m.manual_backprop,
        params=m.parameters,
        data=m.make_set(),
        predict=lambda ps, X: m.forward(ps, X)[2],
        learning_rate=0.5,
    )


def delta_rule(m):
    pattern, t = m.patterns[3]
    return dict(
        loss=m.half_square,
        gradients=xnn.gradients_from_step(m.present, m.ETA),
        params=m.new_net(),
        data=(pattern, t),
        step=m.present,
        learning_rate=m.ETA,
    )


def vae(m):
    net = m.VAE()
    return dict(loss=net.elbo, gradients=net.backward, params=net, data=(m.stripes(), m.noise()), learning_rate=0.2)


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
            (
                "    v_main -= LR * grad_main\n    grad_context = weight * cost_inner * v_main\n",
                "    grad_context = weight * cost_inner * v_main\n    v_main -= LR * grad_main\n",
            ),
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
        check=("factor-missing", "scale"),
        diagnose=("factor-missing", "scale"),
        cause=("g_in[c] += EH",),
        says="The hidden layer is the mean of the context's vectors: each gets EH divided by their number.",
        edits=(("g_in[c] += EH", "g_in[c] += EH / len(context)"),),
        learns=lambda m: m.train(m.start()) < 1.0,
    ),
    Case(
        "agent_probs",
        "class with lists of arrays, policy gradient, one episode as lists",
        agent_probs,
        only="check",
        check=("path-missing", "wrong-operand"),
        diagnose=("path-missing", "wrong-operand"),
        cause=("policy.backpropagation(s, g * probs)",),
        says="The gradient of -log pi(a) before the softmax is probs - onehot(a): the action that was taken is missing.",
        edits=(("policy.backpropagation(s, g * probs)", "policy.backpropagation(s, g * (probs - np.eye(2)[a]))"),),
        learns=lambda m: m.train(m.Policy([5, 6, 2], 0.1)) > 0.7,
    ),
    Case(
        "svm_mask",
        "one function that returns (loss, gradient), one matrix, hinge loss",
        svm_mask,
        check=("wrong-operand", "factor-missing", "not-accumulated", "some-entries"),
        diagnose=("wrong-operand", "factor-missing", "not-accumulated", "some-entries"),
        cause=("hit[np.arange(n), y] = -1",),
        says="The true class gets -1, where minus the number of classes that break the margin belongs.",
        edits=(("hit[np.arange(n), y] = -1", "hit[np.arange(n), y] = -hit.sum(axis=1)"),),
        learns=lambda m: np.mean(m.LinearClassifier().train(*m.load())[-20:]) < 0.2,
    ),
    Case(
        "after_one_epoch",
        "class, columns, loop over samples, sums kept in the instance",
        after_one_epoch,
        check=("accumulates", "keeps-state", "mutates"),
        diagnose=("accumulates", "keeps-state", "mutates"),
        cause=("self.weight_updates = self.weight_templates", "self.bias_updates = self.bias_templates"),
        says="The sums are the templates themselves, no copies: they are never zero again, and each batch adds to all before.",
        edits=(
            (
                "self.weight_updates = self.weight_templates",
                "self.weight_updates = [0 * t for t in self.weight_templates]",
            ),
            ("self.bias_updates = self.bias_templates", "self.bias_updates = [0 * t for t in self.bias_templates]"),
        ),
        learns=lambda m: m.Network(16, 10, 4).train(*m.read_rows()) > 0.95,
    ),
    Case(
        "reg_softmax",
        "functions of W and b, loops over samples and classes, softmax regression",
        reg_softmax,
        always_learns=True,
        check=("decay-scale",),
        diagnose=("decay-scale",),
        cause=("+ lam * W",),
        says="The loss has lam * sum(W ** 2), whose gradient is 2 * lam * W.",
        edits=(("+ lam * W", "+ 2 * lam * W"),),
        learns=lambda m: m.J(*m.fit(*m.iris_like()), *m.iris_like()) < 0.6,
    ),
    Case(
        "sparse_ae",
        "MATLAB habits, one flat vector theta, patches as columns, (cost, grad) in one function",
        sparse_ae,
        check=("factor-missing", "derivative-missing"),
        diagnose=("factor-missing", "derivative-missing"),
        cause=("delta2 = W2.T.dot(delta3) * a2 * (1 - a2) + sparsity[:, None]",),
        says="The sparsity's part of delta2 lacks the sigmoid's derivative a2 * (1 - a2): brackets are missing.",
        edits=(
            (
                "delta2 = W2.T.dot(delta3) * a2 * (1 - a2) + sparsity[:, None]",
                "delta2 = (W2.T.dot(delta3) + sparsity[:, None]) * a2 * (1 - a2)",
            ),
        ),
        learns=lambda m: m.train() < 1.5,
    ),
    Case(
        "bag_of_words",
        "layer objects with lists params and grads, embedding, padded word indices",
        bag_of_words,
        always_learns=True,
        check=("not-accumulated",),
        diagnose=("not-accumulated",),
        cause=("dW[self.idx] = dout",),
        says="Of a word that occurs several times the last occurrence alone counts: np.add.at belongs here.",
        edits=(("dW[self.idx] = dout", "np.add.at(dW, self.idx, dout)"),),
        learns=lambda m: m.train(m.Sentiment()) < 0.2,
    ),
    Case(
        "lower_but_worse",
        "dict of arrays, samples as columns, data among the globals",
        lower_but_worse,
        diagnose=("loss-activation-mismatch", "labels-range"),
        cause=("A2 = 1 / (1 + np.exp(-Z2))", "cost = -1/m * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))"),
        says="A sine is no probability: targets from -1 to 1 under a sigmoid and cross-entropy.",
        edits=(
            ("A2 = 1 / (1 + np.exp(-Z2))", "A2 = Z2"),
            ("cost = -1/m * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))", "cost = 0.5/m * np.sum((A2 - Y) ** 2)"),
        ),
        learns=lambda m: m.off(m.model(m.parameters)) < 0.2,
    ),
    Case(
        "cost_nan",
        "Octave habits, theta as a column, logistic regression",
        cost_nan,
        diagnose=("input-scale", "learning-rate-high", "diverging", "unstable", "not-finite"),
        cause=("X = np.column_stack((np.ones(100), area, year, rooms))",),
        says="Areas and years in the thousands: after one step the sigmoid is 0 or 1, and the cost NaN.",
        edits=(
            (
                "X = np.column_stack((np.ones(100), area, year, rooms))",
                "X = np.column_stack([np.ones(100)] + [(f - f.mean()) / f.std() for f in (area, year, rooms)])",
            ),
        ),
        learns=lambda m: m.batchGD(*m.load_flats())[1][-1] < 0.4,
    ),
    Case(
        "prints_zero",
        "class with a dict of weights, loop over samples, accuracy",
        prints_zero,
        diagnose=("accuracy-wrong",),
        cause=("predictions.append(pred == y)",),
        says="The class's number is compared with the one-hot row: np.argmax(y) belongs there.",
        edits=(("predictions.append(pred == y)", "predictions.append(pred == np.argmax(y))"),),
        learns=lambda m: m.DeepNet([12, 10, 8, 5]).train(*m.make_digits()) > 0.9,
    ),
    Case(
        "loop_variable",
        "class with lists of arrays, update in a loop",
        loop_variable,
        diagnose=("step-differs", "zero", "skipped", "detached"),
        cause=("            W = W - lr * dW", "            b = b - lr * db"),
        says="W = W - ... gives the loop's variable a new array: the network's lists never change.",
        edits=(
            ("            W = W - lr * dW", "            W -= lr * dW"),
            ("            b = b - lr * db", "            b -= lr * db"),
        ),
        learns=lambda m: m.mlp(2, 8, 1).fit(*m.rings()) < 0.1,
    ),
    Case(
        "always_zero",
        "lists of lists of floats, no NumPy, layer objects",
        always_zero,
        diagnose=("learning-rate-low", "plateau"),
        cause=("learningrate = 0.0001",),
        says="The rate is thousands of times too low: next to nothing moves in 400 rounds.",
        edits=(("learningrate = 0.0001", "learningrate = 1.0"),),
        learns=lambda m: m.train(m.start) < 0.2,
    ),
    Case(
        "minus_one",
        "course style, tuples of arrays, samples as columns, ReLU",
        minus_one,
        diagnose=("dead-units", "init-scale", "detached"),
        cause=("W1 = np.random.rand(hidden, 36) - 1", "b1 = np.random.rand(hidden, 1) - 1"),
        says="rand - 1 is negative throughout, pixels are positive: no ReLU unit is ever on.",
        edits=(
            ("W1 = np.random.rand(hidden, 36) - 1", "W1 = np.random.rand(hidden, 36) - 0.5"),
            ("b1 = np.random.rand(hidden, 1) - 1", "b1 = np.random.rand(hidden, 1) - 0.5"),
        ),
        learns=lambda m: m.gradient_descent(*m.load_csv(), 0.2, 600) > 0.9,
    ),
    Case(
        "stuck_half",
        "class with dicts of arrays by number, samples as columns",
        stuck_half,
        diagnose=("saturated-units", "init-scale", "vanishing-gradients", "plateau"),
        cause=("rnd.rand(self.layer_spec[i], self.layer_spec[i - 1])", "rnd.rand(self.layer_spec[i], 1)"),
        says="Weights from 0 to 1 for 30 and 15 inputs: hidden units are above 0.87 and outputs at 1 for every sample.",
        edits=(
            (
                "rnd.rand(self.layer_spec[i], self.layer_spec[i - 1])",
                "rnd.randn(self.layer_spec[i], self.layer_spec[i - 1]) / np.sqrt(self.layer_spec[i - 1])",
            ),
            ("rnd.rand(self.layer_spec[i], 1)", "np.zeros((self.layer_spec[i], 1))"),
        ),
        learns=lambda m: m.Backprop([30, 15, 2]).train(*m.majority()) < 0.1,
    ),
    Case(
        "same_answer",
        "functions, tuple of arrays and a float, weight decay",
        same_answer,
        diagnose=("decay-dominates",),
        cause=("LAMBDA = 1.0",),
        says="The decay outweighs the data: all weights go to zero, and the answer is the targets' mean.",
        edits=(("LAMBDA = 1.0", "LAMBDA = 0.0005"),),
        learns=lambda m: (lambda X, t: np.mean((m.net(m.descend(m.begin(), X, t), X) - t) ** 2) < 0.3 * t.var())(
            *m.concrete()
        ),
    ),
    Case(
        "octave_net",
        "Octave habits, one flat vector in Fortran order, loop over samples, labels from 1",
        octave_net,
        learns=lambda m: m.train() < 0.5,
    ),
    Case(
        "gru_first",
        "dict of arrays, GRU over a batch, momentum and clipping",
        gru_first,
        learns=lambda m: m.train(m.fresh()) < 0.1,
    ),
    Case(
        "cols_cnn",
        "im2col, two convolutions with stride and padding, list of arrays",
        cols_cnn,
        learns=lambda m: m.train() < 0.2,
    ),
    Case(
        "tape",
        "lists of floats, a tape of closures, no NumPy",
        tape,
        learns=lambda m: m.train() < 0.1,
    ),
    Case(
        "resid_norm",
        "named tuples, layer norm, residual, GELU, a summed loss",
        resid_norm,
        learns=lambda m: m.train(m.make(rng=np.random.default_rng(240))) < 0.1,
    ),
    Case(
        "ratings",
        "class, matrix factorisation with biases, update of one rating",
        ratings,
        only="check",
        from_step=True,
        learns=lambda m: m.train(m.MF()) < 0.4,
    ),
    Case(
        "drop_some",
        "class, dropout by the global generator, ELU",
        drop_some,
        learns=lambda m: m.train(m.Net()) > 0.9,
    ),
    Case(
        "next_letter",
        "list of arrays, embedding of three letters, script with globals",
        next_letter,
        learns=lambda m: m.train() < 1.2,
    ),
    Case(
        "delta_rule",
        "lists of lists of floats, the textbook's delta rule that adds",
        delta_rule,
        only="check",
        from_step=True,
        learns=lambda m: m.train(m.new_net()) < 0.05,
    ),
    Case(
        "vae",
        "class, variational autoencoder, noise as data",
        vae,
        learns=lambda m: m.train(m.VAE()) < 0.8 * m.VAE().elbo(m.stripes(), m.noise()),
    ),
]
