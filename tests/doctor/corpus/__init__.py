"""Programs and runs that the doctor is measured on, by whoever wrote it."""
