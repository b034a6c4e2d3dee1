package ingest

import "testing"

func TestStatement(t *testing.T) {
	for sql, want := range map[string]string{
		"select 1": "access/query",
		"SELECT * FROM patients INTO OUTFILE '/tmp/x'":                                        "access/export",
		"/* x */ -- y\n (select 1)":                                                           "access/query",
		"COPY public.patients (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q) TO stdout;": "access/export",
		`COPY public."Pat to ients" (a) FROM stdin`:                                           "mutation/create",
		"copy patients from '/tmp/to' with (format csv)":                                      "mutation/create",
		"copy (select a, b from t) to stdout":                                                 "access/export",
		"COPY patients TO STDOUT":                                                             "access/export",
		"with t as (select 1) select * from t":                                                "access/query",
		"WITH t AS (SELECT 1)\nDELETE FROM patients USING t":                                  "mutation/delete",
		"with gone as (delete from patients returning *) select * from gone":                  "mutation/delete",
		"explain delete from patients":                                                        "access/query",
		"explain (analyze, buffers) delete from patients":                                     "mutation/delete",
		"explain analyze select 1":                                                            "access/query",
		"insert into t values (1)":                                                            "mutation/create",
		"CREATE USER jane":                                                                    "policy-change/permit",
		"create table user_names (a int)":                                                     "mutation/create",
		"alter default privileges in schema s grant select on tables to jane":                 "policy-change/permit",
		"drop group clinicians":                                                               "policy-change/permit",
		"SET PASSWORD FOR 'jane' = 'x'":                                                       "policy-change/permit",
		"set search_path = x":                                                                 "other/",
		"grant select on t to jane":                                                           "policy-change/permit",
		"begin":                                                                               "other/",
		"":                                                                                    "other/",
		"/*":                                                                                  "other/",
	} {
		e := Event{Event: other}
		if e.statement(sql); e.Event+"/"+e.Action != want {
			t.Errorf("%q is %s/%s, not %s", sql, e.Event, e.Action, want)
		}
	}
}
