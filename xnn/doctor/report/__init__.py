"""What the doctor says: the findings, the cause first, as text, picture and page."""
