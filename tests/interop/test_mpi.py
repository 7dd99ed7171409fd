"""Training on MPI: ranks that mpiexec starts, and what they do where one of them fails."""

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn.cli import environment
from xnn.errors import BackendError, OptionError
from xnn.interop import mpi

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("program.py")
MPIEXEC = Path(sys.prefix, "bin", "mpiexec")
ALONE = {name: value for name, value in os.environ.items() if not name.startswith(("PMI", "MPI_", "OMPI_"))}
ENVIRONMENT = ALONE | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def needs_mpi(request):
    """Skip where mpi4py is missing, unless this file was asked for by name."""
    if find_spec("mpi4py") is not None and MPIEXEC.exists():
        return
    if any("test_mpi" in argument for argument in request.config.args):
        pytest.fail("mpi4py or mpiexec is missing: pip install mpi4py mpich")
    pytest.skip("mpi4py is not installed: pip install mpi4py mpich")


def start(ranks, *words, **environment):
    return subprocess.Popen(
        [MPIEXEC, "-n", str(ranks), *map(str, words)],
        env=ENVIRONMENT | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(job, seconds=60):
    """Return the exit code and what was printed; a job that has not ended is a failure."""
    try:
        out, err = job.communicate(timeout=seconds)
    finally:
        job.kill()
    return SimpleNamespace(code=job.returncode, out=out, err=err)


def program(ranks, *words):
    return ended(start(ranks, sys.executable, PROGRAM, *words))


def command(ranks, *words, **environment):
    return ended(start(ranks, sys.executable, "-m", "xnn", *words, **environment))


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(203, 5))
    np.savez(tmp_path / "table.npz", X=X, y=np.where(X[:, 0] + X[:, 1] > 0, "up", "down"))
    return tmp_path / "table.npz"


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """Return the weights that one process alone ends with, never disturbed."""
    file = tmp_path_factory.mktemp("alone") / "run.safetensors"
    assert program(1, "resumed", file).code == 0
    return np.load(file.with_suffix(".npy"))


@pytest.mark.host
@pytest.mark.usefixtures("needs_mpi")
class TestRanks:
    """What takes processes."""

    def test_ranks_give_what_one_gives(self, tmp_path):
        done = program(4, "alike", tmp_path / "found.npz")
        assert (done.code, done.out, done.err) == (0, "", "")
        found = np.load(tmp_path / "found.npz")
        assert len(found.files) == 4 * 3 * 2 * 3
        for name in found.files:
            setting, dtype, ranks, *_ = name.split()
            alone = found[name.replace(f"{dtype} {ranks}", f"{dtype} 1")]
            apart = np.linalg.norm(found[name] - alone)
            assert apart <= {"float32": 1e-6, "float64": 1e-12}[dtype] * np.linalg.norm(alone), (setting, dtype, ranks)

    def test_the_command_trains_on_ranks(self, table, tmp_path):
        words = "--epochs", 8, "--hidden", 8, "--dtype", "float64", "--batch-size", 30
        model = tmp_path / "model.safetensors"
        done = command(4, "train", "--data", table, *words, "--save", model)
        assert done.code == 0, done.err
        assert done.err.count("4 ranks by ") == 1 and "OMP_NUM_THREADS=1 for each, as you set" in done.err
        assert done.out.count("5-8-1 network") == done.out.count("each batch shared by 4 ranks") == 1
        alone = subprocess.run(
            [sys.executable, "-m", "xnn", "train", "--data", table, *map(str, words), "--save", tmp_path / "one"],
            env=ENVIRONMENT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert alone.stdout.splitlines()[-1] == done.out.splitlines()[-1]
        for layer, other in zip(xnn.load(model).params, xnn.load(tmp_path / "one").params, strict=True):
            np.testing.assert_allclose(layer.W, other.W, rtol=1e-10)

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (("--data", "none.npz"), "error: there is no file none.npz"),
            (("--no-such",), "No such option: --no-such"),
        ],
    )
    def test_a_mistake_is_said_once(self, words, expected):
        done = command(2, "train", *words)
        assert done.code == 2 and done.out == ""
        assert done.err.count(expected) == 1 and done.err.lower().count("error:") == 1

    def test_a_file_that_one_rank_lacks_is_said_once(self, table):
        words = sys.executable, "-m", "xnn", "train", "--data"
        done = ended(start(1, *words, table, "--epochs", "1", ":", "-n", "1", *words, "gone.npz", "--epochs", "1"))
        assert done.code == 2 and done.err.count("error:") == 1
        assert "error: rank 1 of 2: there is no file gone.npz" in done.err

    @pytest.mark.parametrize("kind", ["numbers", "text"])
    def test_ranks_decode_a_parquet_file_together(self, kind, tmp_path):
        pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        rng = np.random.default_rng(4)
        X = rng.normal(size=(300, 3))
        columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2]}
        if kind == "text":
            columns["c"] = [None if value > 1 else value for value in X[:, 2]]
            columns["d"] = rng.choice(np.array(["red", "green", None]), size=300)
        stored = pyarrow.table(columns | {"t": (X[:, 0] > X[:, 1]).astype(int)})
        parquet.write_table(stored, tmp_path / "t.parquet", row_group_size=70)
        for ranks in (1, 3):
            done = program(ranks, "decoded", tmp_path / f"{ranks}.npy", tmp_path / "t.parquet", kind)
            assert (done.code, done.out, done.err) == (0, "", "")
        table = xnn.datasets.load(tmp_path / "t.parquet")
        read = xnn.train(table.X, table.y, hidden=8, epochs=3, dtype="float64", progress=False)
        expected = np.concatenate([np.ravel(part) for layer in read.model.params for part in layer])
        for ranks in (1, 3):
            found = np.load(tmp_path / f"{ranks}.npy")
            assert np.linalg.norm(found - expected) <= 1e-12 * np.linalg.norm(expected)

    def test_a_column_that_is_no_feature_is_said_once(self, tmp_path):
        pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        rows = 2**21 + 1  # of four columns 64 MiB
        numbers = np.arange(rows) % 7
        names = pyarrow.DictionaryArray.from_arrays(numbers % 2, ["2001-02-03", "2004-05-06"])
        stored = pyarrow.table({"a": numbers, "b": numbers, "day": names, "c": numbers, "t": numbers % 2})
        parquet.write_table(stored, tmp_path / "t.parquet")
        done = command(2, "train", "--data", tmp_path / "t.parquet")
        assert done.code == 2 and done.out == ""
        assert done.err.count("error: X, column 'day' holds dates, such as '2001-02-03'") == 1
        assert done.err.count("error:") == 1

    @pytest.mark.parametrize("suffix", ["npz", "csv", "parquet"])
    def test_another_file_of_one_rank_is_said_once(self, suffix, tmp_path):
        for name, rows in (("one", 50), ("two", 60)):
            X = np.random.default_rng(0).normal(size=(rows, 2))
            path = tmp_path / f"{name}.{suffix}"
            if suffix == "npz":
                np.savez(path, X=X, y=np.arange(rows) % 2)
            elif suffix == "csv":
                np.savetxt(path, X, delimiter=",", header="a,b", comments="")
            else:
                pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
                parquet.write_table(pyarrow.table({"a": X[:, 0], "b": X[:, 1]}), path)
        words = sys.executable, "-m", "xnn", "train", "--epochs", "1", "--data"
        done = ended(start(1, *words, tmp_path / f"one.{suffix}", ":", "-n", "1", *words, tmp_path / f"two.{suffix}"))
        assert done.code == 2 and done.err.count("error:") == 1
        assert "error: rank 1 has another size of its file than rank 0" in done.err

    def test_ranks_with_another_seed_are_told(self, table):
        words = sys.executable, "-m", "xnn", "train", "--data", table, "--epochs", "1", "--seed"
        done = ended(start(1, *words, "1", ":", "-n", "1", *words, "2"))
        assert done.code == 2 and done.err.count("error:") == 1
        assert "error: rank 1 has another seed than rank 0, 2 instead of 1" in done.err

    def test_each_process_may_train_alone(self, table):
        done = command(2, "train", "--data", table, "--epochs", 2, "--no-mpi")
        assert done.code == 0 and done.out.count("128-64-1 network") == 2 and "shared" not in done.out

    def test_threads_are_shared_and_said(self, table):
        free = {name: value for name, value in ENVIRONMENT.items() if not name.endswith("_NUM_THREADS")}
        job = subprocess.run(
            [MPIEXEC, "-n", "2", sys.executable, "-m", "xnn", "train", "--data", table, "--epochs", "1"],
            env=free, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        each = max(1, len(os.sched_getaffinity(0)) // 2)
        assert f"OMP_NUM_THREADS={each} for each, so that they share the cores" in job.stderr

    @pytest.mark.parametrize(
        ("act", "rank", "code", "said"),
        [
            ("killed", 0, 9, ""),
            ("killed", 2, 9, ""),
            ("raises", 1, 2, "error: rank 1 of 3: your callback 'In' raised ValueError in epoch 5 (a slip): fix it."),
            ("leaves", 1, 3, "error: rank 1 of 3: it left the training by sys.exit(3)"),
            ("vanishes", 1, 4, ""),
            ("terminated", 1, 143, ""),
            ("terminated late", 1, 143, ""),
        ],
    )
    def test_where_one_ends_all_do_and_the_checkpoint_is_whole(self, act, rank, code, said, tmp_path, unbroken):
        file = tmp_path / "run.safetensors"
        started = time.monotonic()
        done = program(3, act, file, rank)
        assert time.monotonic() - started < 30.0
        # Of a rank that is gone without a word the launcher gives the code, or that of those that it killed.
        assert done.code in ({code, 9} if act == "vanishes" else {code})
        assert said in done.err
        # An epoch that ends while another is being written is not written down, but for the last.
        assert xnn.load(file).run.step >= (24 if act.startswith("terminated") else 5)
        if (act, rank) in (("killed", 0), ("terminated", 1)):  # and two go on where three have been
            assert program(2, "resumed", file).code == 0
            found = np.load(file.with_suffix(".npy"))
            assert np.linalg.norm(found - unbroken) <= 1e-12 * np.linalg.norm(unbroken)

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
    def test_the_launcher_is_told_to_end(self, number, code, tmp_path):
        file = tmp_path / "run.safetensors"
        job = start(2, sys.executable, "-m", "xnn", "train", "--epochs", 10**6, "--checkpoint", file)
        for _ in range(600):
            if file.exists():
                break
            time.sleep(0.05)
        job.send_signal(number)
        assert ended(job, 30).code == code
        assert xnn.load(file).run.step > 0

    def test_another_launcher_is_told(self, table):
        job = subprocess.run(
            [sys.executable, "-m", "xnn", "train", "--data", table],
            env=ENVIRONMENT | {"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "4"},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert job.returncode == 2
        assert "the launcher started 4 processes, but " in job.stderr and "sees 1: it belongs to another" in job.stderr
        assert job.stderr.rstrip().endswith("--no-mpi.")

    def test_one_process_alone_is_told(self):
        job = subprocess.run(
            [sys.executable, "-m", "xnn", "train", "--mpi"], env=ENVIRONMENT, capture_output=True, text=True,
        )  # fmt: skip
        assert job.returncode == 2 and "start several with mpiexec -n 4 xnn train" in job.stderr

    def test_the_library_is_listed(self):
        job = subprocess.run(
            [sys.executable, "-m", "xnn", "backends"], env=ENVIRONMENT, capture_output=True, text=True, check=True
        )
        import mpi4py

        assert f" by mpi4py {mpi4py.__version__}" in job.stdout


@pytest.mark.host
def test_without_mpi4py_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with refuses(BackendError, "mpi4py is not installed: pip install mpi4py mpich"):
        mpi.world(4)
    assert mpi.status() == "mpi4py is not installed: pip install mpi4py mpich"


@pytest.mark.parametrize("error", [ImportError, RuntimeError])
@pytest.mark.host
def test_without_an_mpi_library_it_is_said(monkeypatch, error):
    class Finder:
        def find_spec(self, name, *_):
            if name == "mpi4py.MPI":
                raise error("cannot load MPI library\nlibmpi.so.12: no such file")

    package = ModuleType("mpi4py")
    vars(package).update(__path__=[], rc=SimpleNamespace(), __version__="4")
    monkeypatch.setitem(sys.modules, "mpi4py", package)
    monkeypatch.delitem(sys.modules, "mpi4py.MPI", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    sentence = "mpi4py finds no MPI library (cannot load MPI library): pip install mpich, or load the cluster's"
    with refuses(BackendError, sentence):
        mpi.load()
    assert mpi.status() == sentence


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"PMI_RANK": "1", "PMI_SIZE": "4", "MPI_LOCALNRANKS": "2"}, (1, 4, 2)),
        ({"PMI_RANK": "0", "PMI_SIZE": "1"}, None),
        ({"OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8"}, (3, 8, 8)),
        ({"PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "6", "SLURM_NTASKS_PER_NODE": "3"}, (0, 6, 3)),
        ({"PMI_RANK": "1", "PMI_SIZE": "many"}, None),
    ],
)
@pytest.mark.host
def test_launchers_are_known_by_their_variables(monkeypatch, variables, expected):
    monkeypatch.setattr(os, "environ", variables)
    assert environment.launched() == expected


@pytest.mark.parametrize(("local", "cores", "threads"), [(2, 8, "4"), (4, 2, "1"), (3, 8, "2")])
@pytest.mark.host
def test_cores_are_shared_among_the_ranks_of_a_computer(monkeypatch, local, cores, threads):
    variables = {"PMI_RANK": "0", "PMI_SIZE": "16", "MPI_LOCALNRANKS": str(local)}
    monkeypatch.setattr(os, "environ", variables)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(environment, "threads_were_set", False)
    environment.set_threads()
    assert variables["OMP_NUM_THREADS"] == threads and environment.threads_were_set


@pytest.mark.host
def test_threads_that_the_user_set_are_left_alone(monkeypatch):
    variables = {"PMI_RANK": "0", "PMI_SIZE": "4", "OPENBLAS_NUM_THREADS": "3"}
    monkeypatch.setattr(os, "environ", variables)
    environment.set_threads()
    assert "OMP_NUM_THREADS" not in variables and not environment.threads_were_set


class TwoRanks:
    """A communicator of two ranks that hold the same; `kinds` is what it says of the memory it reads."""

    rank, size, is_inter = 0, 2, False

    def __init__(self, kinds=None, together=True):
        self.kinds, self.local, self.reduced = kinds, 2 if together else 1, []

    def Allreduce(self, place, buffer):  # noqa: N802
        self.reduced.append(type(buffer))
        buffer += buffer

    def Iallreduce(self, place, buffer):  # noqa: N802
        self.Allreduce(place, buffer)
        answers = iter([False, False, True])
        return SimpleNamespace(Test=lambda: next(answers))

    def allgather(self, value):
        return [value, value]

    def Split_type(self, kind):  # noqa: N802
        return SimpleNamespace(size=self.local, allgather=lambda mine: [{0}] * self.local, Free=lambda: None)

    def Get_info(self):  # noqa: N802
        return SimpleNamespace(Get=lambda name: self.kinds, Free=lambda: None)


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(mpi, "load", lambda: SimpleNamespace(IN_PLACE=None, COMM_TYPE_SHARED=0))


@pytest.mark.parametrize("together", [True, False], ids=["two ranks on one core", "a core each"])
def test_arrays_of_every_library_are_summed(lib, fake, together):
    ranks = mpi.MPIReduction(TwoRanks(together=together))
    assert (ranks.local, ranks.cores) == ((2, 1) if together else (1, 1))
    lib.assert_close(ranks.sum(lib.place.asarray(np.arange(4.0))), 2 * np.arange(4.0))


@pytest.mark.host
def test_threads_that_would_wait_for_each_other_are_told(fake, monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(mpi, "_cores", lambda: {0, 1, 2, 3})
    comm = TwoRanks()
    comm.Split_type = lambda kind: SimpleNamespace(size=2, allgather=lambda mine: [mine, mine], Free=lambda: None)
    with pytest.warns(RuntimeWarning, match="2 ranks on this computer share 4 cores.* set OMP_NUM_THREADS=2 before"):
        mpi.MPIReduction(comm)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    mpi.MPIReduction(comm)


@pytest.mark.host
def test_a_communicator_of_two_groups_is_refused(fake):
    comm = TwoRanks()
    comm.is_inter = True
    with refuses(OptionError, "comm must be a communicator of one group"):
        mpi.MPIReduction(comm)


class OnGPU:
    """A GPU's array, as far as MPI looks at it."""

    __cuda_array_interface__ = {}  # noqa: RUF012

    def __init__(self):
        self.device = SimpleNamespace(synchronize=lambda: self.done.append("synchronized"))
        self.done = []

    def __iadd__(self, other):
        self.done.append("summed")
        return self


@pytest.mark.parametrize(("kinds", "is_aware"), [("mpi,system,cuda", True), ("mpi,system", False), (None, False)])
@pytest.mark.host
def test_a_gpus_memory_is_given_to_an_mpi_that_reads_it(fake, kinds, is_aware):
    ranks = mpi.MPIReduction(TwoRanks(kinds))
    assert ranks._cuda == is_aware
    if is_aware:
        array = OnGPU()
        assert ranks.sum(array) is array and array.done == ["synchronized", "summed"]


class OfCuPy:
    """An array that counts as CuPy's."""

    def __init__(self, *values):
        self.values = np.array(values)


class NCCLBackend:
    """What `cupyx.distributed.init_process_group` returns, of two ranks that hold the same."""

    def __init__(self, n_devices, rank, use_mpi):
        self.asked, self.summed = (n_devices, rank, use_mpi), 0

    def all_reduce(self, in_array, out_array, op="sum", stream=None):
        assert in_array is out_array and op == "sum" and stream is None
        self.summed += 1
        out_array.values = 2 * in_array.values


@pytest.fixture
def cupyx(fake, monkeypatch):
    """Stand for CuPy with NCCL; list the groups that are begun."""
    groups = []

    def begin(n_devices, rank, *, backend="nccl", host=None, port=None, use_mpi=False):
        groups.append(NCCLBackend(n_devices, rank, use_mpi))
        return groups[-1]

    compared = SimpleNamespace(Compare=lambda a, b: 0 if a is b else 1 if a.rank == b.rank else 3)
    world = TwoRanks()
    monkeypatch.setattr(
        mpi, "load",
        lambda: SimpleNamespace(
            IN_PLACE=None, COMM_TYPE_SHARED=0, COMM_WORLD=world, Comm=compared, IDENT=0, CONGRUENT=1, SIMILAR=2
        ),
    )  # fmt: skip
    for name, parts in {
        "cupy": {}, "cupy.cuda": {}, "cupy.cuda.nccl": {"available": True},
        "cupyx": {}, "cupyx.distributed": {"init_process_group": begin},
    }.items():  # fmt: skip
        module = ModuleType(name)
        vars(module).update(__path__=[], **parts)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(mpi, "is_cupy_array", lambda array: isinstance(array, OfCuPy))
    return SimpleNamespace(world=world, groups=groups)


@pytest.mark.host
def test_arrays_of_cupy_are_summed_by_nccl(cupyx):
    ranks = mpi.MPIReduction(cupyx.world, nccl=True)
    assert not cupyx.groups  # until the GPU is chosen
    array = OfCuPy(1.0, 2.0)
    for expected in ([2.0, 4.0], [4.0, 8.0]):
        assert ranks.sum(array) is array and array.values.tolist() == expected
    assert [(group.asked, group.summed) for group in cupyx.groups] == [((2, 0, True), 2)]
    assert not cupyx.world.reduced
    ranks.sum(np.arange(2.0))  # an epoch's figures are the host's
    assert len(cupyx.world.reduced) == 1


@pytest.mark.host
def test_without_nccl_it_is_said_by_all(cupyx, monkeypatch):
    monkeypatch.setattr(sys.modules["cupy.cuda.nccl"], "available", False)
    with refuses(BackendError, "CuPy finds no NCCL library: pip install nvidia-nccl-cu12"):
        mpi.MPIReduction(cupyx.world, nccl=True)
    monkeypatch.setitem(sys.modules, "cupy.cuda.nccl", None)
    with refuses(BackendError, "NCCL is reached by CuPy, which cannot be imported"):
        mpi.MPIReduction(cupyx.world, nccl=True)


@pytest.mark.host
def test_nccl_that_does_not_start_is_told(cupyx, monkeypatch):
    def refused(*_, **__):
        raise RuntimeError("ncclInvalidUsage: Duplicate GPU detected")

    monkeypatch.setattr(sys.modules["cupyx.distributed"], "init_process_group", refused)
    ranks = mpi.MPIReduction(cupyx.world, nccl=True)
    with refuses(BackendError, "NCCL does not start (ncclInvalidUsage: Duplicate", "a GPU of its own"):
        ranks.sum(OfCuPy(1.0))


@pytest.mark.host
def test_nccl_takes_all_ranks(cupyx):
    some = TwoRanks()
    some.rank = 1
    with refuses(OptionError, "nccl=True takes all ranks of the job: give MPI.COMM_WORLD"):
        mpi.MPIReduction(some, nccl=True)


@pytest.mark.host
def test_nccl_is_for_ranks_of_cupy():
    for words, sentence in (
        (("--nccl",), "error: --nccl is for --backend cupy, not numpy"),
        (("--nccl", "--backend", "cupy"), "error: --nccl needs several processes"),
    ):
        job = subprocess.run(
            [sys.executable, "-m", "xnn", "train", *words], env=ENVIRONMENT, capture_output=True, text=True
        )
        assert job.returncode == 2 and job.stderr.startswith(sentence)


@pytest.mark.host
def test_more_ranks_by_the_model_of_ring_and_tree():
    from benchmarks.ranks import allreduce, pays_to

    assert allreduce(1, 1000, 1.0, 1.0) == 0.0
    assert allreduce(4, 1000, 0.0, 1000.0) == 1.5  # a ring: 2 * 3 / 4 of a second
    assert allreduce(8, 0, 1.0, 1.0) == 6.0  # a tree: 2 * 3 messages, and not 2 * 7
    assert pays_to({1: 1.0, 2: 0.8, 4: 0.7}) == 1
    assert pays_to({1: 1.0, 2: 0.9, 4: 1.5, 8: 2.0, 16: 2.1, 32: 1.5}) == 8
