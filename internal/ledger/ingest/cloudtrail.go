package ingest

import (
	"cmp"
	"errors"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// cloudTrail is the record of calls to the interfaces of AWS, as it stands in
// S3 (packed), comes out of CloudWatch and CloudTrail Lake as lines, or as
// `aws cloudtrail lookup-events` lists it, with each event as a text.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
var cloudTrail = &kind{
	name: "cloudtrail", source: "aws-cloudtrail", title: "AWS CloudTrail: files of S3 (.json.gz), or lines",
	frame: jsonValues("Records", "Events"), parse: cloudTrailEvent, unique: true,
}

func cloudTrailEvent(v []byte, t *taker) error {
	if inner := logs.Text(logs.Get(v, "CloudTrailEvent")); inner != "" {
		return t.cloudTrail([]byte(inner), v)
	}
	return t.cloudTrail(v, v)
}

// cloudTrail takes an event, which stands in rec.
func (t *taker) cloudTrail(v, rec []byte) error {
	var e Event
	var source, name, kind, code, message, readOnly string
	var identity, params, resources, outcome, details []byte
	if !logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "eventSource":
			source = logs.Text(val)
		case "eventName":
			name = logs.Text(val)
		case "eventType":
			kind = logs.Text(val)
		case "awsRegion":
			e.Region = logs.Text(val)
		case "eventTime":
			e.When = logs.Moment(logs.Text(val))
		case "errorCode":
			code = logs.Text(val)
		case "errorMessage":
			message = logs.Text(val)
		case "readOnly":
			readOnly = logs.Text(val)
		case "sourceIPAddress":
			e.Address = logs.Text(val)
		case "userAgent":
			e.Client = logs.Text(val)
		case "userIdentity":
			identity = val
		case "requestParameters":
			params = val
		case "resources":
			resources = val
		case "responseElements":
			outcome = val
		case "serviceEventDetails":
			details = val
		}
	}) {
		return errCut
	}
	switch {
	case source == "" && logs.Get(v, "digestStartTime") != nil:
		return t.pass("a digest file of CloudTrail")
	case source == "" && logs.Get(v, "insightDetails") != nil:
		return t.pass("an insight of CloudTrail, which only counts events")
	case source == "" || name == "":
		return errors.New("a record of CloudTrail has eventSource and eventName")
	case e.When.IsZero():
		return errors.New("eventTime is no time")
	}
	if e.Service = slug(strings.TrimSuffix(source, ".amazonaws.com")); !strings.HasSuffix(source, ".amazonaws.com") {
		e.Service = "custom" // CloudTrail Lake takes what others write
	}
	e.Actor = awsActor(identity)
	e.Action = operation(name)
	e.Event = eventOf(e.Action)
	switch {
	case readOnly == "true" && (e.Event == mutation || e.Event == other):
		e.Event, e.Action = access, read
	case readOnly == "false" && (e.Event == access || e.Event == other):
		e.Event, e.Action = mutation, update
	}
	e.awsSpecial(source, name, params)
	e.Result = awsResult(code, message)
	if logs.Text(logs.Get(outcome, name)) == "Failure" || logs.Text(logs.Get(details, name)) == "Failure" {
		e.Result = denied // logins say it so: ConsoleLogin, SwitchRole, CredentialVerification
	}
	e.Resource = awsResource(resources, params)
	if kind == "AwsServiceEvent" && e.Actor == "" {
		e.Actor = source
	}
	t.take(&e, rec)
	return nil
}

// awsResult is what the code of an error says; some events only have a message.
func awsResult(code, message string) string {
	if code == "" && message == "" {
		return allowed
	}
	for _, word := range []string{"AccessDenied", "Unauthorized", "Forbidden", "AuthFailure", "AuthorizationError", "NotAuthorized", "InvalidClientTokenId", "UnrecognizedClient", "SignatureDoesNotMatch"} {
		if strings.Contains(code, word) {
			return denied
		}
	}
	return failed
}

// awsSpecial takes what is more than reading and altering.
func (e *Event) awsSpecial(source, name string, params []byte) {
	switch {
	case strings.HasPrefix(source, "signin."), source == "sts.amazonaws.com" && (strings.HasPrefix(name, "AssumeRole") || strings.HasPrefix(name, "Get") && name != "GetCallerIdentity"):
		e.Event, e.Action = login, ""
	case source == "kms.amazonaws.com" && kmsUses[name]:
		e.Event, e.Action = keyUse, ""
	case strings.HasPrefix(source, "bedrock") && (strings.HasPrefix(name, "Invoke") || strings.HasPrefix(name, "Converse")):
		e.Event, e.Action = inference, ""
		model := logs.Text(logs.Get(params, "modelId"))
		e.Model = model[strings.LastIndexByte(model, '/')+1:]
	case source == "sagemaker.amazonaws.com" && strings.HasPrefix(name, "InvokeEndpoint"):
		e.Event, e.Action = inference, ""
	case e.Event == mutation && (source == "iam.amazonaws.com" || awsPermits(source, name)):
		e.Event, e.Action = policyChange, cmp.Or(map[string]string{remove: remove}[e.Action], permit)
	case source == "s3.amazonaws.com" && name == "RestoreObject":
		e.Event, e.Action = mutation, restore
	case strings.Contains(name, "Snapshot") && strings.HasPrefix(name, "Export"):
		e.Event, e.Action = access, export
	}
}

// awsPermits reports whether an operation that alters something alters who may do what.
func awsPermits(source, name string) bool {
	return strings.Contains(name, "Policy") || strings.HasSuffix(name, "Acl") || strings.Contains(name, "PublicAccessBlock") ||
		source == "kms.amazonaws.com" && strings.Contains(name, "Grant")
}

var kmsUses = words("Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext ReEncrypt Sign Verify GenerateMac VerifyMac DeriveSharedSecret")

// awsActor is who called: the ARN, which has the session in it, else what
// there is.
func awsActor(v []byte) string {
	var arn, user, by, account, principal string
	logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "arn":
			arn = logs.Text(val)
		case "userName":
			user = logs.Text(val)
		case "invokedBy":
			by = logs.Text(val)
		case "accountId":
			account = logs.Text(val)
		case "principalId":
			principal = logs.Text(val)
		}
	})
	return cmp.Or(arn, user, by, principal, account)
}

// awsResource is what it was done to: the ARNs that CloudTrail lists, else
// what the request names.
func awsResource(resources, params []byte) string {
	var arns []string
	logs.Elements(resources, func(r []byte) {
		if arn := cmp.Or(logs.Text(logs.Get(r, "ARN")), logs.Text(logs.Get(r, "ARNPrefix"))); arn != "" && len(arns) < 50 {
			arns = append(arns, arn)
		}
	})
	if len(arns) > 0 {
		return strings.Join(arns, " ")
	}
	if len(params) > 0 && params[0] == '{' {
		return string(params)
	}
	return ""
}
