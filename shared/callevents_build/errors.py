"""Why a build or a deployment cannot go on."""


class BuildFailed(Exception):
    """It cannot go on; the message says why and what to do."""
