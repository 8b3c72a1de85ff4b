-- Answer rate by week (it begins on Monday, UTC) and pool.
WITH %CALLS%
SELECT
    CAST(date_trunc('week', began) AS date) AS week,
    pool,
    count_if(made) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count_if(made) AS answer_rate,
    count(DISTINCT number) FILTER (WHERE made) AS numbers
FROM calls
GROUP BY date_trunc('week', began), pool
HAVING count_if(made) > 0
ORDER BY week, pool
