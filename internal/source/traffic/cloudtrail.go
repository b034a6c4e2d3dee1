package traffic

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// cloudTrail is the record of calls to the interfaces of AWS: files with a list of
// records, and lines as CloudWatch gives them.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
var cloudTrail = &medium{
	name: "a record of CloudTrail",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			if list := logs.Get(v, "Records"); list != nil {
				v = logs.First(list)
			}
			return logs.Has(v, "eventSource", "eventName", "awsRegion", "userIdentity")
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			list := logs.Get(v, "Records")
			if list == nil {
				return u.trail(v)
			}
			whole := logs.Elements(list, func(e []byte) {
				u.in.At(e)
				u.judge(u.trail(e))
			})
			if !whole {
				return broken
			}
			return taken
		})
	},
}

// trail takes one event. Whom it calls is the host that the caller dialled where that
// is written, else the service in the region that the call was made to.
func (u *unit) trail(e []byte) verdict {
	service, region := logs.Text(logs.Get(e, "eventSource")), logs.Text(logs.Get(e, "awsRegion"))
	if service == "" || region == "" {
		return broken
	}
	if logs.Text(logs.Get(e, "eventType")) == "AwsServiceEvent" || logs.Text(logs.Get(e, "userIdentity", "type")) == "AWSService" {
		return other // AWS calls itself
	}
	host, at := hostPort(cmp.Or(logs.Text(logs.Get(e, "tlsDetails", "clientProvidedHostHeader")), regional(service, region)))
	r := &record{from: identity(logs.Get(e, "userIdentity")), hosts: [3]string{host}, dst: at, count: 1, via: "CloudTrail, which says that it is " + service + " in " + region}
	r.seen(logs.Moment(logs.Text(logs.Get(e, "eventTime"))))
	code := logs.Text(logs.Get(e, "errorCode"))
	r.blocked = strings.Contains(code, "AccessDenied") || strings.Contains(code, "Unauthorized")
	if strings.HasPrefix(service, "bedrock") {
		r.model = logs.Text(logs.Get(e, "requestParameters", "modelId"))
	}
	if r.model != "" {
		r.purpose = "model"
	}
	u.add(r)
	if ran := logs.Text(logs.Get(e, "additionalEventData", "inferenceRegion")); ran != "" && ran != region && !r.blocked {
		there := *r
		there.hosts = [3]string{regional(service, ran)}
		there.via = "CloudTrail, which says that the model ran in " + ran
		u.add(&there)
	}
	return taken
}

// regional is a service in a region: its names have that form, or end in it.
func regional(service, region string) string {
	name, domain, _ := strings.Cut(service, ".")
	return name + "." + region + "." + domain
}

// identity is who calls: a role without its session, a user, the account.
func identity(v []byte) string {
	if role := logs.Text(logs.Get(v, "sessionContext", "sessionIssuer", "userName")); role != "" {
		return role
	}
	return cmp.Or(logs.Text(logs.Get(v, "userName")), logs.Text(logs.Get(v, "invokedBy")), logs.Text(logs.Get(v, "accountId")), "unknown")
}
