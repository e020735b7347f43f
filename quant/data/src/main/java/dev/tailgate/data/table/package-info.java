/** Tables (Parquet, CSV, JSON lines, SQL over them) as samples, read by an embedded DuckDB. */
@NullMarked
package dev.tailgate.data.table;

import org.jspecify.annotations.NullMarked;
