"""Neural networks written by hand, on every array library."""
