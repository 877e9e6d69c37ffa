"""The ground: tables, protocols and errors that every other package stands on. It imports none of them."""
