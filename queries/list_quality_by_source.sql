-- Quality of lists by source and campaign: invalid numbers, customers reached, time talked.
WITH %CALLS%
SELECT
    source,
    campaign,
    count_if(made) AS calls,
    count_if(outcome = 'invalid') AS invalid,
    CAST(count_if(outcome = 'invalid') AS double)
        / nullif(count_if(made OR outcome = 'invalid'), 0) AS invalid_rate,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / nullif(count_if(made), 0) AS answer_rate,
    count(DISTINCT customer) FILTER (WHERE made) AS customers,
    count(DISTINCT customer) FILTER (WHERE answered) AS reached,
    sum(talk_seconds) FILTER (WHERE answered) AS talk_seconds
FROM calls
WHERE direction = 'outbound'
GROUP BY source, campaign
HAVING count_if(made OR outcome = 'invalid') > 0
ORDER BY calls DESC, source, campaign
