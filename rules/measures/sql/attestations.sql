-- What people confirmed of projects; one whose last day is the run's day is still valid.
SELECT
    r.id AS attestation_id,
    s.project_id,
    r.topic,
    r.attested_on,
    r.attested_by,
    r.role,
    r.valid_until,
    r.url,
    r.note,
    CASE
        WHEN r.attested_on > c.as_of OR r.valid_until < c.as_of THEN FALSE
        WHEN r.attested_on <= c.as_of THEN TRUE
    END AS is_valid,
    date_diff('day', c.as_of, r.valid_until) AS days_left,
    r.origin
FROM attestation AS r
CROSS JOIN context AS c
JOIN _owners AS s ON s.owner_id = r.project_id
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
