"""Whom a rule may judge: the kinds of subjects, and where the population of each stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectKind:
    """One kind. `view` has one row for each subject that can be judged, `key` is the column that tells them apart.

    Rows of any other view that has that column belong to the subject that it names.
    """

    name: str
    view: str
    key: str


SUBJECTS: dict[str, SubjectKind] = {
    kind.name: kind
    for kind in (
        SubjectKind("project", "projects", "project_id"),
        SubjectKind("programme", "programmes", "programme_id"),
        SubjectKind("department", "departments", "department_id"),
        SubjectKind("person", "people", "person_id"),
        SubjectKind("organisation", "organisation", "organisation_id"),
    )
}
"""By the word that a rule names it with."""

ORGANISATION_ID = "organisation"
"""The one id of the one organisation, whatever it is called: rows of every view belong to it."""

SUBJECT_NAMES = tuple(SUBJECTS)
FINDING_SUBJECTS = ("project", "item", *(name for name in SUBJECT_NAMES if name != "project"))
"""What a finding may be about: an item is a part of a project."""
