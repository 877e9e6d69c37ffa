"""What all receivers of reports have in common, apart from how each is reached."""

from connectors.receivers.carrying import Carrier, Refused, Unknown

__all__ = ["Carrier", "Refused", "Unknown"]
