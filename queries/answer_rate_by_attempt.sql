-- How far it is worth to try again: answer rate by how often the customer was rung before.
WITH %CALLS%,
attempts AS (
    SELECT
        answered,
        row_number() OVER (PARTITION BY customer ORDER BY began, contact_id) AS attempt
    FROM calls
    WHERE made AND customer IS NOT NULL
)
SELECT
    attempt,
    count(*) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count(*) AS answer_rate
FROM attempts
GROUP BY attempt
ORDER BY attempt
