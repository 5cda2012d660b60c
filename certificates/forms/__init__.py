"""Forms of the register, by task. They parse; the actions decide."""
