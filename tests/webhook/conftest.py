import pytest

from tests.webhook.builders import Webhook, make_webhook


@pytest.fixture(name="webhook")
def _webhook() -> Webhook:
    return make_webhook()
