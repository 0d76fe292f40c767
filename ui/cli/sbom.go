package cli

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"runtime/debug"
	"strings"
)

// A bill of materials in CycloneDX 1.5 (ECMA-424): the parts that the linker
// put into this very program, not those that a file of requirements names. It
// holds no hour and no serial number, so that the same program has the same
// bill.
type bill struct {
	Format   string       `json:"bomFormat"`
	Spec     string       `json:"specVersion"`
	Version  int          `json:"version"`
	Metadata billMetadata `json:"metadata"`
	Parts    []billPart   `json:"components"`
	Edges    []billEdge   `json:"dependencies"`
}

type billMetadata struct {
	Component billPart `json:"component"`
}

type billPart struct {
	Ref     string     `json:"bom-ref"`
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Version string     `json:"version"`
	Purl    string     `json:"purl,omitempty"`
	Hashes  []billHash `json:"hashes,omitempty"`
}

// billHash is the SHA-256 of a module as go.sum knows it (h1), in hexadecimal.
type billHash struct {
	Alg     string `json:"alg"`
	Content string `json:"content"`
}

type billEdge struct {
	Ref  string   `json:"ref"`
	Uses []string `json:"dependsOn,omitempty"`
}

// billOf lists the modules of a build, and Go itself.
func billOf(info *debug.BuildInfo, v versionJSON) bill {
	root := billPart{Ref: "blanche", Type: "application", Name: "blanche", Version: v.Version}
	b := bill{Format: "CycloneDX", Spec: "1.5", Version: 1, Metadata: billMetadata{Component: root}}
	b.add("std", strings.TrimPrefix(v.Go, "go"), "")
	if info != nil {
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			b.add(m.Path, m.Version, m.Sum)
		}
	}
	edge := billEdge{Ref: root.Ref}
	for _, p := range b.Parts {
		edge.Uses = append(edge.Uses, p.Ref)
	}
	b.Edges = []billEdge{edge}
	return b
}

// add lists one module; sum is its line of go.sum, "h1:" and base64.
func (b *bill) add(path, version, sum string) {
	p := billPart{Type: "library", Name: path, Version: version, Purl: "pkg:golang/" + path + "@" + version}
	p.Ref = p.Purl
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:")); err == nil && len(raw) == 32 {
		p.Hashes = []billHash{{"SHA-256", hex.EncodeToString(raw)}}
	}
	b.Parts = append(b.Parts, p)
}

// writeParts writes the bill, for a file.
func (s *session) writeParts(b bill) error {
	e := json.NewEncoder(s.Out)
	e.SetIndent("", "  ")
	return e.Encode(b)
}
