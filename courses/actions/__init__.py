"""What may be done in courses, one verb a function."""
