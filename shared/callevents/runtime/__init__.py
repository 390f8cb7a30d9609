"""Function Compute's runtime contract."""
