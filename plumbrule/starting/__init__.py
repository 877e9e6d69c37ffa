"""`plumbrule init`: from nothing to a configuration that runs.

Who asks (`asking`), what is asked of each kind of source (`sources`), looking at the site (`looking`), joining projects
across sources (`joining`), the text that is written (`written`), and the files (`placing`). `conversation` leads.
"""
