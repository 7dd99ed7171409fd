"""What is wrong with each program here, where, and how a colleague would hand it to xnn.

`ask(module)` returns the keywords of one question: `loss`, `gradients`, `params` and `data` (a tuple), and where the
program has them `predict`, `accuracy`, `step`, `learning_rate` for the doctor; `options` are keywords of
`check_gradients` alone. A program that is one layer has `layer = (forward, backward, inputs)` instead, for
`check_layer`; the doctor is not asked about it. Where loss and gradients come from one function, both keys hold it.
"""

import importlib.util
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xnn

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One program: `check` and `diagnose` are the codes that name its cause, the best first."""

    name: str
    sick: bool
    styles: tuple[str, ...]
    ask: Callable[[types.ModuleType], dict]
    check: tuple[str, ...] = ()
    diagnose: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # texts of the faulty lines; naming one of them is right
    says: str = ""
    edits: tuple[tuple[str, str], ...] = ()  # the correction
    true_too: tuple[str, ...] = ()  # what may be said besides, being true, but is not the cause
    learns: Callable[[types.ModuleType], bool] | None = None  # whether the program, trained as written, gets there

    @property
    def source(self) -> str:
        return (FOLDER / f"{self.name}.py").read_text()

    def module(self, source: str | None = None) -> types.ModuleType:
        """The program, imported afresh; or another text of it, the correction."""
        if source is None or source == self.source:
            spec = importlib.util.spec_from_file_location(f"held_out_{self.name}", FOLDER / f"{self.name}.py")
            module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        module = types.ModuleType(f"corrected_{self.name}")
        exec(compile(source, f"<corrected {self.name}>", "exec"), module.__dict__)
        return module

    def corrected(self) -> str:
        text = self.source
        for old, new in self.edits:
            assert text.count(old) == 1, (self.name, old)
            text = text.replace(old, new)
        return text


def add(many):
    """The sum of several dicts of gradients."""
    many = list(many)
    return {name: sum(g[name] for g in many) for name in many[0]}


# Wrong gradients


def bigger_than_five(m):
    def gradients(w, xs, ts):
        return add(dict(zip("upvq", m.blame(x, t, **w))) for x, t in zip(xs, ts))

    return dict(
        loss=lambda w, xs, ts: sum(m.badness(x, t, **w) for x, t in zip(xs, ts)),
        gradients=gradients,
        params={"u": m.u, "p": m.p, "v": m.v, "q": m.q},
        data=(m.questions, m.truth),
        predict=lambda w, xs: [m.answer(x, **w)[1] for x in xs],
        learning_rate=0.5,
    )


def xor_neurons(m):
    def step(net, x, t):
        net.learn(x, t, 0.5)

    return dict(
        loss=lambda net, x, t: 0.5 * sum((a - b) ** 2 for a, b in zip(t, net.run(x))),
        gradients=xnn.gradients_from_step(step, 0.5),
        params=m.Network([2, 4, 1]),
        data=([1, 0], [1]),
        options={"up_to_factor": True},
        step=step,
        predict=m.Network.run,
        learning_rate=0.5,
    )


def blob_classes(m):
    x, kind = m.blobs()
    return dict(
        loss=m.Classifier.cost,
        gradients=lambda net, x, t: dict(zip(("W", "b"), net.slopes(x, t))),
        params=m.Classifier(2, 3),
        data=(x, np.eye(3)[kind]),
        predict=m.Classifier.probs,
        learning_rate=0.2,
    )


def four_switches(m):
    return dict(
        loss=m.Stack.cross_entropy,
        gradients=lambda net, X, T: dict(zip(("W", "b"), net.down(X, T))),
        params=m.Stack(4, 4, 4),
        data=m.switches(),
        predict=lambda net, X: net.up(X)[net.L],
        learning_rate=0.5,
    )


def guess_the_word(m):
    return dict(
        loss=m.surprise,
        gradients=m.slopes,
        params=m.start(),
        data=m.examples(),
        predict=lambda p, X: m.guess(p, X)[1],
        learning_rate=0.3,
    )


def adding_machine(m):
    tapes = m.tapes()
    return dict(
        loss=lambda net, seqs, totals: sum(np.sum((net.listen(s) - t) ** 2) for s, t in zip(seqs, totals)),
        gradients=lambda net, seqs, totals: add(net.slopes(s, t) for s, t in zip(seqs, totals)),
        params=m.AddingMachine(),
        data=(np.array([s for s, _ in tapes]), np.array([t for _, t in tapes])),
        options={"up_to_factor": True},
        predict=lambda net, seqs: np.array([net.listen(s) for s in seqs]),
        learning_rate=0.02,
    )


def tide_rnn(m):
    return dict(
        loss=m.TideNet.loss,
        gradients=m.TideNet.backward,
        params=m.TideNet(),
        data=m.tides(),
        step=m.TideNet.descend,
        predict=m.TideNet.forecast,
        learning_rate=0.1,
    )


def lstm_brackets(m):
    return dict(loss=m.play, gradients=m.play, params=m.fresh(), data=m.songs()[2], learning_rate=0.1)


def tomorrow(m):
    def step(net, x, t):
        m.one_epoch(net, x, t, 0.1)

    return dict(
        loss=m.msq,
        gradients=xnn.gradients_from_step(step, 0.1),
        params=m.new_net(3, 10, 10, 1),
        data=m.diary(),
        step=step,
        predict=lambda net, x: m.forecast(net, x)[-1],
        learning_rate=0.1,
    )


def bar_pictures(m):
    def step(p, pic, want):
        vars(m).update(p)
        m.correct(pic, want)
        return {name: vars(m)[name] for name in p}

    def loss(p, pics, wanted):
        vars(m).update(p)
        return sum(m.loss(pic, want) for pic, want in zip(pics, wanted))

    def predict(p, pics):
        vars(m).update(p)
        return np.array([m.look(pic)[1][:, 0] for pic in pics])

    one = xnn.gradients_from_step(step, m.SPEED)
    return dict(
        loss=loss,
        gradients=lambda p, pics, wanted: add(one(p, pic, want) for pic, want in zip(pics, wanted)),
        params={"A": m.A, "a": m.a, "B": m.B, "b": m.b},
        data=(m.pics[:20], m.wanted[:20]),
        predict=predict,
        learning_rate=m.SPEED,
    )


def norm_layer(m):
    layer = m.Normalise(3)

    def forward(x, stretch, move):
        layer.stretch, layer.move = stretch, move
        return layer.ahead(x)

    def backward(g):
        return layer.back(g), layer.g_stretch, layer.g_move

    r = np.random.RandomState(5)
    return dict(layer=(forward, backward, (r.randn(8, 3) * 2 + 1, r.uniform(0.5, 2, 3), r.randn(3))))


def overlap_pool(m):
    return dict(layer=(m.pool.forward, m.pool.backward, (np.random.RandomState(1).rand(2, 7, 7),)))


def neighbours(m):
    def both(p, word, friends):
        return m.cost_and_grad(*p, word, friends)

    return dict(loss=both, gradients=both, params=m.begin(), data=(2, [0, 1, 3, 4]), learning_rate=0.1)


def quadrants(m):
    return dict(
        loss=m.cost_function,
        gradients=lambda par, X, Y: m.backward(par, m.cost_function(par, X, Y)[1], X, Y),
        params=m.start(2, 6, 1),
        data=m.quadrants(),
        predict=lambda par, X: m.forward(par, X)[0],
        learning_rate=1.0,
    )


def next_number(m):
    def step(p, rows, then):
        return m.improve(*p, rows, then)

    return dict(
        loss=lambda p, rows, then: m.error(*p, rows, then),
        gradients=xnn.gradients_from_step(step, m.tempo),
        params=(m.first, m.second),
        data=(m.three, m.then),
        step=step,
        predict=lambda p, rows: m.run(*p, rows)[1],
        learning_rate=m.tempo,
    )


def tape_autodiff(m):
    return dict(
        loss=m.value_and_gradient,
        gradients=m.value_and_gradient,
        params=m.weights,
        data=(m.xs, m.ts),
        learning_rate=0.05,
    )


def dropout_spiral(m):
    return dict(
        loss=m.DropNet.loss_and_gradient,
        gradients=m.DropNet.loss_and_gradient,
        params=m.DropNet(),
        data=m.spiral(),
        options={"reseed": lambda: np.random.seed(0)},
        learning_rate=0.3,
    )


def chips(m):
    x, y = m.chips()
    X = m.powers(x)
    return dict(
        loss=lambda theta, X, y: m.J(theta, X, y, 10.0),
        gradients=lambda theta, X, y: m.grad(theta, X, y, 10.0),
        params=m.minimise(X, y, n=20),  # at the zeros where it starts no decay is seen
        data=(X, y),
        predict=lambda theta, X: m.g(X * np.matrix(theta).T),
        learning_rate=1.0,
    )


def noisy_digits(m):
    return dict(
        loss=m.loss,
        gradients=m.derivs,
        params=m.setup(),
        data=(m.image, m.digit),
        predict=lambda par, x: m.net(par, x)[2],
        learning_rate=0.3,
    )


def number_line(m):
    return dict(
        loss=lambda par, X, q: -np.log(m.ahead(*par, X)[1][q, np.arange(q.size)]).mean(),
        gradients=xnn.gradients_from_step(m.iterate, 0.3),
        params=m.begin(),
        data=m.sample(),
        options={"up_to_factor": True},
        step=m.iterate,
        predict=lambda par, X: m.ahead(*par, X)[1],
        accuracy=m.right,
        learning_rate=0.3,
    )


# Right gradients, or a wrong loss; something else is wrong


def two_to_four(m):
    return dict(
        loss=m.Neuron.cost,
        gradients=xnn.gradients_from_step(m.Neuron.adapt, 1.0),
        params=m.Neuron(1.0),
        data=(m.xs, m.wanted),
        predict=m.Neuron.fire,
        step=m.Neuron.adapt,
        learning_rate=1.0,
    )


def straight_line(m):
    def step(line, x, y):
        line.fit(x, y, turns=1)

    return dict(
        loss=m.Line.cost,
        gradients=xnn.gradients_from_step(step, 0.01),
        params=m.Line(),
        data=(m.kilometres, m.price),
        predict=m.Line.at,
        step=step,
        learning_rate=0.01,
    )


def relu_uniform(m):
    def gradients(net, x, t):
        net.forward(x)
        net.backward(t)
        return {"layers": [{"W": l.dW, "b": l.db} for l in net.layers]}

    return dict(
        loss=m.MLP.loss,
        gradients=gradients,
        params=m.MLP([2, 100, 100, 100, 100, 2]),
        data=m.moons(),
        predict=m.MLP.forward,
        step=m.MLP.step,
        learning_rate=0.3,
    )


def logistic_pm(m):
    X, y = m.read()
    return dict(
        loss=m.loss,
        gradients=m.grad,
        params=[np.zeros(3), 0.0],
        data=(X, y),
        predict=m.predict,
        learning_rate=0.5,
    )


def zeros_start(m):
    def step(model, X, y):
        return m.train(dict(model), X, y, n=1)

    return dict(
        loss=m.bce,
        gradients=xnn.gradients_from_step(step, 1.0),
        params=m.model,
        data=(m.X, m.y),
        predict=lambda model, X: m.forward(model, X)[1],
        step=step,
        learning_rate=1.0,
    )


def housing_nn(m):
    net = m.HouseNet(3, 12)
    return dict(
        loss=m.HouseNet.mse,
        gradients=m.HouseNet.grads,
        params=net,
        data=m.load_houses(),
        predict=m.HouseNet.predict,
        learning_rate=net.lr,
    )


def deep_sigmoid(m):
    return dict(
        loss=m.loss,
        gradients=m.gradients,
        params=(m.Ws, m.bs),
        data=(m.X, m.T),
        predict=lambda p, X: m.forward(*p, X)[-1],
        accuracy=m.accuracy,
        learning_rate=0.5,
    )


def iris_scores(m):
    return dict(
        loss=m.Net.loss,
        gradients=lambda net, X, y: {"params": net.gradients(X, y)},
        params=m.Net(),
        data=m.load_flowers(),
        predict=m.Net.forward,
        accuracy=m.Net.accuracy,
        learning_rate=0.2,
    )


def three_wines(m):
    def step(w, X, y):
        return m.train(*w, X, y, n=1)

    return dict(
        loss=lambda w, X, y: m.cost(*w, X, y),
        gradients=xnn.gradients_from_step(step, 2.0),
        params=(m.W1, m.b1, m.W2, m.b2),
        data=(m.X, m.y),
        predict=lambda w, X: m.run(*w, X)[1],
        step=step,
        learning_rate=2.0,
    )


def sensor_table(m):
    def step(net, X, y):
        m.learn(net, X, y, epochs=1)

    return dict(
        loss=m.J,
        gradients=xnn.gradients_from_step(step, 0.1),
        params=m.new(),
        data=(m.X, m.y),
        predict=m.out,
        step=step,
        learning_rate=0.1,
    )


def slow_parabola(m):
    return dict(
        loss=m.loss,
        gradients=xnn.gradients_from_step(m.epoch, m.LEARNING_RATE),
        params=m.build(),
        data=(m.x, m.y),
        predict=lambda net, x: net(x),
        step=m.epoch,
        learning_rate=m.LEARNING_RATE,
    )


def momentum_circle(m):
    net = m.Network()
    return dict(
        loss=m.Network.error,
        gradients=lambda net, X, Y: dict(zip(("W1", "B1", "W2", "B2"), net.gradient(X, Y))),
        params=net,
        data=m.ring(),
        predict=m.Network.output,
        step=m.Network.update,
        learning_rate=net.rate,
    )


def tumours(m):
    return dict(
        loss=lambda p, X, y: m.cost(X, y, *p),
        gradients=lambda p, X, y: m.slopes(X, y, *p),
        params=(m.w0, m.b0),
        data=(m.X, m.y),
        predict=lambda p, X: m.chance(X, *p),
        learning_rate=m.rate,
    )


def cat_or_not(m):
    def both(p, X, Y):
        return m.forwards_and_backwards(p["w"], p["b"], X, Y)

    return dict(
        loss=both,
        gradients=both,
        params={"w": np.zeros((5, 1)), "b": 0},
        data=m.cats(),
        predict=lambda p, X: 1 / (1 + np.exp(-(p["w"].T @ X + p["b"]))),
        learning_rate=0.1,
    )


# Healthy


def babbler(m):
    def both(net, heard, follows):
        return net.study(heard, follows)

    return dict(loss=both, gradients=both, params=m.Babbler(), data=(m.CODE[:9], m.CODE[1:10]), learning_rate=0.1)


def robot_arm(m):
    return dict(
        loss=m.ArmNet.loss,
        gradients=m.ArmNet.gradients,
        params=m.ArmNet(),
        data=m.joints(),
        predict=m.ArmNet.__call__,
        step=m.ArmNet.step,
        learning_rate=0.001,
    )


def three_random(m):
    return dict(
        loss=lambda p, a, b: m.sq(*p, a, b),
        gradients=lambda p, a, b: m.diff(*p, a, b),
        params=(m.first, m.second),
        data=(m.a, m.b),
        predict=lambda p, a: m.both(*p, a)[2],
        learning_rate=m.r_ate,
    )


def hinge_four(m):
    def both(net, x, c):
        value, gradient = net.objective(x, c)
        return value, {"M": gradient}

    return dict(
        loss=both, gradients=both, params=m.Hinge(), data=m.points(), predict=m.Hinge.scores, learning_rate=0.05
    )


def bn_two_moons(m):
    return dict(
        loss=m.Model.loss,
        gradients=m.Model.gradients,
        params=m.Model(),
        data=m.moons(),
        predict=lambda net, x: net.forward(x, training=False),
        step=m.Model.step,
        learning_rate=0.2,
    )


def short_xor(m):
    def answers(w, X):
        return m.s(m.s(X @ w[0]) @ w[1])

    def step(w, X, y):
        return m.go(*w, X, y)

    return dict(
        loss=lambda w, X, y: 0.5 * np.sum((y - answers(w, X)) ** 2),
        gradients=xnn.gradients_from_step(step, 1.0),
        params=(m.P, m.Q),
        data=(m.IN, m.OUT),
        options={"up_to_factor": True},
        predict=answers,
        step=step,
        learning_rate=1.0,
    )


def one_neuron_ok(m):
    def both(p, X, Y):
        return m.cost_and_slopes(p["w"], p["b"], X, Y)

    return dict(
        loss=both,
        gradients=both,
        params={"w": m.w, "b": m.b},
        data=m.pictures(),
        predict=lambda p, X: m.probability(p["w"], p["b"], X),
        learning_rate=0.5,
    )


def dropout_ok(m):
    return dict(
        loss=m.loss_and_grads,
        gradients=m.loss_and_grads,
        params=m.new_params(),
        data=m.get_data(),
        options={"reseed": lambda: np.random.seed(8)},
        predict=lambda p, x: m.fwd(p, x, False)[2],
        learning_rate=0.1,
    )


def octave_net(m):
    def both(v, X, y):
        return m.costandgrad(v, X, y, 0.1)

    return dict(loss=both, gradients=both, params=m.v, data=m.patterns(), learning_rate=1.0)


def pure_lists(m):
    return dict(
        loss=lambda p, xs, ts: m.loss(xs, ts, *p),
        gradients=lambda p, xs, ts: m.gradient(xs, ts, *p),
        params=[m.hidden, m.hidden_bias, m.output, m.output_bias],
        data=(m.XS, m.TS),
        predict=lambda p, xs: [m.feed(x, *p)[1] for x in xs],
        learning_rate=1.0,
    )


def tied_autoencoder(m):
    def gradients(net, x):
        net.backward(x)
        return {"W": net.dW, "bvis": net.dbvis, "bhid": net.dbhid}

    def both_ways(net, x, y):
        return gradients(net, x)

    faces = m.faces()
    return dict(
        loss=lambda net, x, y: net.loss(x),
        gradients=both_ways,
        params=m.TiedAutoencoder(8, 3),
        data=(faces, faces),
        predict=m.TiedAutoencoder.reconstruct,
        step=lambda net, x, y: net.sgd(x),
        learning_rate=0.2,
    )


def spring_constant(m):
    def pairs(w, l):
        return list(zip(w, l))

    return dict(
        loss=lambda p, w, l: m.misfit(p[0], p[1], pairs(w, l)),
        gradients=lambda p, w, l: m.misfit_derivative(p[0], p[1], pairs(w, l)),
        params=[m.k, m.rest],
        data=tuple(list(v) for v in zip(*m.measured)),
        predict=lambda p, w: [p[0] * v + p[1] for v in w],
        learning_rate=0.05,
    )


def bytes_inside(m):
    return dict(
        loss=m.objective,
        gradients=m.derivative,
        params=m.theta,
        data=(m.X, m.y),
        predict=m.scores,
        learning_rate=0.05,
    )


def rare_defects(m):
    return dict(loss=m.cost, gradients=m.grad, params=m.theta, data=m.parts(), predict=m.f, learning_rate=m.alpha)


def decay_everywhere(m):
    def step(layers, X, y):
        m.descend(layers, X, y, n=1)

    return dict(
        loss=m.cost,
        gradients=xnn.gradients_from_step(step, 2.0),
        params=m.layers,
        data=m.donut(),
        predict=lambda layers, X: m.forward(layers, X)[-1],
        step=step,
        learning_rate=2.0,
    )


def conv_stripes(m):
    X, y = m.stripes()
    return dict(
        loss=m.ConvNet.loss,
        gradients=m.ConvNet.gradients,
        params=m.ConvNet(),
        data=(X[:12], y[:12]),
        predict=lambda net, X: np.array([net.forward_one(x)[-1] for x in X]),
        learning_rate=0.5,
    )


# Whether a program gets there, trained as its author trains it


def trained(make, train, good):
    """A check: make the thing to train, train it, and say whether the result is good."""

    def learns(m):
        thing = make(m)
        result = train(m, thing)
        return bool(good(m, thing if result is None else result))

    return learns


def repeat(step, times, start):
    for _ in range(times):
        start = step(start)
    return start


def sick(name, styles, check, diagnose, lines, says, edits, true_too=(), learns=None):
    return Case(name, True, styles, globals()[name], check, diagnose, lines, says, edits, true_too, learns)


def healthy(name, styles, learns, true_too=()):
    return Case(name, False, styles, globals()[name], true_too=true_too, learns=learns)


def wrong(name, styles, codes, lines, says, edits, true_too=(), diagnose=None):
    """A wrong gradient: the doctor's true codes are the checker's, unless others are given."""
    return sick(name, styles, codes, codes if diagnose is None else diagnose, lines, says, edits, true_too)


def step_relu(m, net):
    for _ in range(300):
        net.step(*m.moons())


def wines(m):
    out = m.run(*m.train(m.W1, m.b1, m.W2, m.b2, m.X, m.y), m.X)[1]
    return (out.argmax(1) == m.labels).mean()


CASES = [
    wrong(
        "bigger_than_five",
        ("floats", "int bias", "globals", "sample by sample", "scalar chain"),
        ("wrong-operand", "wrong-input", "derivative-missing", "factor-missing", "factor-extra"),
        (
            "to_hidden = to_out*v",
            "return to_hidden*slope(hidden)*u, to_hidden*slope(hidden), to_out*slope(out)*v, to_out*slope(out)",
        ),
        "The weights' gradients are multiplied by the weight where the neuron's input belongs (x and hidden), and what "
        "is passed to the hidden neuron lacks the derivative of the output's sigmoid.",
        (
            ("to_hidden = to_out*v", "to_hidden = to_out*slope(out)*v"),
            ("return to_hidden*slope(hidden)*u,", "return to_hidden*slope(hidden)*x,"),
            ("to_out*slope(out)*v, to_out*slope(out)", "to_out*slope(out)*hidden, to_out*slope(out)"),
        ),
        ("loss-sum",),
    ),
    wrong(
        "xor_neurons",
        (
            "class",
            "nested objects",
            "lists",
            "no loss written",
            "no gradient function",
            "sample by sample",
            "pure Python",
        ),
        ("wrong-operand",),
        ("s += n.value * n.weights[j]",),
        "A hidden neuron's error sums the next layer's outputs times the weights, where that layer's errors belong.",
        (("s += n.value * n.weights[j]", "s += n.error * n.weights[j]"),),
        ("loss-sum",),
    ),
    wrong(
        "blob_classes",
        ("class", "tuple of gradients", "train method"),
        ("bias-total-sum",),
        ("return (miss.T @ x, miss.sum())",),
        "The bias gradient is summed over the classes too: one number for all, which is always 0.",
        (("miss.sum())", "miss.sum(0))"),),
        ("unstable",),
    ),
    wrong(
        "four_switches",
        ("class", "dict with int keys", "samples in columns"),
        ("wrong-operand", "wrong-input"),
        ("gW[l] = back @ out[l].T",),
        "A layer's weight gradient takes the layer's own output, where its input out[l - 1] belongs.",
        (("gW[l] = back @ out[l].T", "gW[l] = back @ out[l - 1].T"),),
        ("unstable",),
    ),
    wrong(
        "guess_the_word",
        ("dict", "functions", "embedding"),
        ("delta-mask", "derivative-wrong", "wrong-operand", "factor-extra"),
        ("back = positive(wrong @ m['out'].T)", "out_b=np.sum(wrong.T @ hid, axis=1) / n)"),
        "ReLU is applied to the delta itself, where it should be masked by whether the hidden unit is active; and the "
        "output bias's gradient is multiplied by the hidden units, where the errors alone are summed.",
        (
            ("back = positive(wrong @ m['out'].T)", "back = wrong @ m['out'].T * (hid > 0)"),
            ("out_b=np.sum(wrong.T @ hid, axis=1) / n)", "out_b=wrong.sum(axis=0) / n)"),
        ),
        ("unstable",),
    ),
    wrong(
        "adding_machine",
        ("class", "recurrent", "setattr", "sample by sample", "no loss written"),
        ("path-missing",),
        ("into = (1 - after ** 2) * (diff[t] * self.read[0])", "from_future = self.again.T @ into"),
        "What comes back from the next step (from_future) is computed and never added: no gradient flows through time.",
        (("(diff[t] * self.read[0])", "(diff[t] * self.read[0] + from_future)"),),
        ("loss-sum",),
    ),
    wrong(
        "tide_rnn",
        ("class", "recurrent", "cell objects"),
        ("zero", "wrong-operand"),
        ("d_bo += d_bo",),
        "The output bias's gradient adds itself to itself and stays 0, where the error belongs.",
        (("d_bo += d_bo", "d_bo += err[t]"),),
    ),
    wrong(
        "lstm_brackets",
        ("(loss, gradients)", "recurrent", "loss is a tuple", "lists", "dict"),
        ("derivative-missing", "derivative-wrong", "factor-missing", "wrong-operand", "path-missing"),
        ("'keep': gl * old * sg(k),", "g_prev_short = g_both[:UNITS]", "g_prev_long = gl * k"),
        "The forget gate's derivative is the sigmoid of its value, where k (1 - k) belongs; and what goes to the step "
        "before is named g_prev_short and g_prev_long and never used, so nothing flows through time.",
        (
            ("'keep': gl * old * sg(k),", "'keep': gl * old * k * (1 - k),"),
            ("g_prev_short = g_both", "g_short = g_both"),
            ("g_prev_long = gl * k", "g_long = gl * k"),
        ),
        ("loss-sum",),
    ),
    wrong(
        "tomorrow",
        ("no gradient function", "in place", "list of dicts", "update as it goes"),
        ("weights-updated",),
        ("g = g @ lay['w'].T", "lay['w'] -= rate*(seen[k].T @ g)"),
        "The gradient is passed down through weights that were just updated.",
        (
            (
                "lay['w'] -= rate*(seen[k].T @ g)\n        lay['b'] -= rate*g.sum(0)\n        g = g @ lay['w'].T",
                "down = g @ lay['w'].T\n        lay['w'] -= rate*(seen[k].T @ g)\n"
                "        lay['b'] -= rate*g.sum(0)\n        g = down",
            ),
        ),
    ),
    wrong(
        "bar_pictures",
        ("globals", "no gradient function", "sample by sample", "update as it goes"),
        ("output-derivative-missing", "derivative-missing", "factor-missing", "loss-mismatch", "weights-updated"),
        ("e = end - want", "e = B.T @ e * mid * (1 - mid)", "B = B - SPEED * e @ mid.T"),
        "For squares the error lacks the derivative of the output's sigmoid (it is that of a cross-entropy), and it is "
        "passed down through weights that were just updated.",
        (
            (
                "e = end - want\n    B = B - SPEED * e @ mid.T\n    b = b - SPEED * e\n"
                "    e = B.T @ e * mid * (1 - mid)",
                "e = (end - want) * end * (1 - end)\n    down = B.T @ e * mid * (1 - mid)\n"
                "    B = B - SPEED * e @ mid.T\n    b = b - SPEED * e\n    e = down",
            ),
        ),
        ("loss-sum",),
    ),
    Case(
        "norm_layer",
        True,
        ("one layer", "class", "running averages"),
        norm_layer,
        ("factor-missing", "wrong-operand"),
        (),
        ("return (g - g.mean(0) - self.xn * (g * self.xn).mean(0)) / self.sd", "gn = g * self.stretch"),
        "dx is computed from g, where g times stretch (gn, which is never used) belongs: right while stretch is 1.",
        (("return (g - g.mean(0) - self.xn * (g * self.xn)", "return (gn - gn.mean(0) - self.xn * (gn * self.xn)"),),
    ),
    Case(
        "overlap_pool",
        True,
        ("one layer", "class", "generator"),
        overlap_pool,
        ("not-accumulated", "some-entries"),
        (),
        ("back[k, top + best // self.size, left + best % self.size] = d[k, r, c]",),
        "Where windows overlap, a pixel that is the maximum of two gets the last one's gradient, not the sum.",
        (("left + best % self.size] = d[k, r, c]", "left + best % self.size] += d[k, r, c]"),),
    ),
    wrong(
        "neighbours",
        ("(loss, gradients)", "embedding", "loss is a tuple", "tuple of parameters"),
        ("not-accumulated",),
        ("g_table[bad] += (1 - no)[:, None]*vec",),
        "A word that is drawn twice gets its gradient once: += with repeated indices does not add up; np.add.at does.",
        (("g_table[bad] += (1 - no)[:, None]*vec", "np.add.at(g_table, bad, (1 - no)[:, None]*vec)"),),
        ("loss-sum", "no-bias"),
    ),
    wrong(
        "quadrants",
        ("course form", "loss is a tuple", "d-names", "samples in columns"),
        ("derivative-wrong", "wrong-operand"),
        ("dZ1 = np.dot(np.dot(par['W2'].T, dZ2), 1 - np.dot(A1.T, A1))",),
        "The tanh's derivative is a matrix product, where 1 - A1**2 belongs, multiplied entry by entry.",
        (("np.dot(np.dot(par['W2'].T, dZ2), 1 - np.dot(A1.T, A1))", "np.dot(par['W2'].T, dZ2) * (1 - A1 * A1)"),),
        ("unstable",),
    ),
    wrong(
        "next_number",
        ("globals", "no gradient function", "while loop", "no bias"),
        ("derivative-missing", "factor-missing", "scale"),
        ("off = guess - then", "change1 = np.outer(second, off) @ rows", "change2 = off @ mid"),
        "Neither ReLU's derivative is taken, and the loss is divided by the number of samples, the gradient is not.",
        (
            ("off = guess - then", "off = (guess - then)*(guess > 0)/len(then)"),
            ("change1 = np.outer(second, off) @ rows", "change1 = np.outer(second, off)*(mid.T > 0) @ rows"),
        ),
        ("no-bias", "dead-units"),
    ),
    wrong(
        "tape_autodiff",
        ("own autodiff", "pure Python", "list of floats", "int bias", "(loss, gradients)"),
        ("not-accumulated",),
        ("parent.grad = n.grad * d",),
        "A number that is used twice keeps the last use's gradient: = where += belongs.",
        (("parent.grad = n.grad * d", "parent.grad += n.grad * d"),),
        ("loss-sum",),
    ),
    wrong(
        "dropout_spiral",
        ("class", "(loss, gradients)", "random mask", "loss is a tuple"),
        ("factor-missing", "path-missing"),
        ("g_hid = p @ self.V.T",),
        "The dropout mask that multiplies the hidden units is left out of their gradient.",
        (("g_hid = p @ self.V.T", "g_hid = p @ self.V.T * drop"),),
        ("unstable", "nondeterministic"),
    ),
    wrong(
        "chips",
        ("np.matrix", "one vector", "functions"),
        ("decay-on-bias", "some-entries"),
        ("d = X.T*(g(X*theta) - y) + lam*theta",),
        "The decay is added to the bias's gradient too, theta[0], which the loss leaves out.",
        (("+ lam*theta\n", "+ lam*np.vstack((np.zeros((1, 1)), theta[1:]))\n"),),
        ("unstable", "input-constant"),
    ),
    wrong(
        "noisy_digits",
        ("list of parameters", "functions"),
        ("wrong-axis", "samples-mixed", "loss-mismatch"),
        ("return np.exp(s)/sum(np.exp(s))",),
        "Python's sum adds the rows: each class is normalised over the samples, not each sample over the classes.",
        (("sum(np.exp(s))", "np.exp(s).sum(axis=1, keepdims=True)"),),
        ("unstable", "probabilities"),
        ("samples-mixed", "probabilities", "wrong-axis"),
    ),
    wrong(
        "number_line",
        ("no loss written", "no gradient function", "tuple of parameters", "samples in columns"),
        ("zero",),
        ("db1 = b1 - rate*db1", "db2 = b2 - rate*db2"),
        "The update changes the biases' gradients and returns the old biases, which never move.",
        (("db1 = b1 - rate*db1", "b1 = b1 - rate*db1"), ("db2 = b2 - rate*db2", "b2 = b2 - rate*db2")),
    ),
    sick(
        "two_to_four",
        ("class", "floats", "no gradient function"),
        (),
        ("loss-activation-mismatch", "labels-range"),
        ("self.last = 1.0 / (1.0 + np.exp(-(self.w * x + self.b)))", "wanted = 2 + 2 / (1 + np.exp(-3 * xs))"),
        "The targets go from 2 to 4, and a sigmoid never exceeds 1.",
        (("wanted = 2 + 2 / (1", "wanted = 1 / (1"),),
        ("loss-sum", "saturated-units"),
        trained(
            lambda m: m.Neuron(1.0),
            lambda m, n: [n.adapt(m.xs, m.wanted) for _ in range(1000)] and None,
            lambda m, n: n.cost(m.xs, m.wanted) < 0.01,
        ),
    ),
    sick(
        "straight_line",
        ("class", "int parameters", "no gradient function"),
        (),
        ("learning-rate-high", "input-scale"),
        ("self.speed = 0.01", "kilometres = rs.uniform(0, 100, size=200)"),
        "With inputs up to 100 the largest stable rate is near 0.0003: at 0.01 the steps diverge.",
        (("rs.uniform(0, 100, size=200)", "rs.uniform(0, 1, size=200)"),),
        ("diverging", "not-finite"),
        trained(
            lambda m: m.Line(),
            lambda m, n: n.fit(m.kilometres, m.price),
            lambda m, n: n.cost(m.kilometres, m.price) < 0.1,
        ),
    ),
    sick(
        "relu_uniform",
        ("class", "layer objects", "attributes for gradients"),
        (),
        ("init-scale", "learning-rate-high", "dead-units", "initial-loss"),
        (
            "self.W = np.random.uniform(-1, 1, (n_in, n_out))",
            "self.b = np.random.uniform(-1, 1, n_out)",
            "def step(self, x, t, lr=0.3):",
        ),
        "Weights uniform in (-1, 1) for 100 inputs are four times too large, layer by layer: the loss starts at 650, "
        "the first steps throw it to 1e44, and every ReLU ends dead.",
        (("np.random.uniform(-1, 1, (n_in, n_out))", "np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)"),),
        ("exploding-gradients", "diverging"),
        trained(
            lambda m: m.MLP([2, 100, 100, 100, 100, 2]),
            step_relu,
            lambda m, n: (n.forward(m.moons()[0]).argmax(1) == m.moons()[1]).mean() > 0.97,
        ),
    ),
    sick(
        "logistic_pm",
        ("list of parameters", "float bias", "functions"),
        (),
        ("labels-range", "loss-activation-mismatch"),
        ("y = rng.randint(0, 2, n)", "return np.mean(np.log1p(np.exp(-y * f(w, b, X))))"),
        "log(1 + exp(-y f)) is for labels -1 and 1; where y is 0 its loss is ln 2 whatever the parameters.",
        (("    return X, y\n", "    return X, 2*y - 1\n"),),
        ("unstable",),
        trained(
            lambda m: m.read(),
            lambda m, d: m.fit(*d),
            lambda m, p: np.mean((m.predict(p, m.read()[0]) == 1) == (m.read()[1] == 1)) > 0.8,
        ),
    ),
    sick(
        "zeros_start",
        ("dict", "functions", "globals", "no gradient function"),
        (),
        ("zero-init", "symmetric-init"),
        ("'W1': np.zeros((2, 5)),", "'W2': np.zeros((5, 1)),"),
        "All weights start at zero: the hidden units are equal and get no gradient.",
        (
            ("'W1': np.zeros((2, 5))", "'W1': np.random.RandomState(0).randn(2, 5)"),
            ("'W2': np.zeros((5, 1))", "'W2': np.random.RandomState(1).randn(5, 1)"),
        ),
        ("unstable", "vanishing-gradients"),
        trained(
            lambda m: dict(m.model),
            lambda m, p: m.train(p, m.X, m.y),
            lambda m, p: ((m.forward(p, m.X)[1] > 0.5) == m.y).mean() > 0.9,
        ),
    ),
    sick(
        "housing_nn",
        ("class", "setattr", "fit method"),
        (),
        ("loss-broadcast", "labels-shape"),
        ("return ((self.predict(X) - y) ** 2).mean()", "diff = self.predict(X) - y"),
        "y has shape (80,), the output (80, 1): their difference is (80, 80), and the mean of y is learnt.",
        (("return np.column_stack([size, rooms, age]), price", "return np.c_[size, rooms, age], price[:, None]"),),
        (),
        trained(
            lambda m: m.HouseNet(3, 12),
            lambda m, n: n.fit(*m.load_houses()),
            lambda m, n: n.mse(*m.load_houses()) < 0.1,
        ),
    ),
    sick(
        "deep_sigmoid",
        ("lists of arrays", "globals", "tuple of lists"),
        (),
        ("vanishing-gradients", "init-scale"),
        (
            "Ws = [rng.randn(o, i) * 0.1 for i, o in zip(SIZES, SIZES[1:])]",
            "SIZES = [2, 10, 10, 10, 10, 10, 10, 1]",
            "def sigmoid(z): return 1/(1+np.exp(-z))",
        ),
        "Seven sigmoid layers with weights near 0.1 pass nothing down: the first layer's gradient is 5e-8 of the last's.",
        (
            ("SIZES = [2, 10, 10, 10, 10, 10, 10, 1]", "SIZES = [2, 10, 1]"),
            ("rng.randn(o, i) * 0.1 for", "rng.randn(o, i) * 1.5 for"),
        ),
        ("plateau",),
        trained(
            lambda m: None,
            lambda m, _: m.train(m.Ws, m.bs, m.X, m.T, eta=2.0),
            lambda m, p: m.accuracy(p, m.X, m.T) > 0.9,
        ),
    ),
    sick(
        "iris_scores",
        ("class", "params dict in a class", "accuracy method"),
        (),
        ("accuracy-wrong", "labels-shape"),
        ("return np.mean(guess == y)", "return m[y] + 0.4 * rs.randn(n, 4), y.reshape(-1, 1)"),
        "guess has shape (150,), y (150, 1): == compares each with each, and the accuracy is 1/3 whatever is learnt.",
        (("np.mean(guess == y)", "np.mean(guess == y.ravel())"),),
        ("unstable",),
        trained(
            lambda m: m.Net(),
            lambda m, n: n.train(*m.load_flowers()),
            lambda m, n: n.accuracy(*m.load_flowers()) > 0.9,
        ),
    ),
    sick(
        "three_wines",
        ("globals", "tuple of parameters", "lambda", "no gradient function"),
        (),
        ("labels-one-hot", "loss-broadcast", "labels-shape", "loss-activation-mismatch", "labels-range"),
        ("y = labels.reshape(-1, 1)", "return np.sum((out - y) ** 2) / (2 * len(X))"),
        "The class numbers 0, 1, 2 in one column are subtracted from each of three sigmoid outputs: they should be "
        "one-hot.",
        (("y = labels.reshape(-1, 1)", "y = np.eye(3)[labels]"),),
        (),
        trained(lambda m: None, lambda m, _: wines(m), lambda m, share: share > 0.9),
    ),
    sick(
        "sensor_table",
        ("instance of an empty class", "float bias", "functions", "no gradient function"),
        (),
        ("input-not-finite", "input-constant", "not-finite"),
        ("return (X - X.mean(axis=0)) / X.std(axis=0)", "np.full(n, 1013.0)"),
        "A column that is always 1013 has the deviation 0, and standardised it is NaN.",
        (("/ X.std(axis=0)", "/ np.maximum(X.std(axis=0), 1e-8)"),),
        (),
        trained(
            lambda m: m.new(),
            lambda m, n: m.learn(n, m.X, m.y),
            lambda m, n: m.J(n, m.X, m.y) < 0.5,
        ),
    ),
    sick(
        "slow_parabola",
        ("layer objects", "Sequential", "no gradient function"),
        (),
        ("learning-rate-low",),
        ("LEARNING_RATE = 1e-6",),
        "The rate of 1e-6 is a hundred thousand times too small.",
        (("LEARNING_RATE = 1e-6", "LEARNING_RATE = 0.1"),),
        (),
        trained(
            lambda m: m.build(),
            lambda m, n: [m.epoch(n, m.x, m.y) for _ in range(2000)] and None,
            lambda m, n: m.loss(n, m.x, m.y) < 0.01,
        ),
    ),
    sick(
        "momentum_circle",
        ("class", "momentum kept in the instance", "setattr", "list of gradients"),
        (),
        ("ascending",),
        ("setattr(self, n, getattr(self, n) + v)",),
        "The velocity gathers the gradient, and is added: the step climbs.",
        (("getattr(self, n) + v)", "getattr(self, n) - v)"),),
        ("diverging",),
        trained(
            lambda m: m.Network(),
            lambda m, n: [n.update(*m.ring()) for _ in range(1500)] and None,
            lambda m, n: n.error(*m.ring()) < 0.3,
        ),
    ),
    sick(
        "tumours",
        ("tuple of parameters", "int bias", "loops over samples"),
        (),
        ("input-scale", "unstable", "learning-rate-high"),
        ("rate = 0.1", "s -= label*np.log(c) + (1 - label)*np.log(1 - c)", "X, y = table()"),
        "Areas near 1,000 beside smoothness near 0.1 saturate the sigmoid (log 0, NaN) and no rate suits both.",
        (("X, y = table()", "X, y = table()\nX = (X - X.mean(0)) / X.std(0)"),),
        ("not-finite", "initial-loss", "saturated-units"),
        trained(
            lambda m: None,
            lambda m, _: m.descend(m.X, m.y, m.w0, m.b0, m.rate, 400),
            lambda m, p: m.cost(m.X, m.y, *p) < 0.4,
        ),
    ),
    sick(
        "cat_or_not",
        ("(loss, gradients)", "course form", "int bias", "samples in columns"),
        ("loss-mismatch",),
        ("samples-mixed", "loss-broadcast", "loss-mismatch"),
        ("loss = np.dot(Y.T, np.log(A)) + np.dot(1 - Y.T, np.log(1 - A))", "cost = -np.sum(loss)/m"),
        "Y.T times log A is (m, m), each label with each sample; the gradient is that of the cross-entropy, the cost "
        "is not.",
        (
            (
                "np.dot(Y.T, np.log(A)) + np.dot(1 - Y.T, np.log(1 - A))",
                "np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)",
            ),
        ),
        ("initial-loss", "loss-scale", "loss-sum", "unstable"),
        trained(lambda m: None, lambda m, _: m.learn(np.zeros((5, 1)), 0, *m.cats())[2], lambda m, c: c[-1] < c[0]),
    ),
    healthy(
        "babbler",
        ("class", "recurrent", "hidden state kept", "(loss, gradients)", "loss is a tuple"),
        trained(lambda m: m.Babbler(), lambda m, n: n.read(), lambda m, c: c < 2),
        ("loss-sum", "unstable"),
    ),
    healthy(
        "robot_arm",
        ("class", "__call__", "sum over samples of a mean over outputs"),
        trained(
            lambda m: m.ArmNet(),
            lambda m, n: [n.step(*m.joints()) for _ in range(2000)] and None,
            lambda m, n: n.loss(*m.joints()) < 1,
        ),
        ("loss-sum",),
    ),
    healthy(
        "three_random",
        ("globals", "tuple of parameters", "no bias", "three samples"),
        trained(
            lambda m: (m.first, m.second),
            lambda m, p: repeat(lambda q: tuple(w - m.r_ate * d for w, d in zip(q, m.diff(*q, m.a, m.b))), 2000, p),
            lambda m, p: m.sq(*p, m.a, m.b) < 1e-6,
        ),
        ("loss-sum", "no-bias"),
    ),
    healthy(
        "hinge_four",
        ("class", "(loss, gradients)", "hinge", "scores all positive"),
        trained(lambda m: m.Hinge(), lambda m, n: n.fit(*m.points()), lambda m, c: c < 0.1),
        ("input-constant", "no-bias", "loss-sum"),
    ),
    healthy(
        "bn_two_moons",
        ("class", "layer objects", "running averages", "nested objects"),
        trained(
            lambda m: m.Model(),
            lambda m, n: [n.step(*m.moons()) for _ in range(300)] and None,
            lambda m, n: n.loss(*m.moons()) < 0.2,
        ),
        ("unstable",),
    ),
    healthy(
        "short_xor",
        ("no loss written", "no gradient function", "derivative of the output", "adds the error"),
        trained(
            lambda m: (m.P, m.Q),
            lambda m, w: repeat(lambda v: m.go(*v, m.IN, m.OUT), 6000, w),
            lambda m, w: np.abs(m.s(m.s(m.IN @ w[0]) @ w[1]) - m.OUT).max() < 0.1,
        ),
        ("loss-sum", "no-bias"),
    ),
    healthy(
        "one_neuron_ok",
        ("(loss, gradients)", "course form", "d-names", "int bias", "zero start", "samples in columns"),
        trained(lambda m: None, lambda m, _: m.train(m.w, m.b, *m.pictures())[2], lambda m, c: c < 0.2),
        ("unstable",),
    ),
    healthy(
        "dropout_ok",
        ("(loss, gradients)", "random mask", "dict", "loss is a tuple"),
        trained(
            lambda m: m.new_params(),
            lambda m, p: m.fit(p, *m.get_data()),
            lambda m, p: m.loss_and_grads(p, *m.get_data(), train=False)[0] < 0.15,
        ),
        ("nondeterministic",),
    ),
    healthy(
        "octave_net",
        ("np.matrix", "one vector", "(loss, gradients)", "bias column"),
        trained(
            lambda m: m.v,
            lambda m, v: repeat(lambda u: u - m.costandgrad(u, *m.patterns(), 0.1)[1], 800, v),
            lambda m, v: m.costandgrad(v, *m.patterns(), 0.1)[0] < 0.5,
        ),
        ("unstable",),
    ),
    healthy(
        "pure_lists",
        ("lists of lists", "pure Python", "int bias", "globals"),
        trained(
            lambda m: None,
            lambda m, _: m.train(),
            lambda m, _: m.loss(m.XS, m.TS, m.hidden, m.hidden_bias, m.output, m.output_bias) < 0.05,
        ),
        ("unstable",),
    ),
    healthy(
        "tied_autoencoder",
        ("class", "tied weights", "in place", "no targets"),
        trained(
            lambda m: m.TiedAutoencoder(8, 3),
            lambda m, n: [n.sgd(m.faces()) for _ in range(2000)] and None,
            lambda m, n: n.loss(m.faces()) < 0.3,
        ),
    ),
    healthy(
        "spring_constant",
        ("floats", "int parameters", "pure Python", "list of pairs"),
        trained(
            lambda m: None,
            lambda m, _: m.solve(0, 0, m.measured),
            lambda m, p: m.misfit(*p, m.measured) < 0.01,
        ),
    ),
    healthy(
        "bytes_inside",
        ("bytes scaled inside", "loss is a tuple", "extra keys", "dict"),
        trained(lambda m: m.theta, lambda m, p: m.train(p), lambda m, p: m.objective(p, m.X, m.y)[1] > 0.95),
        ("unstable",),
    ),
    healthy(
        "rare_defects",
        ("one vector", "zero start", "class weights", "imbalance"),
        trained(
            lambda m: m.theta,
            lambda m, p: repeat(lambda q: q - m.alpha * m.grad(q, *m.parts()), 600, p),
            lambda m, p: m.cost(p, *m.parts()) < 0.3,
        ),
        ("class-imbalance", "unstable", "samples-mixed"),
    ),
    healthy(
        "decay_everywhere",
        ("layer objects", "reversed layer order", "in place", "globals", "no gradient function"),
        trained(
            lambda m: m.layers,
            lambda m, ls: m.descend(ls, *m.donut()),
            lambda m, ls: np.mean((m.forward(ls, m.donut()[0])[-1] > 0.5) == m.donut()[1]) > 0.9,
        ),
        ("unstable",),
    ),
    healthy(
        "conv_stripes",
        ("class", "convolution in loops", "float bias", "setattr"),
        trained(lambda m: m.ConvNet(), lambda m, n: n.train(*m.stripes()), lambda m, n: n.loss(*m.stripes()) < 0.2),
        ("unstable",),
    ),
]


# Where the fault was reported, and its cause found; the programs are written afresh from the facts
FOUND = {
    "bigger_than_five": "stats.stackexchange.com/questions/464262",
    "xor_neurons": "a forum post: XOR learnt with one example, 0.5 with four",
    "blob_classes": "github.com/rasbt/stat453-deep-learning-ss21/issues/5",
    "four_switches": "datascience.stackexchange.com/questions/25394",
    "guess_the_word": "github.com/rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization/issues/64",
    "adding_machine": "github.com/qixianbiao/RNN/issues/2",
    "tide_rnn": "github.com/javaidnabi31/RNN-from-scratch/issues/2",
    "lstm_brackets": "github.com/CaptainE/RNN-LSTM-in-numpy/issues/1",
    "tomorrow": "github.com/VikParuchuri/zero_to_gpt/issues/12",
    "bar_pictures": "github.com/Bot-Academy/NeuralNetworkFromScratch/pull/3",
    "norm_layer": "github.com/denizyuret/Knet.jl/issues/288",
    "overlap_pool": "github.com/0809zheng/CS231n-assignment2019/issues/19",
    "quadrants": "community.deeplearning.ai/t/402919",
    "next_number": "datascience.stackexchange.com/questions/120115",
    "tape_autodiff": "github.com/karpathy/nn-zero-to-hero/issues/52",
    "noisy_digits": "stackoverflow.com/questions/76450489",
    "number_line": "an answer at stackoverflow.com of somebody whose update changed db1 for b1",
    "two_to_four": "stats.stackexchange.com/questions/274046",
    "straight_line": "a question: gradients explode when x is multiplied by 100",
    "relu_uniform": "datascience.stackexchange.com/questions/86528",
    "tumours": "community.deeplearning.ai/t/258354",
    "cat_or_not": "datascience.stackexchange.com/questions/27146",
}
