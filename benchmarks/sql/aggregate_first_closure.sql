-- Sums by unit first, then the sums are repeated for each unit above.
WITH own AS (
  SELECT
    unit,
    COUNT({q}) AS n_{q}, SUM({q}::INT) AS s_{q}, SUM({q}::INT * {q}::INT) AS ss_{q}, COUNT(NULLIF({q} >= 4, FALSE)) AS f_{q} -- each
  FROM answers
  GROUP BY unit
), whole AS (
  SELECT
    c.ancestor AS unit,
    SUM(n_{q}::INT) AS n_{q}, SUM(s_{q}::INT)::DOUBLE AS s_{q}, SUM(ss_{q}::INT)::DOUBLE AS ss_{q}, SUM(f_{q}::INT) AS f_{q} -- each
  FROM own AS o
  JOIN closure AS c ON c.unit = o.unit
  GROUP BY c.ancestor
)
SELECT
  unit,
  n_{q}, s_{q} / n_{q} AS mean_{q}, SQRT((ss_{q} - s_{q} * s_{q} / n_{q}) / NULLIF(n_{q} - 1, 0)) AS sd_{q}, 100.0 * f_{q} / n_{q} AS favourable_{q} -- each
FROM whole
ORDER BY unit
