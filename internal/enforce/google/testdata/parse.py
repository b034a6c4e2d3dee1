# Reads policies as the messages of Google's service, strictly, and says what is
# wrong with each: nothing where all that was said is in the message.
import json
import sys

from google.cloud.orgpolicy_v2.types import Policy
from google.protobuf import json_format

out = []
for doc in json.load(sys.stdin):
    try:
        message = json_format.ParseDict(doc, Policy.pb(Policy()), ignore_unknown_fields=False)
        back = json_format.MessageToDict(message, always_print_fields_with_no_presence=False)
        spec = doc.get("spec", {})
        if not spec.get("inheritFromParent", False):
            back.setdefault("spec", {})["inheritFromParent"] = False
        out.append("" if back == doc else "what is read is another: " + json.dumps(back))
    except json_format.ParseError as e:
        out.append(str(e))
json.dump(out, sys.stdout)
