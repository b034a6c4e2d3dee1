"""Errors and use, for the team."""

import posthog
import sentry_sdk

sentry_sdk.init(dsn="https://4d1c0f3b@o450821.ingest.us.sentry.io/4507", traces_sample_rate=0.1)

posthog.api_key = "phc_example"
posthog.host = "https://us.i.posthog.com"
