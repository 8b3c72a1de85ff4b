-- Calls that count in no answer rate, by what became of them and by the picker's reason.
WITH %CALLS%
SELECT
    outcome,
    reason,
    count(*) AS calls
FROM calls
WHERE direction = 'outbound' AND NOT made
GROUP BY outcome, reason
ORDER BY calls DESC, outcome, reason
