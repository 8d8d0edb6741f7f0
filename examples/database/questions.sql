-- Five questions of an analyst. Runs as it stands in DuckDB and in PostgreSQL.
-- SPDX-License-Identifier: MIT
CREATE VIEW figures AS
SELECT *,
       CASE WHEN kind NOT IN ('date', 'ratio') AND POSITION('/' IN value) = 0 AND value <> ''
            THEN CAST(value AS DECIMAL(38, 6)) END AS amount,
       CASE WHEN SUBSTRING(period FROM 1 FOR 4) SIMILAR TO '[0-9][0-9][0-9][0-9]'
            THEN CAST(SUBSTRING(period FROM 1 FOR 4) AS INTEGER) END AS year
FROM figures_csv;

-- 1. How did a metric grow, year by year?
SELECT scope, metric, period, amount AS percent
FROM figures
WHERE unit = '%' AND direction = 'increase' AND basis = 'yoy' AND metric <> ''
ORDER BY scope, metric, period, amount;

-- 2. Where does the most money stand?
SELECT scope, metric, period, amount AS yuan, document, start_byte
FROM figures
WHERE kind = 'money' AND unit = 'CNY' AND direction IS NULL
ORDER BY amount DESC NULLS LAST, document, start_byte
LIMIT 10;

-- 3. Which sources contradict each other?
SELECT a.scope, a.metric, a.period, a.value, a.source, b.value AS other_value, b.source AS other_source
FROM figures a
JOIN figures b ON a.metric = b.metric AND a.scope = b.scope AND a.period = b.period AND a.unit = b.unit
              AND a.kind = b.kind AND COALESCE(a.direction, '') = COALESCE(b.direction, '')
              AND a.value < b.value AND a.document <> b.document
WHERE a.kind <> 'date'
ORDER BY a.scope, a.metric, a.period, a.value, b.value;

-- 4. Who is quoted with how many figures?
SELECT speaker, COUNT(*) AS figures, COUNT(DISTINCT document) AS documents
FROM figures
WHERE speaker <> '' AND kind <> 'date'
GROUP BY speaker
ORDER BY figures DESC, speaker;

-- 5. What fell against the year before, and by how much?
SELECT scope, metric, period, figure, sentence
FROM figures
WHERE direction = 'decrease' AND basis = 'yoy'
ORDER BY document, start_byte;
