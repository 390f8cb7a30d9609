"""Alibaba Cloud: request signature, credentials, and the clients of CCC, Function Compute and KMS."""
