"""From the bytes of an answer to facts to a message, timed beside `json.loads` of the same bytes.

Runs as a script in an interpreter that sees one contender only: `reading.py NAME FOLDER…`. Each line on standard input
names a file and how often to read it; the answer is the median CPU seconds of `json.loads` and of the whole way.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NAME = sys.argv[1]
sys.path[:0] = sys.argv[2:]


def ours(body: bytes) -> str:
    """Return our message."""
    reply = read_response(httpx.Response(200, content=body))
    records = read_records(reply)
    return json.dumps(body_of(answer([summarise(JOB, "ccc-test", records)], READER)))


def floor(body: bytes) -> str:
    """Return the floor's message."""
    data = json.loads(body)["Data"]
    return json.dumps(plain.message(JOB, [(each["NotificationType"], each["Content"]) for each in data]))


def sdk(body: bytes) -> str:
    """Return the message of those who use the vendor's SDK: what it makes of an answer, then the floor's."""
    made = models.ListNotificationRecordsResponseBody().from_map(json.loads(body))
    records = [(each.notification_type, each.content) for each in made.data]
    return json.dumps(plain.message(JOB, records))


JOB = "job-x"
if NAME == "callevents":
    import httpx

    from callevents.alibabacloud.ccc.contact_center import read_records
    from callevents.alibabacloud.rpc_response import read_response
    from callevents.calls.summary import summarise
    from callevents.report.viewer import Viewer
    from callevents.runtime.gc_tuning import gc_paused
    from callevents.slack.api.response_url import body_of
    from callevents.slack.messages.answer import answer

    with gc_paused():  # as in an instance, whose collector looks less often after its cold start
        READER = Viewer()
    work = ours
elif NAME == "floor":
    import plain  # type: ignore[import-not-found]  # it lies beside index.py where it runs

    work = floor
else:
    import plain
    from alibabacloud_ccc20200701 import models

    work = sdk


def timed(function: "Callable[[bytes], object]", body: bytes, rounds: int) -> float:
    """Return the CPU seconds of each round."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        function(body)
        times.append(time.process_time() - began)
    return median(times)


for line in sys.stdin:
    asked = json.loads(line)
    content = Path(asked["path"]).read_bytes()
    JOB = asked["job"]
    work(content)
    found = {
        "loads": timed(json.loads, content, asked["rounds"]),
        "all": timed(work, content, asked["rounds"]),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
