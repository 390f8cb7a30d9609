"""Structured log lines: request log, audit log, formatter, redaction."""
