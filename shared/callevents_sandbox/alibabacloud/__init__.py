"""What the stand-ins of Alibaba Cloud share."""
