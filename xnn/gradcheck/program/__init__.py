"""The user's program: its parameters, its two functions called safely, its samples, and how it behaves."""
