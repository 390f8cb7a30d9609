-- What to ask the log. `make observability` turns each into a saved search, a chart and, where it says so, an alert.
-- `lines` is every JSON line that the functions print; each request of a function leaves one line with code = 'request'.

-- name: outcomes
-- title: What became of requests
-- chart: table
select function, entry, tool, outcome, why, count(*) as requests
from lines where code = 'request'
group by function, entry, tool, outcome, why order by requests desc limit 100

-- name: latency
-- title: How long requests take, in ms
-- chart: table
select function, cold, count(*) as requests, approx_percentile(total_ms, 0.5) as median_ms,
  approx_percentile(total_ms, 0.95) as p95_ms, approx_percentile(ccc_ms, 0.95) as p95_ccc_ms,
  approx_percentile(slack_ms, 0.95) as p95_slack_ms, approx_percentile(people_ms, 0.95) as p95_people_ms,
  approx_percentile(render_ms, 0.95) as p95_render_ms, approx_percentile(hand_over_ms, 0.95) as p95_hand_over_ms,
  approx_percentile(start_ms, 0.95) as p95_start_ms, approx_percentile(verify_ms, 0.95) as p95_verify_ms
from lines where code = 'request'
group by function, cold order by function, cold

-- name: traffic
-- title: Requests, and those that did not go well, per minute
-- chart: line minute requests,failed
select date_format(date_trunc('minute', from_unixtime(__time__)), '%Y-%m-%d %H:%i') as minute, count(*) as requests,
  count_if(outcome in ('failed', 'not_told', 'not_delivered', 'unavailable')) as failed
from lines where code = 'request'
group by minute order by minute limit 10000

-- name: slowest
-- title: The slowest requests, stage by stage
-- chart: table
select request_id, task, function, entry, outcome, total_ms, start_ms, verify_ms, people_ms, lookup_ms, ccc_tries,
  hand_over_tries, render_ms, slack_tries, queued_ms, budget_left_ms, jobs, records, bytes_in, bytes_out, ccc_request_id
from lines where code = 'request'
order by total_ms desc limit 20

-- name: lost
-- title: Handed over, and no answer after 5 minutes
-- chart: table
-- alert: lost > 0
-- window: 60m
-- severity: critical
select count(*) as lost from (
  select task from lines where code = 'request' and task <> ''
  group by task
  having count_if(outcome in ('handed_over', 'accepted')) > 0
    and count_if(function = 'worker' and outcome <> 'not_delivered') = 0
    and max(__time__) < to_unixtime(now()) - 300)

-- name: untold
-- title: Requests without an answer; details a thread lost
-- chart: table
-- alert: untold > 0
-- window: 15m
-- severity: high
select count(*) as untold from lines where (code = 'request' and outcome = 'not_told') or code = 'details_lost'

-- name: not_delivered
-- title: The worker could not deliver an answer
-- chart: table
-- alert: failures > 2
-- window: 15m
-- severity: high
select why, count(*) as failures from lines
where code = 'request' and outcome = 'not_delivered' group by why order by failures desc

-- name: token
-- title: Slack does not take the bot token
-- chart: table
-- alert: refusals > 0
-- window: 15m
-- severity: critical
select count(*) as refusals from lines where code = 'slack_token_refused' or why = 'slack_token_refused'

-- name: credentials
-- title: CCC refuses the role, or there is none
-- chart: table
-- alert: refusals > 0
-- window: 15m
-- severity: critical
select count(*) as refusals from lines
where code = 'request' and (why like '%ccc_refused%' or why like '%credentials_missing%')
  and coalesce(entry, '') <> 'find' and coalesce(tool, '') <> 'find_calls'

-- name: hand_over
-- title: The worker could not be invoked
-- chart: table
-- alert: refusals > 0
-- window: 15m
-- severity: high
select function, hand_over_tries, count(*) as refusals from lines
where code = 'request' and (why like 'hand_over_failed%' or outcome = 'unavailable') and why not like '%KMS'
group by function, hand_over_tries order by refusals desc

-- name: unchecked
-- title: People refused: Slack did not say who they are
-- chart: table
-- alert: refusals > 0
-- window: 15m
-- severity: high
select count(*) as refusals from lines where code = 'unchecked'

-- name: unauthorized
-- title: Requests with a wrong signature or token
-- chart: table
-- alert: refusals > 20
-- window: 15m
-- severity: medium
select function, why, count(*) as refusals from lines
where code = 'request' and outcome = 'unauthorized' group by function, why order by refusals desc

-- name: throttled
-- title: CCC throttles
-- chart: table
-- alert: share > 5 && requests > 20
-- window: 15m
-- severity: medium
select count(*) as requests, count_if(ccc_tries like '%hrottl%') as throttled,
  round(100.0 * count_if(ccc_tries like '%hrottl%') / greatest(count(*), 1), 1) as share
from lines where code = 'request' and ccc_calls > 0

-- name: late
-- title: Lookups that took longer than Slack waits
-- chart: table
-- alert: share > 10 && requests > 20
-- window: 30m
-- severity: medium
select count(*) as requests, count_if(outcome = 'handed_over') as handed_over, count_if(budget_left_ms < 0) as too_late,
  round(100.0 * count_if(outcome = 'handed_over' or budget_left_ms < 0) / greatest(count(*), 1), 1) as share
from lines where code = 'request' and function = 'slack' and task <> ''

-- name: assistant
-- title: Questions of Slack's assistant that failed
-- chart: table
-- alert: failed > 5
-- window: 15m
-- severity: medium
select count(*) as requests, count_if(outcome = 'answered') as answered, count_if(outcome = 'refused') as refused,
  count_if(outcome = 'failed') as failed, count_if(why = 'ccc_timed_out') as too_late
from lines where code = 'request' and entry = 'mcp'

-- name: finds
-- title: Searches for calls that failed
-- chart: table
-- alert: failed > 5
-- window: 15m
-- severity: medium
select count(*) as requests, count_if(outcome = 'answered') as answered, count_if(outcome = 'handed_over') as handed_over,
  count_if(outcome = 'refused') as refused, count_if(outcome in ('failed', 'not_told')) as failed, max(why) as why
from lines where code = 'request' and (entry = 'find' or tool = 'find_calls')

-- name: sought
-- title: What was sought, as a digest, and how often
-- chart: table
select sought, entry, outcome, count(*) as searches from lines
where sought <> '' group by sought, entry, outcome order by searches desc limit 100

-- name: details
-- title: Detail records that CCC refuses
-- chart: table
-- alert: refused > 0
-- window: 30m
-- severity: medium
select count(*) as requests, count_if(detail_record = 'found') as found, count_if(detail_record = 'none') as missing,
  count_if(detail_record = 'late' or detail_row = 'late') as late,
  count_if(detail_record = 'failed' or detail_row = 'failed') as failed,
  count_if(detail_record = 'refused' or detail_row = 'refused') as refused
from lines where code = 'request' and detail_record <> ''

-- name: threads
-- title: Threads that Slack does not show the bot
-- chart: table
-- alert: unreadable > 0
-- window: 30m
-- severity: low
select function, count(*) as requests, count_if(thread_root = 'read') as were_read,
  count_if(thread_root = 'late') as late, count_if(thread_root = 'unreadable') as unreadable
from lines where code = 'request' and thread_root <> '' group by function order by unreadable desc

-- name: cold
-- title: Cold starts
-- chart: table
-- alert: share > 50 && requests > 100
-- window: 60m
-- severity: low
select count(*) as requests, count_if(cold = 'true') as cold_starts,
  round(100.0 * count_if(cold = 'true') / greatest(count(*), 1), 1) as share
from lines where code = 'request' and function = 'slack'

-- name: secrets
-- title: Secrets that cannot be read from KMS
-- chart: table
-- alert: closed > 0
-- window: 15m
-- severity: critical
select setting, reason, count(*) as closed from lines
where code = 'secret_unread' and level = 'ERROR' group by setting, reason order by closed desc

-- name: accidents
-- title: Unexpected errors; settings that cannot be used
-- chart: table
-- alert: accidents > 0
-- window: 15m
-- severity: high
select count(distinct request_id) as accidents, max(why) as why, max(error) as error, max(logger) as logger from lines
where code in ('internal', 'settings') or why in ('internal', 'settings')
having count(*) > 0
