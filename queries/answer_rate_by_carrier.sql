-- Answer rate by the carrier that the customer's number was first given to, where that is known.
WITH %CALLS%
SELECT
    customer_region AS region,
    customer_carrier AS carrier,
    count_if(made) AS calls,
    count_if(answered) AS answered,
    CAST(count_if(answered) AS double) / count_if(made) AS answer_rate,
    count_if(outcome = 'network_blocked') AS network_blocked
FROM calls
GROUP BY customer_region, customer_carrier
HAVING count_if(made) > 0
ORDER BY calls DESC, region, carrier
