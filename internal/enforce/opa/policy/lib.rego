# What plans and manifests share: places, images and hosts against the perimeter.
package bailiwick.lib

import data.bailiwick.perimeter

# inside: a place is one that is listed, or a zone of it (eu-central-1a, fr-par-1).
inside(cloud, place) if fold(place) in cloud.places

inside(cloud, place) if {
	some region in cloud.places
	startswith(fold(place), region)
	regex.match(`^(-[a-z0-9]|[a-z])$`, trim_prefix(fold(place), region))
}

# fold: clouds take names of places in capitals, and Azure with spaces.
fold(place) := replace(lower(place), " ", "")

# strings are all texts of a document, with where they stand; a text that is itself
# JSON is looked into.
strings(doc) := {[path, v] |
	walk(doc, [path, v])
	is_string(v)
} | {[array.concat(path, deeper), v] |
	walk(doc, [path, text])
	is_string(text)
	regex.match(`^\s*[\[{]`, text)
	json.is_valid(text)
	walk(json.unmarshal(text), [deeper, v])
	is_string(v)
}

# key is the last name of a path.
key(path) := names[count(names) - 1] if {
	names := [n | some n in path; is_string(n)]
	count(names) > 0
}

# registry is the host that an image comes from; one without comes from Docker Hub.
registry(image) := host if {
	host := lower(split(image, "/")[0])
	hosted(image, host)
} else := "docker.io"

hosted(image, host) if {
	contains(image, "/")
	regex.match(`[.:]|^localhost$`, host)
}

approved(image) if {
	some r in perimeter.registries
	host := split(registry(image), ":")[0]
	below(host, lower(r))
}

below(host, name) if host == name

below(host, name) if endswith(host, sprintf(".%s", [name]))

# image says what is wrong with one.
image(ref) := {sprintf("the image %s is from %s, which is no approved registry (SCM-001)", [ref, registry(ref)]) |
	is_array(perimeter.registries)
	not approved(ref)
} | {sprintf("the image %s is not pinned by a digest: what it names can change (SCM-002)", [ref]) |
	not regex.match(`@sha256:[0-9a-f]{64}$`, ref)
}

# hosts are those of the URLs in a text, without names that stay inside a cluster or
# a machine. Some end the host at a backslash and some do not: what has one before it
# is taken as a whole, which is no host.
hosts(text) := {h |
	some m in regex.find_all_string_submatch_n(`(?i)\b[a-z][a-z0-9+.-]*://(?:[^/?#\s"'@\\]*@)?(\[[0-9a-f:.]+\]|[^\s/:?#"'\\]+(?:\\[^\s/:?#"']*)?)`, text, -1)
	h := trim_suffix(lower(m[1]), ".")
	not stays(h)
}

# A name of digits is an address in disguise, and begins with no letter.
stays(h) if regex.match(`^([a-z]([a-z0-9-]*[a-z0-9])?|([a-z0-9-]+\.)+(svc|svc\.cluster\.local|localhost)|127\.[0-9.]+|\[::1\])$`, h)

reachable(host) if host in perimeter.hosts

reachable(host) if {
	some h in perimeter.hosts
	startswith(h, "*.")
	endswith(host, trim_prefix(h, "*"))
}

# sends says which hosts of a text may not be reached.
sends(text) := {sprintf("%s is no host that the perimeter lets data flow to (EGR-004)", [h]) | some h in hosts(text); not reachable(h)}
