"""Alibaba Cloud: request signature, credentials, CCC and Function Compute."""
