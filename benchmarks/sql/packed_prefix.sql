-- Fewer sums: an answer adds n + favourable * 2^17 + value * 2^34 in one 64-bit integer, its square in another.
-- 17 bits hold the counts of up to 131,071 answers; more need 128-bit sums, which are slower.
-- Running sums over the units in preorder; a subtree is the difference of two.
WITH own AS (
  SELECT
    unit,
    SUM(CASE {q} WHEN 1 THEN 17179869185 WHEN 2 THEN 34359738369 WHEN 3 THEN 51539607553 WHEN 4 THEN 68719607809 WHEN 5 THEN 85899476993 END)::BIGINT AS p_{q}, SUM({q}::INT * {q}::INT)::BIGINT AS ss_{q} -- each
  FROM answers
  GROUP BY unit
), running AS (
  SELECT
    u.unit,
    u.past,
    SUM(p_{q}) OVER upto AS p_{q}, SUM(ss_{q}) OVER upto AS ss_{q} -- each
  FROM units AS u
  LEFT JOIN own AS o ON o.unit = u.unit
  WINDOW upto AS (ORDER BY u.unit ROWS UNBOUNDED PRECEDING)
), whole AS (
  SELECT
    a.unit,
    (z.p_{q} - COALESCE(b.p_{q}, 0))::BIGINT AS p_{q}, (z.ss_{q} - COALESCE(b.ss_{q}, 0))::BIGINT AS ss_{q} -- each
  FROM units AS a
  JOIN running AS z ON z.unit = a.past - 1
  LEFT JOIN running AS b ON b.unit = a.unit - 1
)
SELECT
  unit,
  p_{q} & 131071 AS n_{q}, (p_{q} >> 34) / (p_{q} & 131071) AS mean_{q}, SQRT((ss_{q} - (p_{q} >> 34)::DOUBLE * (p_{q} >> 34) / (p_{q} & 131071)) / NULLIF((p_{q} & 131071) - 1, 0)) AS sd_{q}, 100.0 * ((p_{q} >> 17) & 131071) / (p_{q} & 131071) AS favourable_{q} -- each
FROM whole
ORDER BY unit
