package traffic

import (
	"bytes"
	"errors"
)

// parquetName is how AWS ends the names of flow logs in Parquet. Other files of that
// format are data of somebody's, and no logs.
const parquetName = ".log.parquet"

// parquet is a flow log in columns, which is not read: what a library for it costs
// stands in docs/decisions/0006-dependencies.md.
var parquet = &medium{
	name: "a flow log in Parquet",
	is:   func(h *head) bool { return bytes.HasPrefix(h.raw, []byte("PAR1")) },
	read: func(*unit) error {
		return errors.New(`it is in Parquet, which is not read: convert it, duckdb -c "COPY (FROM 'flow.log.parquet') TO 'flow.log' (FORMAT csv, HEADER, DELIMITER ' ', NULLSTR '-')"`)
	},
}
