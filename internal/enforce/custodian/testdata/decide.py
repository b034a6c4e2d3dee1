"""Asks Cloud Custodian's own filters about resources, without a cloud.

The policies are the arguments, and the resources come as JSON: [{"resource": "aws.s3", "body": {...}}]. For each, the
names of the policies that find it are written."""
import json
import sys

from c7n import policy
from c7n.config import Config
from c7n.resources import load_resources

cases = json.load(sys.stdin)
options = Config.empty(region="eu-central-1", regions=["eu-central-1"], account_id="111122223333", output_dir="null://", cache=None)
load_resources(("aws.*", "azure.*", "gcp.*"))
found = [[] for _ in cases]
for file in sys.argv[1:]:
    for p in policy.load(options, file, validate=True):
        p.expand_variables(p.get_variables())
        manager = p.resource_manager
        for i, c in enumerate(cases):
            body = {manager.get_model().id: str(i), **c["body"]}
            if c["resource"] == p.resource_type and manager.filter_resources([body]):
                found[i].append(p.name)
json.dump(found, sys.stdout)
