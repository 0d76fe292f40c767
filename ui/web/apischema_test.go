package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// description is an OpenAPI document, as far as the tests read it.
type description struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	RequestBody struct {
		Content map[string]struct {
			Schema   *schema `json:"schema"`
			Examples map[string]struct {
				Value json.RawMessage `json:"value"`
			} `json:"examples"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

// schema is the part of JSON Schema 2020-12 that the description uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a text or a list of them
	Required   []string           `json:"required"`
	Properties map[string]*schema `json:"properties"`
	More       *bool              `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	Enum       []any              `json:"enum"`
	OneOf      []*schema          `json:"oneOf"`
	AnyOf      []*schema          `json:"anyOf"`
	AllOf      []*schema          `json:"allOf"`
	MinItems   int                `json:"minItems"`
	MaxItems   int                `json:"maxItems"`
	MaxLength  int                `json:"maxLength"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
}

// flaw is why a value is not what a schema says, empty when it is.
func (d *description) flaw(s *schema, v any) string {
	if s == nil {
		return ""
	}
	if s.Ref != "" {
		to := d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
		if to == nil {
			return "nothing at " + s.Ref
		}
		return d.flaw(to, v)
	}
	if s.Type != nil && !slices.ContainsFunc(kinds(v), func(k string) bool { return s.is(k) }) {
		return fmt.Sprintf("%v is no %v", v, s.Type)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return fmt.Sprintf("%v is none of %v", v, s.Enum)
	}
	fits := func(all []*schema) (n int) {
		for _, one := range all {
			if d.flaw(one, v) == "" {
				n++
			}
		}
		return n
	}
	if fits(s.AllOf) != len(s.AllOf) || len(s.OneOf) > 0 && fits(s.OneOf) != 1 || len(s.AnyOf) > 0 && fits(s.AnyOf) == 0 {
		return fmt.Sprintf("%v is none of the forms", v)
	}
	return d.inner(s, v)
}

func (s *schema) is(kind string) bool {
	if list, many := s.Type.([]any); many {
		return slices.Contains(list, any(kind))
	}
	return s.Type == kind
}

// inner looks at what a value is made of.
func (d *description) inner(s *schema, v any) string {
	switch v := v.(type) {
	case string:
		if s.MaxLength > 0 && len([]rune(v)) > s.MaxLength {
			return "too long"
		}
	case float64:
		if s.Minimum != nil && v < *s.Minimum || s.Maximum != nil && v > *s.Maximum {
			return "out of bounds"
		}
	case []any:
		if len(v) < s.MinItems || s.MaxItems > 0 && len(v) > s.MaxItems {
			return "too few or too many"
		}
		for i, one := range v {
			if why := d.flaw(s.Items, one); why != "" {
				return fmt.Sprintf("%d: %s", i, why)
			}
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, has := v[name]; !has {
				return name + " is missing"
			}
		}
		for name, one := range v {
			p := s.Properties[name]
			if p == nil && s.More != nil && !*s.More {
				return name + " is not in the description"
			}
			if why := d.flaw(p, one); why != "" {
				return name + ": " + why
			}
		}
	}
	return ""
}

// kinds are the types of a value of JSON.
func kinds(v any) []string {
	switch v := v.(type) {
	case nil:
		return []string{"null"}
	case bool:
		return []string{"boolean"}
	case string:
		return []string{"string"}
	case float64:
		if v == math.Trunc(v) {
			return []string{"number", "integer"}
		}
		return []string{"number"}
	case []any:
		return []string{"array"}
	}
	return []string{"object"}
}
