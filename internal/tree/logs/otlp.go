package logs

// Attributes reads a list of keys and values.
func Attributes(list []byte) map[string]string {
	out := map[string]string{}
	Elements(list, func(kv []byte) {
		var key string
		var val []byte
		Members(kv, func(n, v []byte) {
			switch string(n) {
			case "key":
				key = Text(v)
			case "value":
				Members(v, func(_, inner []byte) { val = inner })
			}
		})
		if len(out) < 500 {
			out[key] = Text(val)
		}
	})
	return out
}
