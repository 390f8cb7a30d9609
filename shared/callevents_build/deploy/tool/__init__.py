"""Serverless Devs: its command line, a place for its files, and what it prints without secrets."""
