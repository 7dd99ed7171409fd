"""Every bug that the checker knows, a row each: what it means, and the sentences that say it and what to write instead.

The sentences are templates that the facts of a finding, numbers and names, are put into when it is made, last of all:
nothing reads them back. ``{what}`` is the gradient of the tensors concerned; what only some callers know stands in
`GENERAL` for the others. A row ``code:case`` is the same bug where it has to be said in another way.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...findings import Finding


class Row(NamedTuple):
    """One bug."""

    means: str
    message: str
    advice: str = ""


CATALOGUE: dict[str, Row] = {
    # How the two functions behave, whatever they compute.
    "raises": Row(
        "a function raises", "{who} raises {error}", "call it by hand with these arguments and put it right first"
    ),
    "raises:arguments": Row(
        "a function is given other arguments than it takes", "{who} raises {error}",
        "give after params what it takes: check_gradients(..., params, X, y); in a file, data = (X, y)",
    ),
    "raises:near": Row("a function raises at other parameters", "near these parameters {who} raises {error}"),
    "structure": Row(
        "the gradients do not belong to the parameters", "{found}",
        "return one gradient for each parameter, in the structure of params",
    ),
    "structure:loss": Row(
        "the loss is not a number", "{who} {error}.", "return one number: the sum or the mean over the samples"
    ),
    "not-finite": Row(
        "NaN or infinity in a gradient",
        "{count} of {size} entries of its gradient are NaN or infinite, the first at {index}{sample}.",
        "look for a division by 0, log 0 or an overflowing exp in gradients",
    ),
    "not-finite:loss": Row(
        "the loss is NaN or infinite", "the loss is {value} at these parameters{sample}.",
        "subtract the row maximum before exp, and keep log away from 0",
    ),
    "nondeterministic": Row(
        "gradients draws at random",
        "two calls of gradients with the same arguments differ, though the loss does not.",
        "draw nothing at random inside gradients, and let no call depend on the one before",
    ),
    "nondeterministic:loss": Row(
        "the loss draws at random", "two calls of the loss with the same arguments differ: it draws at random.",
        "switch dropout and other draws off for the check, or draw from a generator seeded inside the function",
    ),
    "mutates": Row(
        "a function changes what it is given", "{who} changes {changed} it is given.",
        "write x = x - step, or copy first: x -= step changes the caller's array",
    ),
    "mutates:loss": Row(
        "gradients changes what the loss reads",
        "after a call of gradients, loss returns another value: gradients changes what loss reads.",
        "work on copies inside gradients",
    ),
    "mutates:state": Row(
        "something that a call changes is read by the next",
        "two calls of {who} with the same arguments differ: something is kept from one call to the next, and it "
        "changes by a constant share, as a running average does.",
        "let a call depend on its arguments alone: hand the average in, or update it outside of {who}",
    ),
    "keeps-state": Row(
        "something kept from call to call was put back",
        "each call starts from what the one before kept, as a recurrent network does: it was put back before each.",
    ),
    "accumulates": Row(
        "a second call gives twice the gradient", "each call adds its gradient to those of the calls before.",
        "set the gradients to zero at the start of each call",
    ),
    # A tensor's gradient against the right one.
    "sign": Row(
        "the sign is flipped", "{what} has the wrong sign{data_part}.",
        "{turn}; or, where the update adds the step, subtract it",
    ),
    "sign:falling": Row(
        "the sign of a sigmoid that falls where it should rise", "{what} has the wrong sign{data_part}.",
        "your sigmoid falls, 1 / (1 + exp(z)): write 1 / (1 + exp(-z)); or else {turn}",
    ),
    "scale": Row(
        "a factor is missing, or too much", "{what} is {times}{on}: {readings}.", "{factor_line}"
    ),
    "zero": Row("a gradient is zero", "{what} is zero or missing.", "{own_line}"),
    "zero:decay": Row(
        "a gradient is zero but for the decay", "{what} is zero or missing: only the decay is left.", "{own_line}"
    ),
    "zero:missing": Row("no gradient is returned", "gradients returns nothing for {parameter}.", "{own_line}"),
    "skipped": Row(
        "some entries are never computed", "{what} is never computed for {name}.",
        "let the loop run over all entries",
    ),
    "skipped:bias": Row(
        "the biases' part of a tensor is zero", "{what} is zero or missing.", "{own_line}"
    ),
    "transposed": Row("a gradient is transposed", "{what} is transposed.", "{dW}"),
    "transposed:unrolled": Row(
        "matrices are unrolled in another order than they are read",
        "the matrices are unrolled the other way round: columns first in one of params and gradient, rows first in "
        "the other.",
        'use one order for both: ravel(order=...) and reshape(..., order=...) with the same "C" or "F"',
    ),
    "swapped-layers": Row(
        "two tensors' gradients are exchanged", "what is returned for {parameter} is the gradient of {other}.",
        "return the gradients in the order of the parameters",
    ),
    "swapped-layers:unrolled": Row(
        "the parts of a long gradient are in another order",
        "the gradient's parts stand in the order {order} of those in params.",
        "join the gradients in the order in which the parameters are cut from the vector",
    ),
    "wrong-operand": Row(
        "another array stands where this one belongs",
        "what is returned for {parameter} is the gradient of {other}, whose own is right: it is computed of {other}'s "
        "operand.",
        "compute it of what multiplies {parameter} in the loss",
    ),
    "shape": Row(
        "a gradient has another shape", "{what} has the shape {shapes[0]} where {shapes[1]} belongs.", "{reshape}"
    ),
    "bias-not-summed": Row(
        "a bias gradient is left one row a sample", "{what} is left one row a sample: it is not summed.", "{db}"
    ),
    "bias-not-summed:one": Row(
        "a bias gradient is one sample's", "{what} is the {name} sample's alone.", "{db}"
    ),
    "bias-wrong-axis": Row(
        "a bias gradient is summed over the units", "{what} is summed over the units, not over the samples.", "{db}"
    ),
    "bias-total-sum": Row(
        "a bias gradient is one number", "{what} is one number, the sum over all units, for each of them.", "{db}"
    ),
    "decay-missing": Row(
        "the loss's weight decay is left out",
        "{what} lacks the weight decay that the loss has (or the loss has one too many).", "{decay}",
    ),
    "decay-on-bias": Row(
        "weight decay is applied to biases, but not in the loss",
        "{what} has a weight decay, {factor:.6g} b, that the loss does not have.", "{decay}",
    ),
    "decay-scale": Row(
        "weight decay has another factor than in the loss",
        "the weight decay in {what} has the wrong factor: {factor:.6g} W where {wants:.6g} W belongs.", "{decay}",
    ),
    "decay-scale:too-much": Row(
        "weight decay has a bigger factor than in the loss",
        "{what} has {factor:.6g} W more weight decay than the loss.", "{decay}",
    ),
    "decay-scale:edit": Row(
        "weight decay has another factor than in the loss",
        "the weight decay in {what} has another factor than in the loss.", "write {belongs}",
    ),
    "unknown": Row(
        "wrong, and nothing known reproduces it", "wrong, and no known bug reproduces it.",
        "print it beside the numeric gradient, from the last layer to the first: the first to differ has the bug",
    ),
    "detached": Row(
        "the loss does not depend on a tensor",
        "the loss never changes with {parameter}, and its gradient is not zero.",
        "use it where the loss is computed, or return zeros for it",
    ),
    # What is wrong in a line, where an edit of it makes every gradient right.
    "sign:edit": Row("the sign is flipped in a line", "has the wrong sign here.", "write {belongs}"),
    "factor-missing:edit": Row("a factor is missing", "the factor {what} is missing.", "write {belongs}"),
    "factor-extra:edit": Row("a factor is too much", "the factor {what} is too much.", "write {belongs}"),
    "path-missing:edit": Row(
        "a path of the loss is left out", "a path is left out: the term {what} is missing.", "write {belongs}"
    ),
    "path-twice:edit": Row("a path is taken twice", "the term {what} is too much.", "write {belongs}"),
    "derivative-wrong:edit": Row(
        "another function stands for a derivative", "this is not the derivative of what the loss computes.",
        "write {belongs}",
    ),
    "derivative-missing:edit": Row(
        "a derivative is left out", "a derivative of what the loss computes is left out here.", "write {belongs}"
    ),
    "softmax-diagonal:edit": Row(
        "only the diagonal of softmax's Jacobian is used",
        "only the diagonal p (1 - p) of the softmax's Jacobian is used: each probability depends on every input.",
        "write {belongs}",
    ),
    "loss-mismatch:edit": Row(
        "the gradients are of another loss",
        "every gradient is right for a loss that has {what} here: loss and gradients are not of one function.",
        "write {belongs}, or take the derivative of what stands there",
    ),
    "weights-updated:edit": Row(
        "a parameter is updated before its old value is used",
        "this is updated here already, and its old value used below.", "compute all gradients first, then update",
    ),
    "weights-updated:here": Row(
        "a parameter is read after it was updated", "this is updated already, and its old value belongs here.",
        "compute all gradients first, then update",
    ),
    "shape:edit": Row(
        "a gradient has another shape", "{what} has another shape than the parameter.", "write {belongs}"
    ),
    "derivative-of-output:edit": Row(
        "a derivative is taken of the output", "this is taken of the output f(z), where {what} belongs.",
        "write {belongs}",
    ),
    "unknown:edit": Row("a function too much", "{what} belongs here as it is.", "write {belongs}"),
    "bias-not-summed:edit": Row(
        "a bias gradient is left one row a sample", "{what} is left one row a sample: it is not summed.",
        "write {belongs}",
    ),
    "wrong-operand:edit": Row(
        "another operand stands in a line", "{what} belongs here, another operand stands here.", "write {belongs}"
    ),
    "wrong-step:edit": Row(
        "an operand is of another step of a loop", "this is of another step or place: {what} belongs here.",
        "write {belongs}",
    ),
    "wrong-axis:edit": Row(
        "a reduction is over another axis", "the reduction is over another axis.", "write {belongs}"
    ),
    "transposed:edit": Row(
        "an operand is transposed", "this is transposed, or multiplied in another order.", "write {belongs}"
    ),
    "not-accumulated:edit": Row(
        "a sum is overwritten", "this overwrites what it should add to.", "write {belongs}"
    ),
    "some-entries:edit": Row(
        "an index or a loop takes other entries",
        "some entries are left out, or taken that do not belong.", "write {belongs}",
    ),
    "some-entries:moved": Row(
        "a statement stands in another block", "of the loop's rounds one alone counts here.", "put it {where}"
    ),
    "wrong-operand:order": Row(
        "a statement reads what was changed too early",
        "this stands in the wrong order with {what}: one reads what the other has changed.", "exchange them",
    ),
    "wrong-operand:exchanged": Row(
        "two operands stand in each other's place", "{what} stand in each other's place.", "write {belongs}"
    ),
    "wrong-operand:moved": Row(
        "a statement stands outside a loop", "this is done once, where each round needs it.", "put it {where}"
    ),
    "path-twice:moved": Row(
        "a statement stands in a loop", "this is done in each round, where once is right.", "put it {where}"
    ),
    "not-accumulated:moved": Row(
        "a sum is begun anew in each round", "this begins anew in each round of the loop.", "put it {where}"
    ),
    # What is wrong in a line, where no edit was found.
    "path-missing:unused": Row(
        "an adjoint is computed and used nowhere",
        "a path is left out: what is computed in line {line} is used nowhere.",
    ),
    "path-missing:through": Row(
        "a path of the loss is left out", "the path through {what} in line {line} is left out."
    ),
    "path-twice:through": Row("a path is taken twice", "the path through {what} in line {line} is counted twice."),
    "path-missing:written": Row(
        "a path of the loss is left out", "the path through {what} in line {line} is left out.", "write {belongs}"
    ),
    "path-twice:written": Row(
        "a path is taken twice", "the path through {what} in line {line} is counted twice.", "write {belongs}"
    ),
    "derivative-wrong:here": Row(
        "another function stands for a derivative",
        "{source} is not the derivative of {stands} in line {line} by {what}.",
    ),
    "factor-missing:loss": Row("a factor is missing", "the factor {what} in line {line} of the loss is left out."),
    "path-missing:loss": Row(
        "a path of the loss is left out", "the term {what} in line {line} of the loss is left out."
    ),
    "factor-missing:here": Row(
        "a factor is missing", "this is the adjoint of {stands} in line {line}, where that of {what} belongs.",
    ),
    "derivative-missing:here": Row(
        "the adjoint of a later value is used",
        "this is the adjoint of {stands} in line {line}, where that of {what} belongs.",
    ),
    "unknown:here": Row(
        "a value is wrong, and no edit makes it right",
        "wrong, and no small change makes it right: the first value that is wrong is computed here.",
    ),
    # What flows back through the layers.
    "derivative-missing": Row(
        "an activation's derivative is left out", "the derivative of {f} is missing in {where}.", "{derivative}"
    ),
    "derivative-of-output": Row(
        "an activation's derivative is taken of its output",
        "in {where} the derivative of {f} is taken of the output a = f(z), not of z: f'(f(z)).",
        "{derivative}: give the function z, or write it in terms of a, once",
    ),
    "derivative-wrong": Row(
        "another function stands where an activation's derivative belongs",
        "{where} does not multiply by the derivative of {f}, but by {name}.", "{derivative}",
    ),
    "derivative-wrong:falling": Row(
        "a sigmoid that falls where it should rise",
        "{where} does not multiply by the derivative of {f}, but by {name}.",
        "your sigmoid falls, 1 / (1 + exp(z)): write 1 / (1 + exp(-z)); or else {derivative}",
    ),
    "derivative-twice": Row(
        "an activation's derivative is multiplied in twice",
        "the derivative of {f} is multiplied in twice in {where}.", "{derivative}",
    ),
    "delta-mask": Row(
        "a ReLU mask is taken of what flows back",
        "in {where} the mask of {f} is taken of what flows back, not of the pre-activation z.", "{derivative}",
    ),
    "weights-not-transposed": Row(
        "weights are not transposed on the way down",
        "the weights above {where} are used untransposed (or transposed, wrongly) on the way down.", "{down}",
    ),
    "weights-omitted": Row(
        "weights are left out on the way down", "the weights above {where} are left out on the way down.", "{down}"
    ),
    "weights-updated": Row(
        "a layer is updated before its old weights are used",
        "the weights above {where} were already updated (with rate {factor:.6g}) when delta was passed down.",
        "compute all gradients first, then update",
    ),
    "wrong-input": Row(
        "another array is used as a layer's input", "{what} uses {name} as the layer's input.", "{dW}"
    ),
    # What the loss and the output make of it.
    "output-derivative-extra": Row(
        "the output's derivative, which the cross-entropy cancels, is multiplied in",
        "the output's derivative is multiplied in, but the cross-entropy has cancelled it already.", "{error}",
    ),
    "output-derivative-extra:other": Row(
        "another function is multiplied into the output's error",
        "the output's derivative is multiplied in, but the cross-entropy has cancelled it already: {name}.", "{error}",
    ),
    "output-derivative-missing": Row(
        "the output's derivative is left out",
        "the derivative of the output's {f} is missing: this loss does not cancel it.", "{derivative}",
    ),
    "softmax-diagonal": Row(
        "only the diagonal of softmax's Jacobian is used",
        "only the diagonal p (1 - p) of the softmax's Jacobian is used: each probability depends on every z.",
        "delta = p * (dy - (dy * p).sum(over the classes)); with cross-entropy delta = p - t",
    ),
    "sample-skipped": Row(
        "a sample is left out", "the {name} sample is left out of the gradient.",
        "let the loop run over all samples, and add: dW += ..., not dW = ...",
    ),
    "sample-skipped:others": Row(
        "one sample's gradient overwrites the others'", "all samples but the {name} are left out of the gradient.",
        "let the loop run over all samples, and add: dW += ..., not dW = ...",
    ),
    "summed-error": Row(
        "one summed error is used for every sample",
        "one error, the {name} over the samples, is used for every sample.", "keep one row a sample: {error}",
    ),
    "samples-mixed": Row(
        "a softmax over the samples",
        "the loss normalises its softmax over the samples, the gradient takes each sample alone.",
        "sum the exponentials over the classes: softmax over the axis of the units",
    ),
    "loss-broadcast": Row(
        "(n, 1) - (n,)", "the loss subtracts every target from every output, (n, 1) - (n,), the gradient does not.",
        "reshape the targets to (n, 1)",
    ),
    # One activation function alone.
    "derivative-of-output:argument": Row(
        "a derivative is given the output for the input, or the other way round",
        "df is right as a function of the {expects}, but is given the {given}.",
        "call df({argument}), or write df in terms of what you give it",
    ),
    "derivative-of-output:alone": Row(
        "a derivative is taken of the output", "df is not the derivative of f: it is {name}.", "{own_derivative}"
    ),
    "derivative-wrong:alone": Row(
        "another function stands for a derivative", "df is not the derivative of f: it is {name}.", "{own_derivative}"
    ),
    "unknown:alone": Row(
        "a derivative is wrong", "df is not the derivative of f, nor any known function.", "{own_derivative}"
    ),
    "softmax-diagonal:alone": Row(
        "the diagonal of a Jacobian stands for a derivative",
        "df is the diagonal p (1 - p) of the softmax's Jacobian: each probability depends on every z.",
        "delta = p * (dy - (dy * p).sum(over the classes)); with cross-entropy delta = p - t",
    ),
    # What cannot be told.
    "kink": Row(
        "the loss has a corner at these very parameters",
        "the loss has corners at these very parameters (ReLU at 0): entries there have no derivative and were left "
        "out; a point nearby was compared instead.",
    ),
    "kink:nearby": Row(
        "the gradient is one side's slope",
        "differs at these very parameters, agrees nearby: a corner of the loss.",
    ),
    "precision": Row(
        "below what rounding lets one see",
        "its derivatives are below what rounding in the loss lets one see, here.",
    ),
    "precision:loss": Row(
        "the loss is computed in low precision",
        "the loss is computed to {noise:.0e} only, as in float32: the comparison is as coarse; give float64 to see "
        "more.",
    ),
    "precision:grey": Row(
        "too small a difference to be a bug",
        "differs as an epsilon inside a logarithm or a clipped value of the loss would make it, and no known bug "
        "reproduces the difference.",
    ),
    "many-updates": Row(
        "a step that is many updates",
        "the step makes {count} updates, one a sample, each with the gradient at other parameters: together they are "
        "the gradient of no loss, so there is nothing to compare.",
        "give it one sample, or let it take the rate as its last argument and use xnn.gradients_from_update(step)",
    ),
    "factor": Row(
        "the gradient is that of the loss times a number",
        "the gradient is {factor:.6g} times that of this loss, in every tensor: of a loss that was to be told up to a "
        "factor, so it is right.",
    ),
}  # fmt: skip

# What is said where a caller knows no more: the lines of backpropagation in one notation, samples in rows.
GENERAL: dict[str, Any] = {
    "name": "",
    "factor": 1.0,
    "wants": 0.0,
    "dW": "dW = a_in.T @ delta for W of shape (in, out), delta.T @ a_in for (out, in)",
    "db": "db = delta.sum(over the samples)",
    "own_line": "compute it and return it: dW = a_in.T @ delta, db = delta.sum(over the samples)",
    "turn": "error = output - target",
    "data_part": "",
    "on": "",
    "factor_line": "take that factor out of the line it stands in, or give the loss the same",
    "reshape": "return a gradient of the parameter's own shape",
    "decay": "use the factor of the loss: lambda W for lambda/2 W^2",
}


def finding(
    row: str,
    names: Sequence[str] = (),
    words: Mapping[str, Any] | None = None,
    evidence: str = "",
    certainty: float = 1.0,
    **facts: Any,
) -> Finding:
    """Make the finding of a row.

    Parameters
    ----------
    row : str
        Its code, or ``code:case``.
    names : sequence of str
        The tensors it concerns; none if all.
    words : dict, optional
        What only fills the sentences in: lines in the user's own notation, the name of a layer.
    evidence, certainty
        See :class:`~xnn.findings.Finding`.
    **facts
        Numbers and names that the finding keeps; they fill the sentences too.
    """
    parameter = ", ".join(names)
    what = f"the gradient of {parameter}" if names else "every gradient"
    filled = {**GENERAL, "parameter": parameter, "what": what, **(words or {}), **facts}
    message, advice = (text.format_map(filled) for text in CATALOGUE[row][1:])
    return Finding(row.partition(":")[0], parameter, message, advice, evidence, certainty, facts=facts)
