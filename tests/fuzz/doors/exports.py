"""Models for others: as a module of PyTorch, and back, and as an ONNX file."""

import random
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy

import xnn
from tests.fuzz.expect import Wrong, refused, samples
from tests.fuzz.values import FITS, ODD

INPUTS = ("hidden", "activation", "bias", "scale", "dropout", "dtype")


def trained(rng: random.Random) -> tuple[xnn.Model, numpy.ndarray, str]:
    X, y, kind = samples(rng)
    options = {name: rng.choice(FITS[name]) for name in rng.sample(INPUTS, rng.randrange(4))}
    task = "regression" if kind == "squares" else "classification"
    result = xnn.train(X, y, task=task, progress=False, doctor="off", **{"hidden": 3, "epochs": 1} | options)
    return result.model, X, kind


def exports(rng: random.Random) -> None:
    """The same function there, and back again the same model."""
    model, X, kind = trained(rng)
    if not numpy.isfinite(numpy.concatenate([p.ravel() for p in _weights(model)])).all():
        return
    if find_spec("torch"):
        import torch

        from xnn.interop.torch import from_module, to_module

        module = to_module(model)
        with torch.no_grad():
            out = module(torch.tensor(X, dtype=getattr(torch, model.place.dtype))).numpy()
        if kind == "squares":
            pairs = (out.reshape(model.predict(X).shape), model.predict(X))
        elif out.shape[1] == 1:
            pairs = (0.5 + 0.5 * numpy.tanh(out[:, 0].astype(float) / 2), model.predict_proba(X)[:, 1])
        else:
            e = numpy.exp(out - out.max(axis=1, keepdims=True))
            pairs = (e / e.sum(axis=1, keepdims=True), model.predict_proba(X))
        if not numpy.allclose(*pairs, rtol=1e-3, atol=1e-4 * max(1.0, abs(pairs[1]).max())):
            raise Wrong(f"PyTorch computes another function: {abs(pairs[0] - pairs[1]).max()}")
        back = from_module(module, **({} if kind == "squares" else {"classes": model.classes.tolist()}))
        if not all(map(numpy.array_equal, _weights(back), _weights(model))):
            raise Wrong("another model comes back")
        if kind != "squares" and back.predict(X).tolist() != model.predict(X).tolist():
            raise Wrong("the model that comes back predicts others")
    _as_onnx(model, X, rng)


def _weights(model: xnn.Model) -> list[numpy.ndarray]:
    return [array for layer in model.host_params() for array in layer if array is not None]


def _as_onnx(model: xnn.Model, X: numpy.ndarray, rng: random.Random) -> None:
    from xnn.interop import onnx

    with tempfile.TemporaryDirectory() as folder:
        path, dtype = Path(folder, "m.onnx"), rng.choice(["float32", "float64"])
        if not find_spec("onnx"):
            refused(lambda: onnx.export(model, path, dtype=dtype), "onnx is not installed")
            return
        onnx.export(model, path, dtype=dtype)
        if find_spec("onnxruntime"):
            import onnxruntime

            found = onnxruntime.InferenceSession(path).run(None, {"X": X.astype(dtype)})[0]
            same = numpy.mean(found == model.predict(X)) if found.dtype.kind in "OUiub" else 1.0
            if found.dtype.kind == "f" and not numpy.allclose(found, model.predict(X), rtol=1e-3, atol=1e-3):
                same = 0.0
            if same < 0.9:  # of probabilities near a half rounding decides
                raise Wrong("ONNX predicts others")


def refuses(rng: random.Random) -> None:
    """Modules, models and paths that are none."""
    model, _, kind = trained(rng)
    value = rng.choice([v for v in ODD if v is not None])
    from xnn.interop import onnx

    refused(lambda: onnx.export(value, "m.onnx"), f"export of {value!r}")
    if find_spec("torch"):
        import torch

        from xnn.interop.torch import from_module, to_module

        refused(lambda: to_module(value), f"to_module of {value!r}")
        odd: list[Any] = [
            value, torch.nn.Linear(2, 1), torch.nn.Sequential(), torch.nn.Sequential(torch.nn.ReLU()),
            torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(2, 1)),
            torch.nn.Sequential(torch.nn.Conv1d(1, 1, 1), torch.nn.Linear(2, 1)),
            torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Dropout(1.0), torch.nn.Linear(3, 1)),
        ]  # fmt: skip
        given = rng.choice(odd)
        refused(lambda: from_module(given), f"from_module of {given!r}")
        module = to_module(model)
        options = {"loss": value} if rng.random() < 0.5 else {"classes": value}
        if not isinstance(value, (range, numpy.ndarray)):  # which may be the classes
            refused(lambda: from_module(module, **options), f"{options} of {kind}")
