-- Items done in each of the last four periods of four whole weeks; null for a period that is not whole.
SELECT
    project_id,
    count(*) AS weeks,
    CAST(sum(finished) / nullif(count(*), 0) AS DOUBLE) AS per_week,
    CASE WHEN count(CASE WHEN weeks_ago BETWEEN 1 AND 4 THEN 1 END) = 4
        THEN sum(CASE WHEN weeks_ago BETWEEN 1 AND 4 THEN finished END) END AS latest,
    CASE WHEN count(CASE WHEN weeks_ago BETWEEN 5 AND 8 THEN 1 END) = 4
        THEN sum(CASE WHEN weeks_ago BETWEEN 5 AND 8 THEN finished END) END AS second,
    CASE WHEN count(CASE WHEN weeks_ago BETWEEN 9 AND 12 THEN 1 END) = 4
        THEN sum(CASE WHEN weeks_ago BETWEEN 9 AND 12 THEN finished END) END AS third,
    CASE WHEN count(CASE WHEN weeks_ago BETWEEN 13 AND 16 THEN 1 END) = 4
        THEN sum(CASE WHEN weeks_ago BETWEEN 13 AND 16 THEN finished END) END AS fourth
FROM _finished_weeks
GROUP BY project_id
