"""The senders that are services of Alibaba Cloud."""
