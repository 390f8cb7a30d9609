"""Sets up, builds, checks and deploys the project; never deployed itself."""
