"""The pictures show what is printed."""

from pictures import SVG, check, words


def test_the_picture_of_a_check_shows_what_it_prints():
    assert words(SVG.read_text(encoding="utf-8")) == words(check())
