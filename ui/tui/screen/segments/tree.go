package segments

import (
	"slices"

	"blanche/model"
)

// node is one line of the form: a part of the rule, and the way to it.
type node struct {
	rule  model.Rule
	path  []int
	depth int
}

// flatten is a rule as lines, the whole first, then its parts, in the order in
// which it is read. The whole of nothing but "everybody" has its one line too.
func flatten(r model.Rule) []node {
	var out []node
	var visit func(r model.Rule, path []int)
	visit = func(r model.Rule, path []int) {
		out = append(out, node{rule: r, path: slices.Clone(path), depth: len(path)})
		for i, o := range r.Operands() {
			visit(o, append(path, i))
		}
	}
	visit(r, nil)
	return out
}

// grouping reports that a node holds others.
func grouping(r model.Rule) bool {
	switch r.(type) {
	case model.RuleAnd, model.RuleOr, model.RuleNot:
		return true
	}
	return false
}

// parent is the nearest and-or group above a path, and the way to it; false
// where there is none.
func parent(whole model.Rule, path []int) (model.Rule, []int, bool) {
	for n := len(path) - 1; n >= 0; n-- {
		switch r := model.RuleAt(whole, path[:n]).(type) {
		case model.RuleAnd, model.RuleOr:
			return r, path[:n], true
		}
	}
	return nil, nil, false
}

// added is the rule with a leaf beside the node at a path: inside it where it is
// a group, in its group behind it where it is none. Nothing but everybody gives
// way to the leaf.
func added(whole model.Rule, path []int, leaf model.Rule) (model.Rule, []int) {
	at := model.RuleAt(whole, path)
	switch at.(type) {
	case model.RuleAll:
		return model.ReplaceRule(whole, path, leaf), path
	case model.RuleAnd, model.RuleOr:
		parts := append(slices.Clone(at.Operands()), leaf)
		return model.ReplaceRule(whole, path, regroup(at, parts)), below(path, len(parts)-1)
	}
	group, up, ok := parent(whole, path)
	if !ok {
		return model.AllOf(whole, leaf), []int{1}
	}
	after := path[len(up)] + 1
	return model.ReplaceRule(whole, up, regroup(group, slices.Insert(slices.Clone(group.Operands()), after, leaf))), below(up, after)
}

// wrapped is the rule with the node at a path in a group of its own with one
// more leaf: of the other kind than the group that it stands in.
func wrapped(whole model.Rule, path []int, leaf model.Rule) (model.Rule, []int) {
	at := model.RuleAt(whole, path)
	if _, all := at.(model.RuleAll); all {
		return model.ReplaceRule(whole, path, leaf), path
	}
	kind := model.Rule(model.RuleOr{})
	if group, _, ok := parent(whole, path); ok {
		kind = other(group)
	} else if grouping(at) {
		kind = other(at)
	}
	return model.ReplaceRule(whole, path, regroup(kind, []model.Rule{at, leaf})), below(path, 1)
}

// turned is the rule with the group at a path, or around it, of the other kind.
func turned(whole model.Rule, path []int) model.Rule {
	at := model.RuleAt(whole, path)
	switch at.(type) {
	case model.RuleAnd, model.RuleOr:
	default:
		var ok bool
		if at, path, ok = parent(whole, path); !ok {
			return whole
		}
	}
	return model.ReplaceRule(whole, path, regroup(other(at), at.Operands()))
}

func other(group model.Rule) model.Rule {
	if _, or := group.(model.RuleOr); or {
		return model.RuleAnd{}
	}
	return model.RuleOr{}
}

func regroup(kind model.Rule, parts []model.Rule) model.Rule {
	if _, or := kind.(model.RuleOr); or {
		return model.RuleOr{Rules: parts}
	}
	return model.RuleAnd{Rules: parts}
}

func below(path []int, at int) []int { return append(slices.Clone(path), at) }
