package model

// RuleName is the name of a field, or of something that happened, inside a
// sentence: a person sees the word of their language, a log the one that was
// found.
type RuleName struct {
	Rule  Rule   // a leaf that has the name
	Spelt string // as it was found; empty: the canonical word
}

func (n RuleName) String() string {
	if n.Spelt != "" {
		return n.Spelt
	}
	return n.In("en")
}

// In is the word in a language.
func (n RuleName) In(lang string) string {
	w := RuleWordsOf(lang)
	switch r := n.Rule.(type) {
	case RuleMember:
		return w.Event(r.Event)
	case RuleAnniversary:
		return w.birthday
	case RuleAll:
		return w.all
	}
	return w.Field(LeafField(n.Rule))
}

// RuleCode is one of our codes inside a sentence, in the words of a language.
type RuleCode struct{ Field, Code, Spelt string }

func (c RuleCode) String() string { return c.Spelt }

// In is the code in a language.
func (c RuleCode) In(lang string) string { return RuleWordsOf(lang).Code(c.Field, c.Code) }

// RuleText is a rule inside a sentence, written in the language of the sentence.
type RuleText struct{ Rule Rule }

func (t RuleText) String() string { return t.Rule.String() }

// In is the rule in a language.
func (t RuleText) In(lang string) string { return RuleWordsOf(lang).Rule(t.Rule) }
