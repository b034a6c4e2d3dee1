//go:build real

package airgap_test

import (
	"path/filepath"
	"testing"
)

const pomHead = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>`

// pom puts a project into a repository, for others to inherit from.
func (s *server) pom(group, artifact string) {
	s.files["/maven/"+group+"/"+artifact+"/1/"+artifact+"-1.pom"] = []byte(pomHead + "<groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>1</version><packaging>pom</packaging></project>")
}

func TestRealMaven(t *testing.T) {
	version(t, "mvn", "--version")
	w := machine(t, "maven: MIRROR/maven")
	w.mirror.pom("clinic", "inside")
	w.outside.pom("clinic", "elsewhere")
	// A project of packaging pom is valid without any plugin.
	child := func(group, parent, version, more string) map[string]string {
		return map[string]string{"pom.xml": pomHead + "<parent><groupId>" + group + "</groupId><artifactId>" + parent + "</artifactId><version>" + version + "</version><relativePath/></parent><artifactId>p</artifactId><packaging>pom</packaging>" + more + "</project>"}
	}
	repository := "<repositories><repository><id>o</id><url>OUTSIDE/maven</url></repository></repositories>"
	mirror := "<settings><mirrors><mirror><id>o</id><mirrorOf>central</mirrorOf><url>OUTSIDE/maven</url></mirror></mirrors></settings>"
	(&drill{
		tool: "mvn",
		command: func(dir string, a *attempt) []string {
			return append([]string{"mvn", "-B", "-q", "-gs", filepath.Join(w.root, "etc/maven/settings.xml"), "-Duser.home=" + w.home, "-Dmaven.repo.local=" + filepath.Join(dir, "repo"), "validate"}, a.args...)
		},
		allowed: []attempt{{name: "from the mirror", files: child("clinic", "inside", "1", "")}},
		refused: []attempt{
			{name: "the mirror lacks it", files: child("clinic", "elsewhere", "1", "")},
			{name: "what only the public repository has", files: child("org.apache", "apache", "31", "")},
			{name: "a repository of the project", files: child("clinic", "elsewhere", "1", repository)},
			{name: "a repository of the user", files: with(child("clinic", "elsewhere", "1", ""), "~/.m2/settings.xml", "<settings><profiles><profile><id>o</id>"+repository+"</profile></profiles><activeProfiles><activeProfile>o</activeProfile></activeProfiles></settings>")},
		},
		holes: []attempt{
			{name: "a mirror of the user", files: with(child("clinic", "elsewhere", "1", ""), "~/.m2/settings.xml", mirror)},
			{name: "a flag", files: with(child("clinic", "elsewhere", "1", ""), "other.xml", mirror), args: []string{"-s", "other.xml"}},
		},
	}).try(t, w)
}
