"""Answers about calls in Alibaba Cloud Contact Center (CCC), for Slack."""
