package config

import (
	"regexp"
	"strings"

	"blanche/campaigns"
	"blanche/model"
)

// vendorTexts are the settings of the hooks of providers of mail, as they stand in
// the file.
type vendorTexts struct{ topic, sendGrid, mailgun, postmark, brevo string }

var topicARN = regexp.MustCompile(`^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)

// topics are ARN of topics of Amazon SNS, separated by commas.
func topics(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); !topicARN.MatchString(word) {
			return model.Invalid("config.bad_topic", "value", word)
		}
	}
	return nil
}

func sendGridKey(text string) error {
	if _, err := campaigns.SendGridKey(text); err != nil {
		return model.Invalid("config.bad_sendgrid_key").Because(err)
	}
	return nil
}

// readVendors reads what providers of mail prove themselves with: secrets as those
// of other programs are kept, and what is no secret from the file itself.
func (l *Loaded) readVendors(env Env) (err error) {
	t, v := &l.vendors, &l.Vendors
	for word := range strings.SplitSeq(t.topic, ",") {
		if word = strings.TrimSpace(word); word != "" {
			v.SESTopics = append(v.SESTopics, word)
		}
	}
	if t.sendGrid != "" {
		if v.SendGridKey, err = campaigns.SendGridKey(t.sendGrid); err != nil {
			return err
		}
	}
	err = l.readSecrets(env, []secretsOf{
		{"feedback.mailgun.secret_file", t.mailgun, &v.Mailgun},
		{"feedback.postmark.secret_file", t.postmark, &v.Postmark},
		{"feedback.brevo.secret_file", t.brevo, &v.Brevo},
	})
	l.Config.Vendors = v.Named()
	return err
}
