"""Deploys with Serverless Devs."""
