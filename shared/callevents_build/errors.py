"""Why a build or a deployment cannot go on."""


class BuildFailed(Exception):
    """A build or a deployment cannot go on; the message says why and what to do."""
