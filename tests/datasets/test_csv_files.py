import csv
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnn.datasets import Table, load
from xnn.errors import DataError, FileError, OptionError, UnknownNameError, XnnError

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


def test_arrays_can_be_changed(write):
    table = load(write("1,2\n3,4\n"))
    table.X[0, 0] = table.y[0] = 7
    assert table.X[0, 0] == table.y[0] == 7


@pytest.mark.parametrize(
    ("content", "arguments", "error", "words"),
    [
        ("age,b\n1,2\nn/a,2\n", {}, DataError, "data.csv, line 3, column 'age': 'n/a' is not a number."),
        ("age,b\n,2\n", {}, DataError, "line 2, column 'age': the cell is empty. Remove the row, fill in"),
        (
            "id,b\nA1,2\n,3\nA2,4\n",
            {},
            DataError,
            "line 2, column 'id': 'A1' is not a number. No cell of this column is: leave the column out with "
            "drop=['id'], in the command --drop id, or write numbers for the text.",
        ),
        ("my id,b\nA1,2\n", {}, DataError, "drop=['my id'], in the command --drop 'my id', or"),
        ("x,1,2\nx,3,4\ny,5,6\n", {}, DataError, "column 1: 'x' is not a number. No cell of this column is: leave"),
        (
            "a,b\n1,2\nx,3\n",
            {},
            DataError,
            "line 3, column 'a': 'x' is not a number. Remove the row, fill in the value, or leave the column out "
            "with drop=['a'], in the command --drop a.",
        ),
        ("a,b\nx,2\n", {"features_only": ["a"]}, DataError, "'x' is not a number. Remove the row, or fill in"),
        ("1,2\n1_0,2\n", {}, DataError, "line 2, column 1: '1_0' is not a number"),
        ("a,b\nnan,2\n", {}, DataError, "line 2, column 'a': 'nan' is not a finite number"),
        ("a,b\n-inf,2\n", {}, DataError, "line 2, column 'a': '-inf' is not a finite number"),
        ('a,b\n"1\n2",2\n', {}, DataError, r"line 3, column 'a': '1\n2' is not a number"),
        ("1,n/a,3\n4,5,6\n", {}, DataError, "line 1, column 2: 'n/a' is not a number"),
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
        (
            'a,price\n1,"1,234,567"\n2,"2,234,567"\n3,900\n',
            {},
            DataError,
            "data.csv, line 2, column 'price': '1,234,567' has commas between thousands. Leave them out.",
        ),
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
        with pytest.raises(FileError, match=r"only \.csv, \.npz and \.npy can be read: save it as CSV"):
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
    assert np.isfinite(table.X).all() and table.X.shape[0] == table.y.shape[0] > 0
