"""Generates parts of the documents: tables and pictures."""
