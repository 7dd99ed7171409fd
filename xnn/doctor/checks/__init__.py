"""The checks of a program, one file each."""
