"""The ways in which Function Compute fails."""

KINDS = {
    "refuse": "403 AccessDenied",
    "throttle": "429 ResourceExhausted",
    "internal": "500 InternalServerError",
    "unavailable": "503 ResourceThrottled",
    "bad_gateway": "502 with HTML (`status` for another one)",
    "conflict": "409: a task of this id exists",
    "reset": "the connection is reset, nothing runs",
    "hang": "no answer at all, nothing runs",
    "late": "the answer comes `seconds` late; the function runs meanwhile",
    "lose": "202, but the function never runs (asynchronous calls)",
    "delay": "the function runs `seconds` later (asynchronous calls; of others the whole request)",
    "repeat": "the function runs twice (asynchronous calls)",
    "kill": "the process of the instance is killed `seconds` after the request reached it",
}
