"""The metrics that a training measures: those asked for, or the task's own."""

from ..backends import Place
from ..nn.tables import look_up
from .calls import own_metric
from .evaluation import HostMetric, check_for, on_host
from .metrics import METRICS, Metric, in_units
from .options import Options
from .tasks import Regression, Task


def metrics_of(options: Options, task: Task, place: Place) -> tuple[dict[str, Metric], dict[str, HostMetric]]:
    """Return the metrics of a sample, for the device, and those of all samples together, for the host."""
    if options.metrics is None:
        return dict(task.metrics), {}
    found: dict[str, Metric] = {}
    whole: dict[str, HostMetric] = {}
    for metric in options.metrics:
        check_for(metric, task)
        name = metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)
        if hasattr(METRICS.get(metric) if isinstance(metric, str) else metric, "whole_set"):
            whole[name] = on_host(metric if isinstance(metric, str) else own_metric(name, metric), task)
        elif isinstance(metric, str):
            found[name] = task.metrics.get(metric) or look_up("metric", metric, METRICS)
        else:
            found[name] = own_metric(name, metric)
    if isinstance(task, Regression) and not task.scaling.is_none:
        return {name: in_units(metric, task.scaling, place) for name, metric in found.items()}, whole
    return found, whole
