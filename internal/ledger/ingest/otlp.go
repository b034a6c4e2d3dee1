package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// otlpSignals are logs and traces of OpenTelemetry in JSON, as the collector's
// file exporter writes them.
// https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
var otlpSignals = &kind{
	name: "otlp", source: "otlp", title: "OpenTelemetry logs and traces (OTLP as JSON)",
	frame: jsonValues(), parse: otlpEvents,
}

func otlpEvents(v []byte, t *taker) error {
	n := 0
	whole := logs.Telemetry(v, func(signal string, resource map[string]string, rec []byte) {
		n++
		if err := otlpEvent(signal, resource, rec, t); err != nil {
			t.refuse(err)
		}
	})
	switch {
	case !whole:
		return errCut
	case n > 0:
		return nil
	case logs.Get(v, "resourceMetrics") != nil:
		return t.pass("metrics, which say nothing of who did what")
	case bytes.Contains(v, []byte(`"instrumentationLibrary`)):
		return errors.New("it is of a version of OTLP before 1.0, whose records stand in instrumentationLibrary lists: export it anew")
	case logs.Get(v, "resourceLogs") != nil || logs.Get(v, "resourceSpans") != nil:
		return t.pass("an export without records")
	}
	return errors.New("it has neither resourceLogs nor resourceSpans")
}

func otlpEvent(signal string, resource map[string]string, rec []byte, t *taker) error {
	a := logs.Attributes(logs.Get(rec, "attributes"))
	get := func(keys ...string) string {
		for _, k := range keys {
			if v := cmp.Or(a[k], resource[k]); v != "" {
				return v
			}
		}
		return ""
	}
	e := Event{Event: other, Result: unknown, Service: resource["service.name"], Region: resource["cloud.region"]}
	for _, name := range []string{"timeUnixNano", "observedTimeUnixNano", "startTimeUnixNano"} {
		if e.When.IsZero() { // 0 is none
			e.When = logs.Moment(logs.Text(logs.Get(rec, name)))
		}
	}
	if e.When.IsZero() {
		return errors.New("a " + signal + " has no time")
	}
	e.Actor = get("enduser.id", "user.id", "user.name", "user.email", "enduser.pseudo.id")
	e.Address = get("client.address", "source.address", "http.client_ip", "network.peer.address", "net.sock.peer.addr", "net.peer.ip")
	e.Client = get("user_agent.original", "http.user_agent")
	e.Resource = get("url.full", "http.url", "url.path", "http.target", "db.collection.name", "db.namespace", "rpc.method", "aws.s3.key")
	e.otlpWhat(get)
	e.Result = otlpResult(signal, rec, get, e.Event != other)
	if model := get("gen_ai.request.model"); e.Event == inference && e.Model == "" && e.Result == allowed {
		e.Model = model // what was asked for is there: else it is what somebody typed
	}
	t.take(&e, rec)
	return nil
}

// otlpResult is what a record says of its result. A span whose status is unset
// had no error, as far as those who made the protocol saw; a server of gRPC
// leaves it unset when it denies.
func otlpResult(signal string, rec []byte, get func(keys ...string) string, known bool) string {
	status, hasStatus := logs.Number([]byte(get("http.response.status_code", "http.status_code")))
	grpc := strings.ToUpper(get("rpc.grpc.status_code", "rpc.response.status_code", "grpc.status_code"))
	code := logs.Text(logs.Get(rec, "status", "code"))
	severity, _ := logs.Number(logs.Get(rec, "severityNumber"))
	switch {
	case hasStatus && byStatus(status) != allowed:
		return byStatus(status)
	case grpc == "7" || grpc == "16" || grpc == "PERMISSION_DENIED" || grpc == "UNAUTHENTICATED":
		return denied
	case code == "2" || code == "STATUS_CODE_ERROR" || get("error.type") != "" || severity >= 17, grpc != "" && grpc != "0" && grpc != "OK":
		return failed
	case hasStatus, grpc != "", code == "1", code == "STATUS_CODE_OK", signal == "span" && known:
		return allowed
	}
	return unknown
}

// otlpWhat reads the words of OpenTelemetry's conventions, old and new.
func (e *Event) otlpWhat(get func(keys ...string) string) {
	method := strings.TrimPrefix(get("http.request.method", "http.method"), "_")
	switch {
	case get("gen_ai.response.model", "gen_ai.request.model", "gen_ai.provider.name", "gen_ai.system") != "":
		e.Event, e.Model = inference, get("gen_ai.response.model")
	case get("db.operation.name", "db.operation") != "":
		e.statement(get("db.operation.name", "db.operation"))
	case get("db.query.text", "db.statement") != "":
		e.statement(get("db.query.text", "db.statement"))
	case method != "":
		e.Action = byMethod(method)
		e.Event = eventOf(e.Action)
	case strings.Contains(get("event.name"), "login"):
		e.Event = login
	}
}
