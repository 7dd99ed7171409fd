import csv
import gzip
import io
import math
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnn.datasets import Frame, Table, load
from xnn.errors import BackendError, DataError, FileError, OptionError, UnknownNameError, XnnError

pytestmark = pytest.mark.host


@pytest.fixture
def write(tmp_path):
    """Write a file data.csv and give its path."""

    def write(content):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def expect(table, X, y, features=None, target=None):
    assert isinstance(table, Table)
    assert table.X.dtype == np.float64 and table.X.tolist() == X
    assert (None if table.y is None else table.y.tolist()) == y
    assert (table.features, table.target) == (features, target)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_header_and_last_column_as_target(write, delimiter):
    path = write("age,height,price\n1,2.5,3\n-4,5e3, 6 \n".replace(",", delimiter))
    expect(load(path), [[1, 2.5], [-4, 5000]], [3, 6], ("age", "height"), "price")


def test_other_delimiters_in_names(write):
    table = load(write('";";,;";,,"\n1;2;3\n'))
    expect(table, [[1, 2]], [3], (";", ","), ";,,")
    expect(load(write("a;b;c,d\n1,2\n")), [[1]], [2], ("a;b;c",), "d")


def test_no_header(write):
    expect(load(write("1,2,3\n4,5,6\n")), [[1, 2], [4, 5]], [3, 6])


def test_byte_order_mark_quotes_windows_line_ends_and_blank_lines_at_the_end(write):
    path = write(b'\xef\xbb\xbf"width, in ""cm""",kind\r\n1,2\r\n"3",4\r\n\r\n  \r\n')
    expect(load(path), [[1], [3]], [2, 4], ('width, in "cm"',), "kind")


@pytest.mark.parametrize(
    ("target", "X", "y", "name"),
    [
        ("a", [[2, 3]], [1], "a"),
        ("0", [[2, 3]], [1], "a"),
        (1, [[1, 3]], [2], "b"),
        ("-1", [[1, 2]], [3], "c"),
        (-3, [[2, 3]], [1], "a"),
    ],
)
def test_target(write, target, X, y, name):
    table = load(write("a,b,c\n1,2,3\n"), target)
    assert (table.X.tolist(), table.y.tolist(), table.target) == (X, y, name)


def test_a_name_wins_over_an_index(write):
    assert load(write("1,x,0\n7,8,9\n"), target="0").y.tolist() == [9]


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "2.0", "-3"], np.int64, [1, 2, -3]),
        (["1", "2.5", "1e4"], np.float64, [1, 2.5, 1e4]),
        (["9007199254740993", "9007199254740992"], np.int64, [9007199254740993, 9007199254740992]),  # 2^53 + 1, 2^53
        (["yes", "no", "none"], np.str_, ["yes", "no", "none"]),
        (["1", "2", "3a"], np.str_, ["1", "2", "3a"]),
    ],
)
def test_dtype_of_the_target(write, cells, dtype, values):
    y = load(write("x,t\n" + "".join(f"0,{cell}\n" for cell in cells))).y
    assert y.dtype.type == dtype
    assert y.tolist() == values


def test_sample_with_a_text_label_is_no_header(write):
    table = load(write("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n"))
    expect(table, [[5.1, 3.5], [4.9, 3.0], [6.3, 3.3]], ["setosa", "setosa", "virginica"])


def test_header_with_names_that_are_numbers(write):
    table = load(write("0,1,target\n5.1,3.5,2\n"))
    expect(table, [[5.1, 3.5]], [2], ("0", "1"), "target")


def test_features_only(write):
    path = write("a,b,c\n1,2,x\n3,4,y\n")
    expect(load(path, features_only=["b"]), [[2], [4]], None, ("b",))
    expect(load(path, features_only=("b", "a")), [[2, 1], [4, 3]], None, ("b", "a"))
    expect(load(write("a,b\n1,2\n"), features_only=True), [[1, 2]], None, ("a", "b"))
    expect(load(write("1\n2\n"), features_only=True), [[1], [2]], None)


def test_columns_are_left_out(write):
    path = write("id,a,town,b,c\nA1,1,Bonn,2,3\nA2,4,Köln,5,6\n")
    for drop in (["id", "town"], [0, 2], ("0", "-3"), ["town", "id", "id"]):
        expect(load(path, drop=drop), [[1, 2], [4, 5]], [3, 6], ("a", "b"), "c")
    expect(load(path, "a", drop=["id", "town", "c"]), [[2], [5]], [1, 4], ("b",), "a")
    expect(load(path, drop=["c", "id", "town"]), [[1], [4]], [2, 5], ("a",), "b")
    expect(load(path, drop=["c", "id", "town"], features_only=True), [[1, 2], [4, 5]], None, ("a", "b"))
    expect(load(write("x,1,2\nx,3,4\ny,5,6\n"), drop=[0]), [[1], [3], [5]], [2, 4, 6])


def test_columns_without_a_name_of_their_own_are_left_out(write):
    expect(load(write(",a,b\n0,1,2\n1,3,4\n"), drop=[0]), [[1], [3]], [2, 4], ("a",), "b")
    expect(load(write("a,x,a,b\n0,1,2,3\n"), drop=["a"]), [[1]], [3], ("x",), "b")
    expect(load(write("a,x,a,b\n0,1,2,3\n"), drop=[2]), [[0, 1]], [3], ("a", "x"), "b")


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("header", ["a;b\n", ""])
def test_decimal_commas_are_refused_by_their_name(write, delimiter, header):
    """As a feature, and as a target, of which classes would else be made."""
    line = 2 if header else 1
    for cells, place in (("1,5;2,5", 1), ("1.000,5;2", 1), ("-1,5e3;2", 1), ("2;1,5", 2)):
        content = header + f"{cells}\n{cells}\n3;4\n"
        column = f"column {'ab'[place - 1]!r}" if header else f"column {place}"
        with pytest.raises(DataError) as caught:
            load(write(content.replace(";", delimiter)))
        said = str(caught.value)
        assert f"line {line}, {column}: {cells.split(';')[place - 1]!r} has a decimal comma. Write points" in said
        assert "decimal=','" in said


def test_text_with_commas_is_text(write):
    assert load(write("a;b\n1;2,5 cm\n2;x\n")).y.tolist() == ["2,5 cm", "x"]
    assert load(write('a,b\n1,"2,5"\n2,x\n')).y.tolist() == ["2,5", "x"]


GAP = None  # in what is expected below


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["1", "", "NA", "2.5", "n/a", "-"], [1.0, GAP, GAP, 2.5, GAP, GAP]),
        (["nan", "3", "?", "None"], [GAP, 3.0, GAP, GAP]),
        (["", "NA"], [GAP, GAP]),
        (["red", "", "blue", "NA", "none", "-"], ["red", GAP, "blue", GAP, "none", "-"]),
        (["0", "1", "2", "3+", "3+", "0"], ["0", "1", "2", "3+", "3+", "0"]),  # codes that come back
        (["A1", "2", "B3"], ["A1", "2", "B3"]),
        (["yes", "no", "yes"], ["yes", "no", "yes"]),
        (["2,5 cm", "x"], ["2,5 cm", "x"]),
        (["1,234", "12", "1,234,567.5", ""], [1234.0, 12.0, 1234567.5, GAP]),
    ],
)
def test_columns_of_words_and_with_gaps(write, cells, column):
    text = "a,b,t\n" + "".join(f'"{cell}",{i},{i}\n' for i, cell in enumerate(cells))
    table = load(write(text))
    assert isinstance(table.X, Frame) and table.X.columns == table.features == ("a", "b")
    found = table.X["a"].tolist()
    assert [None if value is None or value != value else value for value in found] == column
    assert all(type(value) is type(expected) for value, expected in zip(found, column, strict=True) if expected)
    assert table.X["b"].tolist() == list(range(len(cells)))


def test_commas_between_thousands(write):
    table = load(write('a,price\n1,"1,234,567"\n2,"2,234,567"\n3,900\n'))
    assert table.y.tolist() == [1234567, 2234567, 900] and table.y.dtype == np.int64
    assert load(write('a,t\n"1,234",1\n"5",1\n')).X.tolist() == [[1234.0], [5.0]]
    # Where commas do not part cells, one alone may be a decimal one: only what cannot be is taken for thousands.
    assert load(write("a;t\n1,234;1\n1,234,567;1\n")).X.tolist() == [[1234.0], [1234567.0]]
    with pytest.raises(DataError, match="'1,234' has a decimal comma"):
        load(write("a;t\n1,234;1\n5;1\n"))
    with pytest.raises(DataError, match="'1,23' has a decimal comma"):
        load(write('a,t\n"1,23",1\n"1,234",1\n'))


def test_words_far_down_a_column_of_numbers(write):
    """What is not a number shows only when parts of the file have been turned into numbers: texts come back whole."""
    rows = [f"{'0' if i % 2 else '01'},{i}" for i in range(9000)] + [f"x,{i}" for i in range(9000)]
    table = load(write("a,b\n" + "\n".join(rows)))
    assert table.X["a"].tolist() == ["01", "0"] * 4500 + ["x"] * 9000
    rows[8000] = "oops,1"
    with pytest.raises(DataError, match="line 8002, column 'a': 'oops' is not a number"):
        load(write("a,b\n" + "\n".join(rows[:9000])))


def test_columns_that_are_text_whatever_they_look_like(write):
    path = write("code,b,t\n01,1,2\n10,2,3\n,3,4\n")
    assert load(path, as_text=["code"]).X["code"].tolist() == ["01", "10", None]
    assert load(path, features_only=["b", "code"], as_text=["code"]).X["code"].tolist() == ["01", "10", None]
    assert load(path, features_only=["b"], target="t").y.tolist() == [2, 3, 4]


def test_a_file_without_names_has_columns_by_number(write):
    path = write("x,1,2\nx,3,4\ny,,6\n")
    table = load(path)
    assert table.features is None and table.X.columns == ("0", "1")
    assert load(path, features_only=("1", "0")).X.columns == ("1", "0")


@pytest.mark.parametrize("name", ["d.csv.gz", "d.tsv", "d.tsv.gz", "d.txt", "D.CSV"])
def test_packed_and_under_other_names(tmp_path, name):
    text = "a,b\n1,2\n3,4\n".replace(",", "\t" if "tsv" in name else ",").encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    expect(load(path), [[1], [3]], [2, 4], ("a",), "b")


def test_damaged_packing(tmp_path):
    path = tmp_path / "d.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + bytes(range(48, 58)) * 500)[:-40])
    with pytest.raises(FileError, match=r"d\.csv\.gz cannot be unpacked"):
        load(path)
    (tmp_path / "d.npy.gz").write_bytes(b"")
    with pytest.raises(FileError, match="can be read: save it as CSV"):
        load(tmp_path / "d.npy.gz")


def test_standard_input(monkeypatch):
    for text in (b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
        expect(load("-"), [[1]], [2], ("a",), "b")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1\n")))
    with pytest.raises(DataError, match="standard input, line 2: one cell"):
        load("-")


@pytest.fixture
def parquet(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    module = pytest.importorskip("pyarrow.parquet")

    def write(**columns):
        module.write_table(pyarrow.table(columns), tmp_path / "data.parquet")
        return tmp_path / "data.parquet"

    return write


def test_parquet(parquet):
    expect(load(parquet(a=[1, 2], b=[2.5, 3.5], t=[0, 1])), [[1, 2.5], [2, 3.5]], [0, 1], ("a", "b"), "t")
    table = load(parquet(a=[1, None], b=["x", None], c=[True, None], t=["u", "v"]), drop=["b"])
    assert [table.X[name].tolist()[0] for name in ("a", "c")] == [1.0, 1.0] and np.isnan(table.X["c"][1])
    words = load(parquet(a=[1, None, 2, 3], b=["x y", None, "z", "x y"], t=["u", "v", "u", "v"])).X["b"].tolist()
    assert words == ["x y", None, "z", "x y"] and words[0] is words[3]
    assert table.y.tolist() == ["u", "v"] and table.y.dtype.kind == "U"
    with pytest.raises(DataError, match="column 't': row 1 has no value"):
        load(parquet(a=[1, 2], t=["u", None]))
    with pytest.raises(UnknownNameError, match="Did you mean 'a'"):
        load(parquet(a=[1, 2], t=["u", "v"]), "aa")
    path = parquet(a=[1], t=[2])
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FileError, match="is not a Parquet file"):
        load(path)


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    (tmp_path / "d.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(BackendError, match=r"needs pyarrow to be read .*: pip install pyarrow"):
        load(tmp_path / "d.parquet")


def test_arrays_can_be_changed(write):
    table = load(write("1,2\n3,4\n"))
    table.X[0, 0] = table.y[0] = 7
    assert table.X[0, 0] == table.y[0] == 7


@pytest.mark.parametrize(
    ("content", "arguments", "error", "words"),
    [
        (
            "a,b\n1,2\nx,3\n",
            {},
            DataError,
            "line 3, column 'a': 'x' is not a number. Remove the row, fill in the value, or leave the column out "
            "with drop=['a'], in the command --drop a.",
        ),
        (
            "a,b\nx,2\n",
            {"features_only": ["a"], "as_text": []},
            DataError,
            "'x' is not a number. Remove the row, or fill in",
        ),
        (
            "my a,b\n1,2\nx,3\n",
            {},
            DataError,
            "line 3, column 'my a': 'x' is not a number. Remove the row, fill in the value, or leave the column out "
            "with drop=['my a'], in the command --drop 'my a'.",
        ),
        ("a,b\n1,2\n,2\n", {"gaps": False}, DataError, "data.csv, line 3, column 'a': no value stands there. Remove"),
        ("a,b\nx,2\nNA,2\n", {"gaps": False}, DataError, "line 3, column 'a': no value stands there. Remove"),
        ("a,b\nx,2\ny\0,2\n", {}, DataError, "line 3, column 'a': 'y\\x00' has a zero byte"),
        ("1,2\n1_0,2\n", {}, DataError, "line 2, column 1: '1_0' is not a number"),
        ("a,b\n-inf,2\n", {}, DataError, "line 2, column 'a': '-inf' is not a finite number"),
        ('a,b\n1,2\n"1\n2",2\n', {}, DataError, r"line 4, column 'a': '1\n2' is not a number"),
        (
            "a,b\n1,2\n1,\n",
            {},
            DataError,
            "line 3, column 'b': the cell is empty. Remove the row, or fill in",
        ),
        ("a,b\n1,x\n1,\n", {}, DataError, "line 3, column 'b': the cell is empty"),
        ("a,b\n1,2\n1,n/a\n", {}, DataError, "line 3, column 'b': 'n/a' is not a number"),
        ("a,b\n1,inf\n", {}, DataError, "line 2, column 'b': 'inf' is not a finite number"),
        ("a,b\n1,2\n3\n", {}, DataError, "line 3: one cell, where line 1 has 2. Make them equal"),
        ("a;b\n1;2;3\n", {}, DataError, "line 2: 3 cells, where line 1 has 2. Make them equal; a cell that"),
        ("a,b\n1,2\n\n3,4\n", {}, DataError, "line 3: the line is blank"),
        ("", {}, DataError, "data.csv is empty"),
        ("\n\n", {}, DataError, "data.csv is empty"),
        ("a,b\n", {}, DataError, "has a header but no rows below it"),
        ("a,b,a\n1,2,3\n", {}, DataError, "line 1: two columns are called 'a'. Rename"),
        (
            ",a,b\n0,1,2\n",
            {},
            DataError,
            "line 1: column 1 has no name. Give it one, or leave the column out",
        ),
        ("a\n1\n", {}, DataError, "has one column only, the target: add columns"),
        (
            "0,1,kind\n5,6,x\n",
            {},
            DataError,
            "line 1 mixes numbers and text, so it may be a header or a sample",
        ),
        ("1,2\n3,4\n", {"target": "age"}, DataError, "has no column names, so none is called 'age'"),
        (
            "1,2\n3,4\n",
            {"features_only": ["age", "b"]},
            DataError,
            "has no header, so the column 'age' cannot",
        ),
        ("Age,b\n1,2\n", {"target": "age"}, UnknownNameError, "data.csv: 'age'. Did you mean 'Age'?"),
        (
            "a,height\n1,2\n",
            {"features_only": ["heigth"]},
            UnknownNameError,
            "'heigth'. Did you mean 'height'?",
        ),
        ("a,b\n1,2\n", {"target": 2}, OptionError, "target must be from -2 to 1, as"),
        ("a,b\n1,2\n", {"target": "-3"}, OptionError, "has 2 columns, not -3"),
        (
            "a,b\n1,2\n",
            {"target": 0.5},
            OptionError,
            "target must be the name or the index of a column, not 0.5",
        ),
        ("a,b\n1,2\n", {"target": True}, OptionError, "target must be the name or the index"),
        ("a,b\n1,2\n", {"features_only": "ab"}, OptionError, "a list of at least one column name, not 'ab'"),
        ("a,b\n1,2\n", {"features_only": []}, OptionError, "a list of at least one column name, not []"),
        ("a,b\n1,2\n", {"features_only": [1]}, OptionError, "a list of at least one column name, not [1]"),
        ("a,b\n1,2\n", {"features_only": 1}, OptionError, "a list of at least one column name, not 1"),
        ("a,b\n1,2\n", {"drop": "a"}, OptionError, "drop must be a list of names or indexes of columns, not 'a'"),
        ("a,b\n1,2\n", {"drop": [0.5]}, OptionError, "drop must be a list of names or indexes of columns, not [0.5]"),
        ("a,b\n1,2\n", {"drop": ["aa"]}, UnknownNameError, "unknown column of "),
        ("a,b\n1,2\n", {"drop": [2]}, OptionError, "drop must be from -2 to 1, as"),
        ("a,b\n1,2\n", {"drop": ["a"]}, DataError, "has one column only, the target"),
        ("a,b\n1,2\n", {"drop": ["a", "b"]}, OptionError, "leaves no column"),
        ("a,b,c\n1,2,3\n", {"drop": ["b"], "target": "b"}, OptionError, "target='b' is dropped too"),
        (
            "1,2\n3,4\n",
            {"drop": ["age"]},
            DataError,
            "has no column names, so none is called 'age': give it as a number",
        ),
        (
            "a,b\n1,2\n",
            {"features_only": ["a"], "drop": ["b"]},
            OptionError,
            "drop=['b'] has no meaning where features_only names columns",
        ),
        (
            "a,b\n1,2\n",
            {"features_only": True, "target": "a"},
            OptionError,
            "target='a' has no meaning with features_only",
        ),
        (
            b"a,b\n1,\xff\n",
            {},
            FileError,
            "is not UTF-8 text (byte 0xff: invalid start byte). Save it as CSV",
        ),
        ("a,b\n1,2\n".encode("utf-16"), {}, FileError, "is not UTF-8 text"),
        ("a,b\n1,yes\n2,\0\n3,no\n", {}, DataError, "data.csv, line 3, column 'b': '\\x00' has a zero byte"),
        ("a,b\n1,yes\n2,NA\n3,no\n", {}, DataError, "data.csv, line 3, column 'b': 'NA' stands for a missing value."),
        (f"a,b\n1,{2**63}\n2,1\n", {}, DataError, f"line 2, column 'b': '{2**63}' is too large for a whole number."),
        ('a,b\n1,"2\n3,4\n', {}, FileError, "is not valid CSV after line 1: unexpected end of data"),
    ],
)
def test_what_cannot_be_used(write, content, arguments, error, words):
    with pytest.raises(error) as caught:
        load(write(content), **arguments)
    assert words in str(caught.value)
    assert "data.csv" in str(caught.value) or error is OptionError
    assert len(str(caught.value).splitlines()) == 1


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileError, match=r"there is no file .*nothing\.csv \(looked in .*\): check the name"):
        load("nothing.csv")
    with pytest.raises(FileError, match="is a folder: give one of the files in it"):
        load(tmp_path)
    for name in ("data.xlsx", "data"):
        (tmp_path / name).touch()
        with pytest.raises(FileError, match=r"only \.csv, .* and \.npy can be read: save it as CSV"):
            load(tmp_path / name)


def test_file_that_may_not_be_read(write, monkeypatch):
    path = write("a,b\n1,2\n")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(FileError, match=r"data\.csv cannot be read: you have no permission"):
        load(path)


finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text('abcxyzäß .,;\t"µ-', min_size=1, max_size=6).map(str.strip).filter(bool)
words = st.text("abcdefghij", min_size=1, max_size=5)
targets = st.one_of(
    st.tuples(st.just(np.int64), st.lists(st.integers(-(2**53), 2**53), min_size=4, max_size=4)),
    st.tuples(st.just(np.str_), st.lists(words, min_size=4, max_size=4)),
    st.tuples(st.just(np.float64), st.lists(finite, min_size=4, max_size=4)),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(names, min_size=3, max_size=3, unique=True),
    rows=st.lists(st.lists(finite, min_size=2, max_size=2), min_size=4, max_size=4),
    target=targets,
    place=st.integers(0, 2),
    delimiter=st.sampled_from(",;\t"),
)
def test_round_trip(tmp_path, header, rows, target, place, delimiter):
    dtype, values = target
    path = tmp_path / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        for row, value in zip(rows, values, strict=True):
            writer.writerow([*row[:place], value, *row[place:]])
    table = load(path, target=place)
    assert table.X.tolist() == rows
    assert table.y.tolist() == values
    assert table.features == tuple(header[:place] + header[place + 1 :])
    assert table.target == header[place]
    whole = dtype == np.float64 and all(value == math.trunc(value) and abs(value) <= 2**53 for value in values)
    assert table.y.dtype.type == (np.int64 if whole else dtype)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.text('ab1.-,;\t\n\r" \0é', max_size=30).map(str.encode), st.binary(max_size=30)))
def test_any_content_gives_a_table_or_a_sentence(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        table = load(path)
    except XnnError as error:
        assert len(str(error).splitlines()) == 1
        return
    assert table.X.shape[0] == table.y.shape[0] > 0
    if isinstance(table.X, Frame):
        assert all(column.dtype == object or not np.isinf(column).any() for column in table.X.values())
    else:
        assert np.isfinite(table.X).all()
