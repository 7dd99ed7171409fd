"""Everything that is checked: ``nox`` for all that this machine can, ``nox -s "tests(cupy)"`` for one session."""

import os
import shutil
import sys

import nox

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True

PROJECT = nox.project.load_toml("pyproject.toml")
BACKENDS = {
    "numpy": (".",),
    "array_api_strict": (".[array_api_strict]",),
    "jax": (".[jax]",),
    "torch": (".", "torch==2.13.0"),  # pinned, as its wheel is the one download whose size depends on the version
    "cupy": (".[cuda12]",),
}
# One thread each: the test processes share the cores, and busy BLAS threads that do so cost 30x.
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
ASKED_BY_NAME = any(
    argument.startswith(("-s", "-e", "-k", "-t", "--session", "--key", "--tag")) for argument in sys.argv
)


def group(name: str) -> list[str]:
    return nox.project.dependency_groups(PROJECT, name)


@nox.session
@nox.parametrize("backend", list(BACKENDS), ids=list(BACKENDS))
def tests(session: nox.Session, backend: str) -> None:
    """The test suite on one backend; asked for by name, it fails where the backend is missing."""
    if not ASKED_BY_NAME and (reason := why_not_by_default(backend)):
        session.skip(f"{reason}; ask for it with nox -s 'tests({backend})'")
    session.install("-e", *BACKENDS[backend], *group("test"))
    session.run(
        "pytest", "-n", "auto", "--backend", backend, "--ignore=tests/examples", *session.posargs, env=ONE_THREAD
    )


@nox.session
def mpi(session: nox.Session) -> None:
    """Training on ranks that MPICH starts, which its wheel brings."""
    session.install("-e", ".[mpi]", *group("test"))
    # Two test processes at most: each starts up to four ranks.
    session.run("pytest", "-n", "2", "tests/interop/test_mpi.py", *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def corpora(session: nox.Session) -> None:
    """Every program of the corpora, of which ``tests`` runs one in eight: an hour of processor time."""
    session.install("-e", ".", *group("test"))
    session.run(
        "pytest", "-n", "auto", "--corpora", "-m", "corpus", "tests/gradcheck", "tests/doctor", "tests/interop",
        *session.posargs, env=ONE_THREAD,
    )  # fmt: skip


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """The table of features, each cell of each peer tried. Keras and skorch are small, PyTorch's wheel is gigabytes."""
    session.install("-e", ".", BACKENDS["torch"][-1], *group("peers"), *group("test"))
    pages = [f"tests/docs/test_features{peer}.py" for peer in ("", "_keras", "_skorch")]
    session.run("pytest", "--backend", "numpy", *pages, *session.posargs, env=ONE_THREAD)


@nox.session
def examples(session: nox.Session) -> None:
    """The scripts in examples/, run as their reader would."""
    session.install("-e", ".[array_api_strict]", *group("test"))
    session.run("pytest", "tests/examples", *session.posargs, env=ONE_THREAD)


@nox.session
def docs(session: nox.Session) -> None:
    """The site, with warnings as errors: what it shows is run. ``-- linkcheck`` asks the network for links."""
    session.install("-e", ".", *group("docs"))
    builder = session.posargs[0] if session.posargs else "html"
    arguments = ("-W", "--keep-going", "-q", "-d", f"{session.create_tmp()}/doctrees", "-b", builder)
    session.run("sphinx-build", *arguments, "docs", f"docs/_build/{builder}", env=ONE_THREAD)


@nox.session(default=False, python=["3.11", "3.12", "3.13", "3.14"])
def pythons(session: nox.Session) -> None:
    """The test suite on NumPy, on each Python that is supported; ``nox -s pythons-3.13`` for one."""
    session.install("-e", ".", *group("test"))
    session.run(
        "pytest", "-n", "auto", "--backend", "numpy", "--ignore=tests/examples", *session.posargs, env=ONE_THREAD
    )


@nox.session(default=False, python="3.11")
def oldest(session: nox.Session) -> None:
    """The test suite with the oldest Python and the oldest version of each library that pyproject.toml allows."""
    session.install("-e", ".", *map(lowest, sorted({*PROJECT["project"]["dependencies"], *group("test")})))
    # What the oldest versions depend on in turn is the newest, which may find their calls out of date.
    session.run(
        "pytest", "-n", "auto", "--backend", "numpy", "--ignore=tests/examples", "-W", "ignore::DeprecationWarning",
        *session.posargs, env=ONE_THREAD,
    )  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the order of the packages."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Static types, strict; and what a user's type checker finds in a program of theirs, by pyright and by mypy."""
    session.install("-e", ".[data,plot,scipy,sklearn]", *group("types"))
    session.run("pyright", *session.posargs)
    session.run("pyright", "--project", "tests/types")
    session.run("mypy", "--warn-unused-ignores", "--follow-imports=silent", "tests/types/downstream.py")


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Figures beside the peers; ``nox -s benchmarks -- training imports`` for some of them."""
    session.install("-e", ".", *group("benchmarks"))
    session.run("python", "-m", "benchmarks", *session.posargs)


def lowest(requirement: str) -> str:
    """Pin a requirement to its lower bound; what it depends on in turn is the newest that fits."""
    return requirement.replace(">=", "==")


def why_not_by_default(backend: str) -> str | None:
    """Say why a default run leaves a backend out: what it would download, or what it needs."""
    if backend == "torch" and "CI" not in os.environ:
        return "PyTorch's wheel brings gigabytes of CUDA on Linux"
    if backend == "cupy" and shutil.which("nvidia-smi") is None:
        return "CuPy needs an NVIDIA driver, and there is no nvidia-smi here"
    return None
