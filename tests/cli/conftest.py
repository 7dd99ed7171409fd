import sys
from types import SimpleNamespace

import pytest

from xnn.cli import app


@pytest.fixture
def xnn(capsys, monkeypatch, tmp_path):
    """Run a command line in an empty folder; the answer has code, out and err."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> SimpleNamespace:
        monkeypatch.setattr(sys, "argv", ["xnn", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            app.run()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=caught.value.code or 0, out=out, err=err)

    return run
