-- Fewer sums: an answer adds n + favourable * 2^17 + value * 2^34 in one 64-bit integer, its square in another.
-- 17 bits hold the counts of up to 131,071 answers; more need 128-bit sums, which are slower.
-- The packed sums of each unit are joined to every unit whose preorder range holds them.
WITH own AS (
  SELECT
    unit,
    SUM(CASE {q} WHEN 1 THEN 17179869185 WHEN 2 THEN 34359738369 WHEN 3 THEN 51539607553 WHEN 4 THEN 68719607809 WHEN 5 THEN 85899476993 END)::BIGINT AS p_{q}, SUM({q}::INT * {q}::INT)::BIGINT AS ss_{q} -- each
  FROM answers
  GROUP BY unit
), whole AS (
  SELECT
    u.unit,
    SUM(p_{q})::BIGINT AS p_{q}, SUM(ss_{q})::BIGINT AS ss_{q} -- each
  FROM units AS u
  JOIN own AS o ON o.unit >= u.unit AND o.unit < u.past
  GROUP BY u.unit
)
SELECT
  unit,
  p_{q} & 131071 AS n_{q}, (p_{q} >> 34) / (p_{q} & 131071) AS mean_{q}, SQRT((ss_{q} - (p_{q} >> 34)::DOUBLE * (p_{q} >> 34) / (p_{q} & 131071)) / NULLIF((p_{q} & 131071) - 1, 0)) AS sd_{q}, 100.0 * ((p_{q} >> 17) & 131071) / (p_{q} & 131071) AS favourable_{q} -- each
FROM whole
ORDER BY unit
