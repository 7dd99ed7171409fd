"""``xnn train``."""

import signal
from contextlib import nullcontext
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import NotFiniteError, OptionError
from ..files import check_file
from ..names import (
    ActivationName,
    DtypeName,
    InitializerName,
    LossName,
    MetricName,
    OptimizerName,
    ScaleName,
    ScheduleName,
    TaskName,
)
from . import environment
from .options import Backend, Data, Device, Drop, choice, must_be_writable, named, names, whole_numbers
from .ranks import ranks_of

EXAMPLE = "; with options NAME:OPTION=VALUE, as in"  # after the names


def train(
    data: Data = None,
    target: Annotated[str | None, typer.Option(help="Column to learn: name or index; the last if not given.")] = None,
    drop: Drop = None,
    save: Annotated[Path | None, typer.Option(help="Write the model here, as .safetensors.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the course of training here, as .png.")] = None,
    hidden: Annotated[str, typer.Option(help="Units of the hidden layers, as in 128,64; '' for none.")] = "128,64",
    activation: Annotated[str, choice(ActivationName, f"{{names}}{EXAMPLE} leaky_relu:slope=0.1.")] = "relu",
    output: Annotated[str, choice(ActivationName, "The last layer's activation, of the same names.")] = "identity",
    task: Annotated[str, choice(TaskName, "{names}.")] = "auto",
    loss: Annotated[str, choice(LossName, f"{{names}}{EXAMPLE} huber:delta=2.", "auto")] = "auto",
    optimizer: Annotated[str, choice(OptimizerName, f"{{names}}{EXAMPLE} adamw:weight_decay=0.1.")] = "adam",
    learning_rate: Annotated[float, typer.Option()] = 1e-3,
    schedule: Annotated[str, choice(ScheduleName, f"{{names}}{EXAMPLE} cosine:warmup=2,final=0.01.")] = "constant",
    epochs: Annotated[int | None, typer.Option(help="20, or so many that there are 2,000 steps, if not given.")] = None,
    batch_size: Annotated[int, typer.Option(help="0: all samples in one batch.")] = 128,
    l1: Annotated[float, typer.Option(help="Factor of sum |W| in the loss.")] = 0.0,
    l2: Annotated[float, typer.Option(help="Factor of sum W^2 / 2 in the loss.")] = 0.0,
    penalize_biases: Annotated[bool, typer.Option("--penalize-biases", help="Penalties count biases too.")] = False,
    dropout: Annotated[float, typer.Option(help="Share of hidden units silenced in each step.")] = 0.0,
    no_bias: Annotated[bool, typer.Option("--no-bias", help="Layers without biases.")] = False,
    initializer: Annotated[str, choice(InitializerName, f"{{names}}{EXAMPLE} normal:std=0.01.", "auto")] = "auto",
    clip_norm: Annotated[float | None, typer.Option(help="The most the gradient's norm may be.")] = None,
    clip_value: Annotated[float | None, typer.Option(help="The most an entry of the gradient may be.")] = None,
    scale: Annotated[str, choice(ScaleName, "{names} or none.")] = "auto",
    balanced: Annotated[bool, typer.Option("--balanced", help="Weigh classes by 1 / their frequency.")] = False,
    validation: Annotated[float, typer.Option(help="Share of the samples held out; 0 for none.")] = 0.1,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs without a better loss.")] = None,
    metrics: Annotated[
        str | None,
        choice(MetricName, "{names}; several with commas between them. The accuracy of a classifier if not given."),
    ] = None,
    backend: Backend = "numpy",
    device: Device = None,
    dtype: Annotated[str, choice(DtypeName, "{names}.")] = "float32",
    seed: Annotated[int, typer.Option()] = 0,
    checkpoint: Annotated[Path | None, typer.Option(help="Write the run down here as it goes.")] = None,
    every: Annotated[float, typer.Option(help="Epochs from one checkpoint to the next.")] = 1.0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint, where there is one.")] = False,
    mpi: Annotated[
        bool | None,
        typer.Option(
            help="Share each batch with the other processes that mpiexec started, or train alone; by itself share, "
            "where there are others."
        ),
    ] = None,
    nccl: Annotated[
        bool, typer.Option("--nccl", help="Sum CuPy's gradients by NCCL, each process on its GPU.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")] = False,
) -> None:
    """Train a network on a file, or on the embedded digits.

    Ctrl-C ends training after a step with exit code 130, and what was learnt is saved where --save says; SIGTERM, where
    there is a checkpoint, with 143.

    `mpiexec -n 4 xnn train` trains on 4 processes that share each batch; the result is that of one, but for rounding.
    Of a .npy file each reads its share alone, of an .npz file that is not compressed, and of a Parquet file; CSV files
    are read whole by each.
    """
    from .. import datasets, training
    from ..nn import ACTIVATIONS, INITIALIZERS, LOSSES
    from ..optimizers import OPTIMIZERS, SCHEDULES
    from ..plots.axes import require_matplotlib
    from ..training.team import as_team

    if nccl and backend != "cupy":
        raise OptionError(f"--nccl is for --backend cupy, not {backend}: leave it out, MPI sums the gradients.")
    ranks = ranks_of(mpi, nccl)
    if ranks is not None and ranks.rank:
        save = plot = None  # rank 0 alone writes
    with as_team(ranks) or nullcontext() as team:  # an error in one is told to all
        for path in (save, plot):
            must_be_writable(path)
        if plot is not None:
            require_matplotlib()
        for option, column in (("target", target), ("drop", drop[0] if drop else None)):
            if data is None and column is not None:
                raise OptionError(f"--{option} {column} needs --data: give the file that has this column.")
        if ranks is not None and str(data) == "-":
            raise OptionError("--data - is read by one process alone: give a file that all ranks can read.")
        if team is not None and data is not None:
            check_file(data)
            team.check_alike({"size of its file": data.stat().st_size})
        table = None if data is None else datasets.load(data, target, drop=drop or (), mapped=bool(team), team=team)
        parts: dict[str, Any] = {
            "hidden": whole_numbers("hidden", hidden),
            "activation": named("activation", activation, ACTIVATIONS),
            "output": named("activation", output, ACTIVATIONS),
            "loss": loss if loss == "auto" else named("loss", loss, LOSSES),
            "optimizer": named("optimizer", optimizer, OPTIMIZERS),
            "schedule": named("schedule", schedule, SCHEDULES),
            "initializer": initializer if initializer == "auto" else named("initializer", initializer, INITIALIZERS),
        }
    if ranks is not None and not quiet:
        typer.echo(ranks.described(environment.threads_were_set), err=True)
    result = training.train(
        *((None, None) if table is None else (table.X, table.y)),
        **parts,
        task=task,  # type: ignore[arg-type]  # as the user wrote it
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size or None,
        l1=l1,
        l2=l2,
        penalize_biases=penalize_biases,
        dropout=dropout,
        bias=not no_bias,
        clip_norm=clip_norm,
        clip_value=clip_value,
        scale=None if scale == "none" else scale,  # type: ignore[arg-type]
        class_weight="balanced" if balanced else None,
        validation=validation,
        patience=patience,
        metrics=names(metrics),
        progress=not quiet,
        backend=backend,
        device=device,
        dtype=dtype,  # type: ignore[arg-type]
        seed=seed,
        feature_names=None if table is None else table.features,
        checkpoint=checkpoint,
        every=every,
        resume=resume,
        comm=ranks,
    )
    diverged = not isfinite((result.history.loss or [0.0])[-1])
    if save is not None and not diverged:  # before anything is shown, which takes long enough for a second Ctrl-C
        result.model.save(save)
    if not quiet:
        typer.echo(str(result))
    if diverged:
        raise NotFiniteError("training diverged, so no model is kept: try a smaller --learning-rate or --clip-norm 1.")
    if plot is not None:
        result.history.plot(plot)
    if result.stopped and result.stopped.startswith("interrupted"):
        raise typer.Exit(128 + signal.SIGINT)
