"""The bugs: how each is said, and what a gradient alone shows of it."""
