-- Each call once: the newest version of a contact, of those that began in the last %DAYS% days.
calls AS (
    SELECT
        *,
        outcome IN (%ATTEMPTS%) AS made,
        outcome IN (%ANSWERS%) AS answered
    FROM (
        SELECT
            *,
            row_number() OVER (PARTITION BY contact_id ORDER BY version DESC, recorded DESC) AS nth
        FROM %TABLE%
        WHERE arrived >= date_format(date_add('day', -%DAYS%, current_date), '%Y-%m-%d')
    )
    WHERE nth = 1 AND began >= date_add('day', -%DAYS%, current_date)
)
