"""The bugs: how each is said, what a gradient alone shows of it, and the line at which it is made."""
