"""Completion in real shells: what ``xnn --install-completion`` installs works in the next session, at the first Tab."""

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import xnn as package

pytestmark = pytest.mark.host
pty = pytest.importorskip("pty", reason="a terminal is simulated by pty, which this system has not")

ROOT = Path(package.__file__).parents[1]
WAIT = 120.0  # seconds, for a machine that is busy
# What is typed, and the line after Tab.
TYPED = {
    "xnn tr": "xnn train ",
    "xnn train --act": "xnn train --activation ",
    "xnn train --activation le": "xnn train --activation leaky_relu ",
    "xnn train --metrics accuracy,abs": "xnn train --metrics accuracy,absolute_error ",
    "xnn check --format g": "xnn check --format github ",
    "xnn train --data pass": "xnn train --data passengers.csv ",  # a file
}
LISTED = "xnn train --loss a", ("absolute_error", "auto")
# Control-T writes the line that is being typed to a file.
RC = {
    "bash": (
        ".bashrc",
        'bind \'set show-all-if-ambiguous on\'; bind -x \'"\\C-t": printf %s "$READLINE_LINE" > line.tmp; '
        "mv line.tmp line'\n",
    ),
    "zsh": (
        ".zshrc",
        'shown() { printf %s "$BUFFER" > line.tmp; mv line.tmp line }\nzle -N shown; bindkey "^T" shown\n',
    ),
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with the command on the path and a table in it."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "xnn"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m xnn "$@"\n')
    command.chmod(0o755)
    (tmp_path / "passengers.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("XDG_", "_XNN")) or name == "ZDOTDIR"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TERM", "dumb")
    return tmp_path


def install(shell: str) -> None:
    """Install the completion from within a shell, which is found out from the processes."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-c", "xnn --install-completion; true"], capture_output=True, text=True, timeout=WAIT)
    assert f"{shell} completion installed" in done.stdout, done.stdout + done.stderr


@contextmanager
def session(shell: str) -> Iterator[int]:
    """Start an interactive shell; yields its terminal."""
    child, terminal = pty.fork()
    if not child:
        os.execvp(shell, [shell, "-i"])
    try:
        yield terminal
    finally:
        os.close(terminal)  # which hangs up
        os.waitpid(child, 0)


def typed(terminal: int, text: str) -> tuple[str, str]:
    """Type a text and Tab; returns the line that there is then, and what was shown."""
    line = Path("line")
    line.unlink(missing_ok=True)
    os.write(terminal, f"\x15{text}\t\x14".encode())
    shown, end = b"", time.monotonic() + WAIT
    while not line.exists() and time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 65536)
    assert line.exists(), shown
    while select.select([terminal], [], [], 0.05)[0]:
        shown += os.read(terminal, 65536)
    return line.read_text(), shown.decode(errors="replace")


@pytest.mark.parametrize("shell", RC)
def test_the_first_tab_of_a_session_completes(shell, home):
    file, text = RC[shell]
    (home / file).write_text(text)
    install(shell)
    with session(shell) as terminal:
        for line, expected in TYPED.items():
            assert typed(terminal, line)[0] == expected
        line, among = LISTED
        same, shown = typed(terminal, line)
        assert same == line and all(word in shown for word in among), shown


def test_fish_completes(home):
    install("fish")
    for line, expected in TYPED.items():
        assert completed_by_fish(line) == [expected.split()[-1]]
    line, among = LISTED
    assert completed_by_fish(line) == sorted(among)


def completed_by_fish(line: str) -> list[str]:
    done = subprocess.run(["fish", "-c", f'complete -C "{line}"'], capture_output=True, text=True, timeout=WAIT)
    return [each.partition("\t")[0] for each in done.stdout.splitlines()]
