"""`$metadata`: the conceptual schema (CSDL, OData v3) of what is served, in the endpoint's language."""

from xml.sax.saxutils import quoteattr

from sandbox.pwa.schema import EDM, EntitySet, Language
from sandbox.pwa.site import PwaSite

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
    '<edmx:DataServices m:DataServiceVersion="1.0" m:MaxDataServiceVersion="3.0"'
    ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
    '<Schema Namespace="ReportingData" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">'
)


def document(site: PwaSite, language: Language) -> str:
    """The whole document as XML text."""
    types = "".join(_type(site, s, language) for s in site.schema.values())
    sets = "".join(
        f'<EntitySet Name={quoteattr(s.named(language))} EntityType="ReportingData.{s.entity}" />'
        for s in site.schema.values()
    )
    container = f'<EntityContainer Name="ReportingData" m:IsDefaultEntityContainer="true">{sets}</EntityContainer>'
    return f"{_HEAD}{types}{container}</Schema></edmx:DataServices></edmx:Edmx>"


def _type(site: PwaSite, entity_set: EntitySet, language: Language) -> str:
    keys = "".join(
        f"<PropertyRef Name={quoteattr(entity_set.column(name).named(language))} />" for name in entity_set.key
    )
    properties = "".join(
        f"<Property Name={quoteattr(c.named(language, site.of_fields))} Type={quoteattr(EDM[c.kind])}"
        f"{'' if c.nullable else ' Nullable=' + quoteattr('false')} />"
        for c in site.served(entity_set)
    )
    return f'<EntityType Name="{entity_set.entity}"><Key>{keys}</Key>{properties}</EntityType>'
