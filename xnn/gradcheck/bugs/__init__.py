"""What is wrong, at which line: found by putting true adjoints in the place of values, and by small edits."""
