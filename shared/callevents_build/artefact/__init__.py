"""Builds the artefacts for Function Compute."""
