"""The commands: ``xnn train``, ``predict``, ``check``, ``diagnose`` and ``backends``. They parse, call and print."""

import csv
import io
import os
import runpy
import signal
import sys
import traceback
import warnings
from contextlib import AbstractContextManager, nullcontext, redirect_stdout, suppress
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

import xnn_command

from . import __version__
from .backends import advice, backends, kernels
from .datasets import load as load_table
from .doctor import Diagnosis, diagnose
from .errors import BackendError, FileError, NotFiniteError, OptionError, UnknownNameError, XnnError
from .files import check_writable, write_whole
from .formats import as_github, as_json
from .gradcheck import GradientReport, check_gradients
from .nn import ACTIVATIONS, INITIALIZERS, LOSSES
from .nn.tables import named
from .optimizers import OPTIMIZERS, SCHEDULES
from .training import load, train
from .training.history import require_matplotlib
from .training.team import as_team

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Neural networks written by hand, on every array library.",
)

NAMED = "a name, or with options a name and their values, as in"
Data = Annotated[Path | None, typer.Option(help="A .csv, .npz or .npy file; the embedded digits if not given.")]
Drop = Annotated[list[str] | None, typer.Option(help="Column of a CSV file to leave out; may be repeated.")]
Format = Annotated[str, typer.Option(help="text; json, for editors; or github, for notes beside a pull request.")]
Save = Annotated[Path | None, typer.Option(help="Write the report here too, as one .html page.")]
FORMATS = {"text", "json", "github"}
Backend = Annotated[str, typer.Option(help="numpy, cupy, torch, jax, ...: see `xnn backends`.")]
Device = Annotated[str | None, typer.Option(help="One of the backend's devices, such as cuda:0.")]


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"xnn {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Take what belongs to no command."""


@app.command("train")
def train_command(
    data: Data = None,
    target: Annotated[str | None, typer.Option(help="Column to learn: name or index; the last if not given.")] = None,
    drop: Drop = None,
    save: Annotated[Path | None, typer.Option(help="Write the model here, as .safetensors.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the course of training here, as .png.")] = None,
    hidden: Annotated[str, typer.Option(help="Units of the hidden layers, as in 128,64; '' for none.")] = "128,64",
    activation: Annotated[str, typer.Option(help=f"{NAMED} leaky_relu:slope=0.1")] = "relu",
    output: Annotated[str, typer.Option(help="The last layer's activation.")] = "identity",
    task: Annotated[str, typer.Option(help="auto, classification or regression.")] = "auto",
    loss: Annotated[str, typer.Option(help=f"{NAMED} huber:delta=2")] = "auto",
    optimizer: Annotated[str, typer.Option(help=f"{NAMED} adamw:weight_decay=0.1")] = "adam",
    learning_rate: Annotated[float, typer.Option()] = 1e-3,
    schedule: Annotated[str, typer.Option(help=f"{NAMED} cosine:warmup=2,final=0.01")] = "constant",
    epochs: Annotated[int | None, typer.Option(help="20, or so many that there are 2,000 steps, if not given.")] = None,
    batch_size: Annotated[int, typer.Option(help="0: all samples in one batch.")] = 128,
    l1: Annotated[float, typer.Option(help="Factor of sum |W| in the loss.")] = 0.0,
    l2: Annotated[float, typer.Option(help="Factor of sum W^2 / 2 in the loss.")] = 0.0,
    penalize_biases: Annotated[bool, typer.Option("--penalize-biases", help="Penalties count biases too.")] = False,
    dropout: Annotated[float, typer.Option(help="Share of hidden units silenced in each step.")] = 0.0,
    no_bias: Annotated[bool, typer.Option("--no-bias", help="Layers without biases.")] = False,
    initializer: Annotated[str, typer.Option(help=f"auto, or {NAMED} normal:std=0.01")] = "auto",
    clip_norm: Annotated[float | None, typer.Option(help="The most the gradient's norm may be.")] = None,
    clip_value: Annotated[float | None, typer.Option(help="The most an entry of the gradient may be.")] = None,
    scale: Annotated[str, typer.Option(help="auto, standard, common or none.")] = "auto",
    balanced: Annotated[bool, typer.Option("--balanced", help="Weigh classes by 1 / their frequency.")] = False,
    validation: Annotated[float, typer.Option(help="Share of the samples held out; 0 for none.")] = 0.1,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs without a better loss.")] = None,
    backend: Backend = "numpy",
    device: Device = None,
    dtype: Annotated[str, typer.Option(help="float32 or float64.")] = "float32",
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")] = False,
) -> None:
    """Train a network on a file, or on the embedded digits.

    Ctrl-C ends training after a step with exit code 130, and SIGTERM, where there is a checkpoint, with 143.

    `mpiexec -n 4 xnn train` trains on 4 processes that share each batch; the result is that of one, but for rounding.
    Of a .npy file each reads its share alone, and of an .npz file that is not compressed; a CSV file is read whole by
    each.
    """
    ranks = _ranks(mpi)
    if ranks is not None and ranks.rank:
        save = plot = None  # rank 0 alone writes
    with as_team(ranks) or nullcontext():  # an error in one is told to all
        for path in (save, plot):
            _check_writable(path)
        if plot is not None:
            require_matplotlib()
        for option, column in (("target", target), ("drop", drop[0] if drop else None)):
            if data is None and column is not None:
                raise OptionError(f"--{option} {column} needs --data: give the file that has this column.")
        table = None if data is None else load_table(data, target, drop=drop or (), mapped=ranks is not None)
        parts: dict[str, Any] = {
            "hidden": _whole_numbers("hidden", hidden),
            "activation": _named("activation", activation, ACTIVATIONS),
            "output": _named("activation", output, ACTIVATIONS),
            "loss": loss if loss == "auto" else _named("loss", loss, LOSSES),
            "optimizer": _named("optimizer", optimizer, OPTIMIZERS),
            "schedule": _named("schedule", schedule, SCHEDULES),
            "initializer": initializer if initializer == "auto" else _named("initializer", initializer, INITIALIZERS),
        }
    if ranks is not None and not quiet:
        typer.echo(ranks.described(xnn_command.threads_were_set), err=True)
    result = train(
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
    if not quiet:
        typer.echo(str(result))
    if not isfinite((result.history.loss or [0.0])[-1]):
        raise NotFiniteError("training diverged, so no model is kept: try a smaller --learning-rate or --clip-norm 1.")
    if save is not None:
        result.model.save(save)
    if plot is not None:
        result.history.plot(plot)
    if result.stopped and result.stopped.startswith("interrupted"):
        raise typer.Exit(128 + signal.SIGINT)


@app.command("predict")
def predict_command(
    model: Annotated[Path, typer.Argument(help="What `xnn train --save` wrote.")],
    data: Annotated[Path, typer.Option(help="A .csv, .npz or .npy file with the features of training.")],
    drop: Drop = None,
    output: Annotated[Path | None, typer.Option(help="A CSV file; standard output if not given.")] = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="One column a class.")] = False,
    backend: Backend = "numpy",
    device: Device = None,
) -> None:
    """Predict with a saved model; prints one row a sample, as CSV."""
    _check_writable(output)
    found = load(model, backend, device)
    names = found.feature_names if data.suffix.lower() == ".csv" else None
    X = load_table(data, features_only=names or True, drop=drop or ()).X
    rows: Any = found.predict_proba(X) if probabilities else found.predict(X)
    if rows.ndim == 1:
        rows, header = rows[:, None], ["prediction"]
    elif probabilities and found.classes is not None:
        header = [str(value) for value in found.classes.tolist()]
    else:
        header = [f"{'probability' if probabilities else 'prediction'} {i}" for i in range(rows.shape[1])]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows.tolist())
    if output is None:
        sys.stdout.write(text.getvalue())
    else:
        write_whole(output, [text.getvalue().encode()])


@app.command("check")
def check_command(
    file: Annotated[
        Path, typer.Argument(help="Python that defines loss, gradients, params and, if it likes, data and reseed().")
    ],
    thorough: Annotated[bool, typer.Option("--thorough", help="Every entry, with error estimates.")] = False,
    seed: Annotated[int, typer.Option()] = 0,
    fix: Annotated[bool, typer.Option("--fix", help="Show a patch after which every gradient is right.")] = False,
    write: Annotated[bool, typer.Option("--write", help="With --fix: apply it to the file.")] = False,
    format: Format = "text",
    save: Save = None,
) -> None:
    """Check a hand-written gradient and name the bug; exit code 1 if it is wrong, 2 if the file cannot be used."""
    if write and not fix:
        raise OptionError("--write applies what --fix finds: give both.")
    _check_format(format)
    _check_writable(save)
    with _apart(format):
        program, data = _program(file)
        report = check_gradients(
            program["loss"],
            program["gradients"],
            program["params"],
            *data,
            thorough=thorough,
            seed=seed,
            reseed=_reseed(program),
        )
    rows = {name: tensor.to_row() for name, tensor in report.tensors.items()}
    _show(format, "check", file, report, tensors=rows)
    if save is not None:
        report.save(save)
    if fix and not report.ok:
        _fixed(report, write, format)
    raise typer.Exit(0 if report.ok else 1 if report.tensors else 2)


def _fixed(found: GradientReport | Diagnosis, write: bool, format: str) -> None:
    """Print the patches that were proven, apart from what another program reads; apply them if that was asked for."""
    if not found.fixes:
        typer.echo("No fix was proven: the findings above say what is known.", err=True)
    for patch in found.fixes:
        typer.echo(f"\n{patch.diff}", nl=False, err=format != "text")
        if write:
            patch.write()
            typer.echo(f"{patch.shown} was changed: check it again.", err=True)


@app.command("diagnose")
def diagnose_command(
    file: Annotated[
        Path,
        typer.Argument(
            help="Python that defines loss(params, X, y), gradients(params, X, y), params, data = (X, y) and, if it "
            "likes, predict(params, X), accuracy(params, X, y), step(params, X, y), learning_rate and reseed()."
        ),
    ],
    fix: Annotated[bool, typer.Option("--fix", help="Show a patch after which the first fault is gone.")] = False,
    write: Annotated[bool, typer.Option("--write", help="With --fix: apply it to the file.")] = False,
    format: Format = "text",
    save: Save = None,
) -> None:
    """Find out why a network of yours does not learn; exit code 1 if something is wrong, 2 if it cannot be told."""
    if write and not fix:
        raise OptionError("--write applies what --fix finds: give both.")
    _check_format(format)
    _check_writable(save)
    if save is not None:
        require_matplotlib()
    with _apart(format):
        program, data = _program(file)
        if not data and {"X", "y"} <= set(program):
            data = program["X"], program["y"]
        if len(data) != 2:
            raise FileError(
                f"{file} has {len(data)} arrays of data: write data = (X, y), the samples and what to learn."
            )
        # A file may well use these names for numbers.
        options = {name: program[name] for name in ("predict", "accuracy", "step") if callable(program.get(name))}
        if isinstance(program.get("learning_rate"), (int, float)):
            options["learning_rate"] = program["learning_rate"]
        options["reseed"] = _reseed(program)
        found = diagnose(program["loss"], program["gradients"], program["params"], *data, **options)
    _show(format, "diagnose", file, found, checks=found.checks, measured=found.measured)
    if save is not None:
        found.save(save)
    if fix and not found.ok:
        _fixed(found, write, format)
    raise typer.Exit(0 if found.ok else 1 if found.examined else 2)


@app.command("backends")
def backends_command() -> None:
    """List the array libraries, or exactly why one cannot be used here: version and devices; and which MPI is here."""
    from rich.console import Console
    from rich.table import Table

    from .interop.mpi import status as mpi_status

    table = Table("backend", "available", "version", "devices", box=None, pad_edge=False)
    found = backends().values()
    for status in found:
        devices = ", ".join(status.devices)
        table.add_row(status.name, "yes" if status.available else "no", status.version or "-", devices or "-")
    console = Console(markup=False, highlight=False)
    console.print(table)
    for status in found:
        if status.reason:
            typer.echo(f"{status.name}: {status.reason}")
    typer.echo(f"mpi: {mpi_status()}")
    chosen = kernels(None if xnn_command.was_set else os.environ.get(xnn_command.VARIABLE))
    if sentence := advice(xnn_command.core_type(), chosen):
        typer.echo(f"numpy: {sentence}")


def main() -> None:
    """Run the command line; a user's mistake ends with one sentence on standard error and exit code 2."""
    launched = xnn_command.launched()
    if launched and launched.rank and sys.argv[1:2] == ["train"] and "--no-mpi" not in sys.argv:
        _hush()
    with warnings.catch_warnings():
        warnings.showwarning = _say_warning
        try:
            try:
                app(prog_name="xnn")
            finally:
                sys.stdout.flush()
        except XnnError as error:
            _fail(str(error))
        except MemoryError as error:  # outside what computes: in reading a file, say
            _fail(f"out of memory: {str(error) or 'nothing is left'}: give fewer rows.")
        except OSError as error:  # standard output is full, or closed
            _fail(f"standard output cannot be written: {error.strerror or error}.")


def _ranks(mpi: bool | None) -> Any:
    """Return the processes to train with, None where this one trains alone."""
    launched = xnn_command.launched()
    if mpi is False or (mpi is None and launched is None):
        return None
    from .interop.mpi import world

    try:
        ranks = world(launched and launched.size)
    except BackendError as error:
        alone = " Or let each process train alone: --no-mpi." if launched else ""
        raise BackendError(f"{error}{alone}") from None
    if ranks.rank:
        _hush()
    return ranks


def _hush() -> None:
    """Print nothing: rank 0 speaks for all."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process is


def _fail(sentence: str) -> None:
    with suppress(OSError):
        typer.echo(f"error: {sentence}", err=True)
    with suppress(OSError):  # what could not be written is not tried again when the process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


def _say_warning(message: Warning | str, *where: Any) -> None:
    """Say a warning as errors are said: where in the source it arose helps nobody here."""
    typer.echo(f"warning: {message}", err=True)


def _check_format(name: str) -> None:
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)


def _apart(format: str) -> AbstractContextManager[Any]:
    """Keep what a user's program prints out of what another program is to read."""
    return nullcontext() if format == "text" else redirect_stdout(sys.stderr)


def _show(format: str, command: str, file: Path, found: GradientReport | Diagnosis, **more: Any) -> None:
    """Print what was found: in colour on a terminal that has colours, else as plain text, or for a program to read."""
    if format == "json":
        text = as_json(command, str(file), found.ok, found.verdict, found.findings, **more)
    elif format == "github":
        text = as_github(str(file), found.ok, found.verdict, found.findings)
    else:
        from rich.console import Console

        console = Console(highlight=False, markup=False, emoji=False)
        if console.is_terminal:
            console.print(found)
            return
        text = str(found)
    if text:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        typer.echo(text.encode(encoding, "backslashreplace").decode(encoding))


def _program(file: Path) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Return what a file defines, and its data as a tuple."""
    program = _run(file, ("loss", "gradients", "params"))
    data = program.get("data", ())
    return program, tuple(data) if isinstance(data, (tuple, list)) else (data,)


def _reseed(program: dict[str, Any]) -> Any:
    """Return what makes a program draw the same at each call: a seed, or a function, that it calls ``reseed``."""
    reseed = program.get("reseed")
    return reseed if callable(reseed) or type(reseed) is int else None


def _run(file: Path, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Run a Python file, with its own folder to import from, and return what it defines."""
    if not file.is_file():
        raise FileError(f"there is no file {file} (looked in {Path.cwd()}): check the name.")
    sys.path.insert(0, str(file.parent))
    try:
        defined = runpy.run_path(str(file), run_name=file.stem)
    except (Exception, SystemExit) as error:  # whatever a person's own program does
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = getattr(error, "lineno", None) or (lines[-1] if lines else None)
        where = f", line {line}" if line else ""
        raise FileError(f"{file}{where}: {type(error).__name__}: {error}. Correct it, so that the file runs.") from None
    if missing := [name for name in wanted if name not in defined]:
        raise FileError(f"{file} defines no {missing[0]}: it must define {', '.join(wanted)} and may define data.")
    return defined


def _named(kind: str, text: str, table: Any) -> Any:
    """Turn ``"cosine:warmup=2,final=0.1"`` into ``Cosine(warmup=2.0, final=0.1)``."""
    name, _, options = text.partition(":")
    values = {}
    for option in filter(None, options.split(",")):
        key, equals, value = option.partition("=")
        if not equals:
            raise OptionError(f"--{kind} {text}: options are written name=value, got {option!r}.")
        values[key.strip()] = _value(value.strip())
    return named(kind, name, table, **values)


def _value(text: str) -> bool | int | float:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    raise OptionError(f"option values are numbers, true or false, got {text!r}.")


def _whole_numbers(name: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise OptionError(
            f"--{name} must be whole numbers with commas between them, as in 128,64, got {text!r}."
        ) from None


def _check_writable(path: Path | None) -> None:
    """Refuse a path that cannot be written before the work is done rather than after."""
    if path is not None:
        check_writable(path)


if __name__ == "__main__":
    main()
