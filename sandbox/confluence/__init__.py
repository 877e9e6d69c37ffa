"""A pretend Confluence: pages of one space, over the API of Cloud (v2, attachments v1) and that of Data Center."""

from sandbox.confluence.site import ConfluenceSite

__all__ = ["ConfluenceSite"]
