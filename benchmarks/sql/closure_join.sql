-- The textbook way: every answer is repeated for each unit above it, then grouped.
SELECT
  c.ancestor AS unit,
  COUNT({q}) AS n_{q}, AVG({q}) AS mean_{q}, STDDEV_SAMP({q}) AS sd_{q}, 100.0 * AVG(({q} >= 4)::INT) AS favourable_{q} -- each
FROM answers AS a
JOIN closure AS c ON c.unit = a.unit
GROUP BY c.ancestor
ORDER BY unit
