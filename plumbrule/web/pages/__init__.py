"""What each page says, as blocks that the reports package turns into HTML. Nothing here knows requests or people."""
