"""The ways in which Slack's side fails or differs; subjects are `response_url CHANNEL` or `METHOD CHANNEL`."""

KINDS = {
    "ratelimited": "429 with Retry-After (`retry_after` seconds, 1 if none)",
    "server_error": "500 (`status` for another one)",
    "bad_gateway": "502 with HTML",
    "not_json": "200 with text that is not JSON",
    "error": "200 with ok false and the error word `code` (fatal_error if none)",
    "used_url": "404 used_url (response_url)",
    "expired_url": "410 expired_url (response_url)",
    "delay": "the answer comes `seconds` late; the message is there before",
    "reset": "the connection is reset before anything is done",
    "cut": "the message is there, then the connection is reset",
    "hang": "no answer at all",
}
# What holds for the whole workspace while it is queued.
MODES = {
    "no_data_tables": "the workspace has no data_table yet: messages with one are refused with invalid_blocks",
}
