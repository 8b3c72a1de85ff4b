-- Answer rate by how local the number was, and by the arm of an experiment.
WITH %CALLS%
SELECT
    tier,
    arm,
    count_if(made) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count_if(made) AS answer_rate,
    approx_percentile(talk_seconds, 0.5) FILTER (WHERE answered) AS median_talk_seconds
FROM calls
WHERE direction = 'outbound'
GROUP BY tier, arm
HAVING count_if(made) > 0
ORDER BY calls DESC, tier, arm
