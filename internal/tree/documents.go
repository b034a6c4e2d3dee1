package tree

import "path/filepath"

// Documents reads the documents of a file: the one of JSON where its name ends so,
// those of YAML otherwise. On an error in YAML those before it come with it.
func Documents(name string, src []byte) ([]*Node, error) {
	if filepath.Ext(name) != ".json" {
		return YAML(src)
	}
	n, err := JSON(src)
	if err != nil {
		return nil, err
	}
	return []*Node{n}, nil
}
