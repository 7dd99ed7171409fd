"""How a model and a run's history are shown: a few lines of text, and the same in a notebook."""

import base64
import io
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..display.html import fragment, heading2, table
from .progress import figure
from .tasks import Classification, MultiLabel, Regression, Task

if TYPE_CHECKING:
    from .history import History
    from .model import Model

_MOST = 6  # classes and features that are listed
_COLUMNS = 20  # of a table, of which each is said what it becomes
_ROWS = 10  # epochs that a table shows


def short(model: "Model") -> str:
    """Return one line: sizes, task and place."""
    place = model.place
    return f"Model({sizes(model)}, {task_of(model.task)}, {place.backend.name} {place.dtype})"


def sizes(model: "Model") -> str:
    """Say the units of each layer."""
    return "-".join(map(str, model.mlp.sizes))


def parameters(model: "Model") -> int:
    """Count the weights and biases."""
    return sum(array.size for layer in model.host_params() for array in layer if array is not None)


def task_of(task: Task) -> str:
    """Say in a few words what is learnt."""
    match task:
        case Classification():
            return f"classification, {len(task.classes)} classes"
        case MultiLabel():
            return f"multilabel, {task.units} labels"
        case Regression():
            return f"regression, {task.units} outputs" if task.units > 1 else "regression"


def facts(model: "Model") -> list[tuple[str, str]]:
    """Return what there is to say of a model, by name."""
    mlp, task, place = model.mlp, model.task, model.place
    rows = [
        ("network", f"{sizes(model)}, {parameters(model):,} parameters" + ("" if mlp.bias else ", no biases")),
        (
            "activation",
            f"{mlp.activation}, output {mlp.output}" + (f", dropout {mlp.dropout:g}" if mlp.dropout else ""),
        ),
        ("task", f"{task_of(task)}, by {task.loss}"),
    ]
    if isinstance(task, Classification):
        rows.append(("classes", _some(task.classes.tolist())))
    if model.feature_names is not None:
        rows.append(("features", _some(model.feature_names)))
    if model.table is not None:
        shown = model.table.columns[:_COLUMNS]
        rows += [(f"  {column.name}", str(column)) for column in shown]
        if len(model.table.columns) > _COLUMNS:
            rows.append(("  ...", f"{len(model.table.columns)} in all"))
    targets = isinstance(task, Regression) and not task.scaling.is_none
    rows.append(("inputs", ("as they are" if model.scaling.is_none else "scaled") + (", targets scaled" * targets)))
    rows.append(("place", f"{place.backend.name} ({place.backend.device_name(place.device)}, {place.dtype})"))
    return rows


def _some(values: Sequence[object]) -> str:
    shown = ", ".join(map(str, values[:_MOST]))
    return shown if len(values) <= _MOST else f"{shown}, ... ({len(values)} in all)"


def lines(model: "Model") -> str:
    """Return the facts as text."""
    rows = facts(model)
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def page(title: str, *parts: str) -> str:
    """Return HTML for a notebook's output."""
    return fragment([heading2(title), *parts])


def epochs(history: "History") -> str:
    """Return a table of the history, of many epochs a few, the first and the last among them."""
    columns = {"loss": history.loss, "held out loss": history.validation_loss}
    for name, values in history.metrics.items():
        said = name.replace("_", " ")
        columns |= {said: values, f"held out {said}": history.validation_metrics.get(name, [])}
    columns |= {"learning rate": history.learning_rate, "seconds": history.seconds}
    columns = {name: values for name, values in columns.items() if len(values) == history.epochs > 0}
    count = min(_ROWS, history.epochs)
    chosen = [round(i * (history.epochs - 1) / max(count - 1, 1)) for i in range(count)]
    rows = [[str(i + 1), *(figure(name, values[i]) for name, values in columns.items())] for i in chosen]
    return table(rows, ["epoch", *columns])


def curves(history: "History") -> list[str]:
    """Return the history as an image, where there is something to draw with."""
    if find_spec("matplotlib") is None or not history.epochs:
        return []
    buffer = io.BytesIO()
    history.panels(shown=False)[0].figure.savefig(buffer, format="png", dpi=80)
    data = base64.b64encode(buffer.getvalue()).decode()
    return [
        f'<img src="data:image/png;base64,{data}" alt="loss and metrics against the epochs" style="max-width: 60rem">'
    ]
