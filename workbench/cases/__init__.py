"""The use cases: one function per thing that a person or a job can do; the only door to a change of a case."""
