"""What only a search tells of the graph of dependencies: circles, and how far a red project reaches.

Pure: nodes and edges in, named paths out, whatever the order of rows.
"""
