package campaigns

import (
	"blanche/campaigns/audience"
	"blanche/model"
)

// RuleText is the text of a rule in the words of a language, without asking
// which free columns there are: a text that may mean several things, or cannot
// be read, stays as it is. What it gives reads back as the same rule.
func RuleText(text, lang string) string {
	rule, err := audience.ParseLoosely(text)
	if err != nil {
		return text
	}
	return model.RuleWordsOf(lang).Rule(rule)
}
