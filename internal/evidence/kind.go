package evidence

import "io/fs"

// A Kind is one kind of document: how it is written, and its words.
type Kind struct {
	Name     string
	Messages fs.FS // LANGUAGE.yaml for each, and questions.yaml where it asks what no other does
	Write    func(*Builder) error
}

// Make writes the document of a case in a language.
func (k *Kind) Make(c *Case, language string) (*Document, error) {
	b, err := NewBuilder(c, k.Name, language, k.Messages)
	if err != nil {
		return nil, err
	}
	if err := k.Write(b); err != nil {
		return nil, err
	}
	return b.Document()
}
