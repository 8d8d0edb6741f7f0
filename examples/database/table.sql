-- The columns of to-csv, in its order, with their types. value is exact: NUMERIC, not DOUBLE;
-- dates and fractions (2/3) have no number, so it is loaded as text and converted in the view.
-- SPDX-License-Identifier: MIT
CREATE TABLE figures_csv (
	document VARCHAR, source VARCHAR, date DATE, block VARCHAR, sentence VARCHAR, figure VARCHAR,
	kind VARCHAR, value VARCHAR, value_number VARCHAR, low VARCHAR, high VARCHAR, unit VARCHAR,
	qualifier VARCHAR, metric VARCHAR, scope VARCHAR, period VARCHAR, direction VARCHAR,
	basis VARCHAR, speaker VARCHAR, entities VARCHAR, repeats INTEGER, rule VARCHAR,
	start_byte BIGINT, end_byte BIGINT, row_id VARCHAR
);
