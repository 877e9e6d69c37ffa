"""Sign-in to Microsoft's services, shared by Project Web App, Dataverse and Graph.

`auth` says how (settings); `signing` makes what signs requests; `login` asks a person, for `plumbrule auth login` only.
The library that gets tokens, msal, loads with the first token.
"""
