// Package data carries tables of numbers in and out, by column name.
//
//	file ──Open──> Reader ──Select(columns)──> Rows ──Read / ReadAll──> *mat.Dense  (rows x columns)
//	                                             └──Load──> Set{X, Y} ──Standardization──> Scaling
//	*mat.Dense ──Writer.Write ... Close──> file
//
// # Tables
//
// A table is CSV (RFC 4180, comma separated, UTF-8) with a header line, CSV
// compressed by gzip, or Parquet. The format is found from the first bytes of a file,
// not from its name; "-" is the standard input, which is CSV or gzip. A byte order
// mark, CRLF line ends, quoted fields, spaces and tabs around numbers and names,
// empty lines and a missing end of line are accepted, as encoding/csv does. A
// column without a name may be there and cannot be selected; two columns of one
// name are an error.
//
// A number is whatever strconv.ParseFloat reads and is finite. Only the columns
// selected are converted, so others may hold text. Parquet columns may be
// boolean (0 or 1), integer, float of 16, 32 or 64 bits, or decimal; integers
// beyond 2^53 are rounded.
//
// # Errors
//
// Input that is not a table of numbers gives a [*CellError], [*ColumnError] or
// [*TableError]: one line that starts with the file and the place in it.
//
// # Cost
//
// Reading and writing are streamed: memory is that of the buffers (64 KiB, one
// record, for Parquet a page a selected column or a row group of 32 MiB when
// writing) whatever the length of the table. Time is linear in the bytes, with
// one allocation a CSV record.
//
// # Transforms
//
// A [Transform] is a monotone function of one variable with its inverse and
// derivative; [Columns] applies one a column. [Scaling] is the standardisation
// of a [Set], z = (x - mean)/sd with the population's standard deviation
// (divisor n), and the way back for what a model says in standardised units:
//
//	mean  m sd_y + mean_y        variance  v sd_y^2
//	gradient  g_d sd_y / sd_d    log evidence  l - n log sd_y
package data
