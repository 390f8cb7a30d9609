"""ARMS and Managed Service for Prometheus: Alertmanager's shape where the template says $alertmanager_content.

Source: https://www.alibabacloud.com/help/en/arms/alarm-operation-center/format-of-alert-notifications-sent-by-using-webhooks
"""

from callevents.webhook.senders import alertmanager
from callevents.webhook.senders.base import Sender

SENDER = Sender("arms", alertmanager.read)
