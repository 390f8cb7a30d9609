"""An alert's delivery to Slack."""
