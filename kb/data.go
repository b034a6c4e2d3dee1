package kb

// DataAttributes translates, for one language, attributes of data sources into
// the paths of the provider configuration that decide them: aws_region.name is
// the provider's region. ok is false for attributes that only an API knows.
func (k *KB) DataAttributes(language string) func(dataType, attr string) (path string, ok bool) {
	return func(dataType, attr string) (string, bool) {
		ix := k.index.Languages[language]
		if ix == nil {
			return "", false
		}
		for _, id := range ix.Heads[head(dataType)] {
			if path, ok := k.getProvider(id).dialects[language].data[dataType][attr]; ok {
				return path, true
			}
		}
		return "", false
	}
}
