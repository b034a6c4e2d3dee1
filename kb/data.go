package kb

// DataAttribute translates an attribute of a data source into the path of the
// provider configuration that decides it: aws_region.name is the provider's
// region. ok is false for attributes that only an API knows.
func (k *KB) DataAttribute(language, dataType, attr string) (path string, ok bool) {
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
