-- Answer rate by the hour on the customer's clock.
WITH %CALLS%
SELECT
    local_hour,
    count_if(made) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count_if(made) AS answer_rate
FROM calls
GROUP BY local_hour
HAVING count_if(made) > 0
ORDER BY local_hour
