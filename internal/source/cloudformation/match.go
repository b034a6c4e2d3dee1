package cloudformation

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
)

// MayMatch reports whether a file may be a template by its name.
func MayMatch(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json", ".template", ".cfn", ".cform":
	case ".ts", ".js":
		return frameworkName.MatchString(strings.ToLower(filepath.Base(path)))
	default:
		return false
	}
	// What sam build copies is the template beside it once more.
	return !strings.Contains("/"+filepath.ToSlash(path), "/.aws-sam/")
}

var (
	// The keys stand at the margin in YAML, anywhere in JSON.
	versionKey   = regexp.MustCompile(`(?m)^["']?AWSTemplateFormatVersion["']?\s*:|[{,]\s*"AWSTemplateFormatVersion"\s*:`)
	serverless   = regexp.MustCompile(`AWS::(Serverless-2016-10-31|LanguageExtensions)`)
	resourcesKey = regexp.MustCompile(`(?m)^["']?Resources["']?\s*:|[{,]\s*"Resources"\s*:`)
	resourceType = regexp.MustCompile(`["']?Type["']?\s*:\s*["']?((AWS|Alexa)::[A-Za-z0-9]+::[A-Za-z0-9]+|Custom::[A-Za-z0-9]+)`)
)

// Match reports whether a file is a template, by its name and its beginning.
func Match(path string, head []byte) bool {
	if !MayMatch(path) {
		return false
	}
	if isFramework(path, head) {
		return true
	}
	if isProgram(strings.ToLower(path)) {
		return false
	}
	// Words first: looking for one costs a hundredth of an expression, and most files have none.
	if bytes.Contains(head, []byte("AWSTemplateFormatVersion")) && versionKey.Match(head) {
		return true
	}
	return bytes.Contains(head, []byte("Resources")) && bytes.Contains(head, []byte("::")) && resourcesKey.Match(head) && (resourceType.Match(head) || serverless.Match(head))
}
