"""A run while it goes: its history, the tests that it is put to, and the guard that is always on."""
