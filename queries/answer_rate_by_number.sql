-- Answer rate by number: calls that customers could have taken, and those that they took.
WITH %CALLS%
SELECT
    number,
    number_area,
    max(pool) AS pool,
    count_if(made) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count_if(made) AS answer_rate,
    count_if(outcome = 'short') AS short,
    count_if(outcome = 'network_blocked') AS network_blocked
FROM calls
GROUP BY number, number_area
HAVING count_if(made) > 0
ORDER BY calls DESC, number
