"""A star schema of the portfolio, and a Power BI project upon it, as text, built from declarations."""
