"""The Web API, response_urls and uploads."""
