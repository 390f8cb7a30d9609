"""The tools: what each takes, does and returns."""
