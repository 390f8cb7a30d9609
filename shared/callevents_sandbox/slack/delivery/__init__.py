"""What Slack sends to the app."""
