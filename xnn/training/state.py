"""A run in a file's terms, arrays and plain values, and back."""

from dataclasses import fields
from hashlib import blake2b
from typing import Any

import numpy as np

from ..backends import Place
from ..errors import FileError, OptionError
from ..nn import ACTIVATIONS, INITIALIZERS, LOSSES, Dense, leaves, rebuild
from ..optimizers import OPTIMIZERS, SCHEDULES, State
from .describing import build_params, params_as_tensors
from .history import History
from .inputs import Samples
from .mapped import rows_of
from .options import Options
from .run import Best, Run
from .step import Recipe, Tally
from .storage import Description, Tensors, build_part, describe_part, expect, plain, tensor, whole
from .whole_set import WHOLE_SET

_PARTS = {
    "activation": ACTIVATIONS, "output": ACTIVATIONS, "loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES,
    "initializer": INITIALIZERS,
}  # fmt: skip
_FREE = ("epochs", "patience", "backend", "device", "feature_names")  # may differ where a run is resumed
_LISTS = ("loss", "validation_loss", "learning_rate", "seconds")
_ROWS = 4096  # of a file that is mapped: those that tell it from another
_BIG = 2**26  # bytes of an array that several processes have mapped, and one may have in memory


def on_host(tree: Any, place: Place) -> Any:
    """Copy arrays to memory of their own on the host."""
    return rebuild(tree, [np.array(place.to_host(leaf)) for leaf in leaves(tree)])


def describe_run(run: Run, place: Place) -> tuple[Description, Tensors]:
    """Say where a run stands, but for the weights that its model gets; the arrays are copies.

    Raises
    ------
    FileError
        If the schedule's state, which is your own, is made of more than numbers.
    """
    history = run.history
    try:
        plateau = plain(run.plateau)
    except TypeError as error:
        raise FileError(f"the run cannot be written down, the state of your schedule: {error}.") from None
    description: Description = {
        "epoch": run.epoch, "step": run.step, "steps": run.steps, "done": run.done, "samples": run.samples,
        "stopped": None if run.signal else run.stopped,
        "updates": int(run.state.step),
        "shuffle": plain(run.shuffle.bit_generator.state),
        "noise": plain(run.noise.bit_generator.state),
        "order": plain(run.order),
        "plateau": plateau,
        "best": None if run.best is None else [run.best.loss, run.best.epoch],
        "metrics": [list(history.metrics), list(history.validation_metrics)],
        "options": None if run.options is None else describe_options(run.options),
    }  # fmt: skip
    tensors: Tensors = {f"history.{name}": np.array(getattr(history, name), dtype=np.float64) for name in _LISTS}
    for table in ("metrics", "validation_metrics"):
        for i, values in enumerate(getattr(history, table).values()):
            tensors[f"history.{table}.{i}"] = np.array(values, dtype=np.float64)
    for slot, arrays in enumerate(run.state.slots):
        for i, array in enumerate(arrays):
            tensors[f"state.{slot}.{i}"] = np.array(place.to_host(array))
    if run.best is not None:
        tensors |= params_as_tensors(on_host(run.params, place), "run.")
    if run.tally is not None:
        samples, values = run.tally.values()
        description["tally"] = samples
        for i, value in enumerate(values):
            tensors[f"tally.{i}"] = np.array(value if isinstance(value, float) else place.to_host(value))
    return description, tensors


def restore(run: Run, description: Description, tensors: Tensors, place: Place) -> None:
    """Have `run` stand where the described one stood.

    Raises
    ------
    ValueError, KeyError, TypeError
        If what is described is no run of this network and optimizer.
    """
    d = description
    layers = [Dense(*layer) for layer in run.params]

    def moved(host: list[Dense]) -> list[Dense]:
        return rebuild(layers, [place.floats(np.array(leaf)) for leaf in leaves(host)])

    mlp = run.recipe.mlp
    kept = build_params(mlp, tensors)
    run.best = None
    if d["best"] is not None:
        loss, epoch = expect(d["best"], list, "the best epoch")
        run.best = Best(float(expect(loss, float, "the best loss")), whole(epoch, "the best epoch", 1), moved(kept))
        kept = build_params(mlp, tensors, "run.")
    run.params = moved(kept)
    slots = [
        [
            place.asarray(np.array(tensor(f"state.{slot}.{i}", tuple(p.shape), tensors)))
            for i, p in enumerate(leaves(layers))
        ]
        for slot in range(len(run.state.slots))
    ]
    run.state = State(whole(d["updates"], "the updates"), tuple(slots))
    for name in ("epoch", "step", "done"):
        setattr(run, name, whole(d[name], name))
    if whole(d["steps"], "steps", 1) != run.steps or run.done > run.steps:
        raise ValueError(f"it has {d['steps']} steps an epoch, this run {run.steps}")
    for generator, name in ((run.shuffle, "shuffle"), (run.noise, "noise")):
        generator.bit_generator.state = d[name]
    run.order = d["order"]
    if run.order is not None:
        np.random.default_rng().bit_generator.state = run.order  # raises if it is no such state
    initial = run.plateau
    run.plateau = (
        type(initial)(*d["plateau"]) if isinstance(initial, tuple) and hasattr(initial, "_fields") else d["plateau"]
    )
    run.stopped = None if d["stopped"] is None else expect(d["stopped"], str, "why it stopped")
    run.history = _history(d, tensors, run.epoch)
    run.tally = None
    if "tally" in d:
        values = [tensor(f"tally.{i}", (), tensors, "fiu") for i in range(2 + len(run.recipe.metrics))]
        run.tally = Tally.of(run.recipe, whole(d["tally"], "the tally"), [_scalar(v, place) for v in values])


def build_run(model: Any, description: Any, tensors: Tensors) -> Run | None:
    """Return the run of a model that was read, to go on from; None where parts of it are no file's to bring back."""
    d = expect(description, dict, "the run")
    options = build_options(d["options"])
    if options is None:
        return None
    shuffle, noise = np.random.default_rng(0), np.random.default_rng(0)
    run = Run(model.params, options.optimizer.init(model.params), shuffle, noise, options.schedule.init())
    run.steps, run.samples, run.options = whole(d["steps"], "steps", 1), whole(d["samples"], "samples", 1), options
    names = expect(d["metrics"], list, "the metrics")[0]
    metrics: Any = dict.fromkeys(name for name in names if name not in WHOLE_SET)
    run.recipe = Recipe(model.mlp, model.task.loss, options.optimizer, options.penalty, metrics)
    with model.place.scope():
        restore(run, d, tensors, model.place)
    run.recipe = None
    return run


def _scalar(value: np.ndarray, place: Place) -> Any:
    """Return a sum on the device; one that no batch has been added to, or of no penalty, is a plain number."""
    return float(value) if value.dtype == np.float64 and place.dtype != "float64" else place.asarray(np.array(value))


def _history(description: Description, tensors: Tensors, epochs: int) -> History:
    def values(name: str) -> list[float]:
        return tensor(f"history.{name}", tensors[f"history.{name}"].shape[:1], tensors).tolist()

    loss, validation_loss, learning_rate, seconds = map(values, _LISTS)
    history = History(loss, validation_loss, {}, {}, learning_rate, seconds)
    for table, names in zip(("metrics", "validation_metrics"), description["metrics"], strict=True):
        setattr(history, table, {expect(n, str, "a metric"): values(f"{table}.{i}") for i, n in enumerate(names)})
    whole_run = loss, learning_rate, seconds, *history.metrics.values()
    lengths = [len(each) for each in whole_run]
    if set(lengths) != {epochs}:
        raise ValueError(f"its history has {lengths} figures of {epochs} epochs")
    # Of held-out samples there are fewer figures where a run went on without them.
    if (most := max(map(len, (validation_loss, *history.validation_metrics.values())))) > epochs:
        raise ValueError(f"its history has {most} figures of held-out samples of {epochs} epochs")
    return history


def describe_options(options: Options) -> Description:
    """Say the options in plain values; what a file cannot bring back is ``{"own": what it is}``."""
    found: Description = {}
    for field in fields(options):
        name, value = field.name, getattr(options, field.name)
        if name in _PARTS and not isinstance(value, str):
            try:
                found[name] = describe_part(name, value, _PARTS[name])
            except FileError:
                found[name] = {"own": type(value).__name__}
        elif name == "metrics" and value is not None:
            found[name] = [each if isinstance(each, str) else {"own": _called(each)} for each in value]
        elif name == "class_weight" and isinstance(value, dict):
            found[name] = {"table": sorted([str(key), plain(each)] for key, each in value.items())}
        elif (name == "validation" and isinstance(value, tuple)) or (name == "sample_weight" and value is not None):
            found[name] = {"own": "data"}
        else:
            found[name] = plain(value)
    return found


def _called(metric: Any) -> str:
    return getattr(metric, "__name__", type(metric).__name__)


def build_options(description: Any) -> Options | None:
    """Undo :func:`describe_options`; None where a file cannot bring them all back."""
    if description is None or ("own" in str(description) and _any_own(description)):
        return None
    found = {
        name: build_part(name, value, _PARTS[name]) if name in _PARTS and isinstance(value, list) else value
        for name, value in expect(description, dict, "the options").items()
    }
    return Options(**found)


def _any_own(value: Any) -> bool:
    if isinstance(value, dict):
        return "own" in value or "table" in value or any(map(_any_own, value.values()))
    return isinstance(value, list) and any(map(_any_own, value))


def identity(options: Options, samples: Samples, validation: tuple[Any, ...]) -> Description:
    """Return what two calls must share for one to resume the other's run."""
    described = {name: value for name, value in describe_options(options).items() if name not in _FREE}
    return {"options": described, "data": _digest(samples.X, samples.y, samples.weights, *validation)}


def _digest(*arrays: Any) -> str:
    digest = blake2b(digest_size=16)
    for array in arrays:
        if array is None:
            digest.update(b"none")
            continue
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        if isinstance(array, np.memmap) or array.nbytes >= _BIG:
            array = rows_of(array, np.linspace(0, len(array) - 1, min(len(array), _ROWS)).astype(int))
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def check_same(saved: Any, now: Description, path: Any) -> None:
    """Raise OptionError unless a checkpoint was made by a call like this one."""
    before = expect(expect(saved, dict, "the call")["options"], dict, "the options")
    names = [name for name in now["options"] if before.get(name) != now["options"][name]]
    if names:
        raise OptionError(
            f"{path} is of a run with another {names[0]}, {_short(before.get(names[0]))}, where this call has "
            f"{_short(now['options'][names[0]])}: give the same, or another checkpoint."
        )
    if saved["data"] != now["data"]:
        raise OptionError(f"{path} is of a run on other data: give the same, or another checkpoint.")


def _short(value: Any) -> str:
    return repr(value) if len(repr(value)) < 80 else f"{repr(value)[:77]}..."
