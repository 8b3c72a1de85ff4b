-- Return calls about calls that we never made, by number: many are a sign that others show it.
WITH %CALLS%
SELECT
    number,
    count_if(outcome = 'unprompted') AS never_made,
    count_if(outcome = 'returned') AS returned,
    count_if(made) AS calls,
    max(began) FILTER (WHERE outcome = 'unprompted') AS last
FROM calls
GROUP BY number
HAVING count_if(outcome = 'unprompted') > 0
ORDER BY never_made DESC, number
