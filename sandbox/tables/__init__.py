"""The tables that the pretend company's PMO keeps beside its tools, as files: `write_tables(company, folder)`."""

from sandbox.tables.write import write_tables

__all__ = ["write_tables"]
