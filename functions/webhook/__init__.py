"""Function Compute entry points."""
