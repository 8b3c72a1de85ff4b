-- Calls that networks blocked, by number, and how many of them said why.
WITH %CALLS%
SELECT
    number,
    count_if(made) AS calls,
    count_if(outcome = 'network_blocked') AS network_blocked,
    CAST(count_if(outcome = 'network_blocked') AS double) / count_if(made) AS blocked_rate,
    count_if(outcome = 'network_blocked' AND blocked_header) AS with_header
FROM calls
GROUP BY number
HAVING count_if(made) > 0
ORDER BY blocked_rate DESC, calls DESC, number
