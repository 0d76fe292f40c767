package model

import "slices"

// AllOf is who all the rules match: RuleAll of none, the rule itself of one.
// Groups of the same kind among them are not merged: what a person grouped
// stays grouped.
func AllOf(rules ...Rule) Rule {
	return groupRules(rules, func(r []Rule) Rule { return RuleAnd{r} })
}

// AnyOf is who one of the rules matches: RuleAll of none, the rule itself of
// one.
func AnyOf(rules ...Rule) Rule {
	return groupRules(rules, func(r []Rule) Rule { return RuleOr{r} })
}

func groupRules(rules []Rule, group func([]Rule) Rule) Rule {
	switch len(rules) {
	case 0:
		return RuleAll{}
	case 1:
		return rules[0]
	}
	return group(slices.Clone(rules))
}

// Negated turns a rule into its contrary, and back.
func Negated(r Rule) Rule {
	if not, ok := r.(RuleNot); ok {
		return not.Rule
	}
	return RuleNot{r}
}

// RuleAt is the rule at a path: the positions among Operands from the whole
// rule down; an empty path is the whole. Nil where there is none.
func RuleAt(r Rule, path []int) Rule {
	for _, at := range path {
		parts := r.Operands()
		if at < 0 || at >= len(parts) {
			return nil
		}
		r = parts[at]
	}
	return r
}

// ReplaceRule is the whole rule with another one at a path, or with nothing
// there where by is nil: a group left with one rule becomes that rule, one left
// with none goes too, and of an empty rule RuleAll is left. The rule given is
// not changed. A path that leads nowhere changes nothing.
func ReplaceRule(r Rule, path []int, by Rule) Rule {
	if RuleAt(r, path) == nil {
		return r
	}
	if out := replaceRule(r, path, by); out != nil {
		return out
	}
	return RuleAll{}
}

func replaceRule(r Rule, path []int, by Rule) Rule {
	if len(path) == 0 {
		return by
	}
	inner := replaceRule(r.Operands()[path[0]], path[1:], by)
	if _, not := r.(RuleNot); not {
		if inner == nil {
			return nil
		}
		return RuleNot{inner}
	}
	parts := slices.Clone(r.Operands())
	if inner != nil {
		parts[path[0]] = inner
	} else {
		parts = slices.Delete(parts, path[0], path[0]+1)
	}
	if len(parts) == 0 {
		return nil
	}
	if _, or := r.(RuleOr); or {
		return AnyOf(parts...)
	}
	return AllOf(parts...)
}
