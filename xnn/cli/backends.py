"""``xnn backends``."""

import os

import typer

from . import environment


def backends() -> None:
    """List the array libraries, or exactly why one cannot be used here: version and devices; and which MPI is here."""
    from rich.console import Console
    from rich.table import Table

    from ..backends import advice, kernels
    from ..backends import backends as all_backends
    from ..interop.mpi import status as mpi_status

    table = Table("backend", "available", "version", "devices", box=None, pad_edge=False)
    found = all_backends().values()
    for status in found:
        devices = ", ".join(status.devices)
        table.add_row(status.name, "yes" if status.available else "no", status.version or "-", devices or "-")
    console = Console(markup=False, highlight=False)
    console.print(table)
    for status in found:
        if status.reason:
            typer.echo(f"{status.name}: {status.reason}")
    typer.echo(f"mpi: {mpi_status()}")
    chosen = kernels(None if environment.was_set else os.environ.get(environment.VARIABLE))
    if sentence := advice(environment.core_type(), chosen):
        typer.echo(f"numpy: {sentence}")
