"""Policy: who may set what for which projects, and what is in force for each of them in the end.

`written` is the shape of a file, `load` reads files, `conflicts` finds what cannot be right whatever the data says,
`places` reads where each project lies, `resolve` decides one rule for one project, `force` puts it all together as
variants of rules, `told` says it in words, `levels` scores the units.
"""
