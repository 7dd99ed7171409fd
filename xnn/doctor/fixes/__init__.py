"""Mechanical fixes of what the doctor finds, each proven by diagnosing the patched program."""
