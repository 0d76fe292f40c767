package config

// shape is the form of the file, for the strict reading that finds the line
// and column of a key nobody knows.
type shape struct {
	Lang     any                                                     `toml:"lang"`
	Timezone any                                                     `toml:"timezone"`
	Sender   struct{ Name, Address, From, Unsubscribe, Bounces any } `toml:"sender"`
	Relay    relayShape                                              `toml:"relay"`
	DKIM     dkimShape                                               `toml:"dkim"`
	Public   publicShape                                             `toml:"public"`
	Tracking struct{ Opens any }                                     `toml:"tracking"`
	Feedback feedbackShape                                           `toml:"feedback"`
	Hooks    hooksShape                                              `toml:"hooks"`
	Inbox    struct{ Dir, Basis, Source any }                        `toml:"inbox"`
	Retry    retryShape                                              `toml:"retry"`
	Measure  measureShape                                            `toml:"measure"`
	Holdout  struct{ Universal, Household any }                      `toml:"holdout"`
	ROI      roiShape                                                `toml:"roi"`
	Pressure pressureShape                                           `toml:"pressure"`
	Approval struct{ Above any }                                     `toml:"approval"`
	Law      struct{ Rules any }                                     `toml:"law"`
	SSH      struct{ Listen, Idle, Sessions any }                    `toml:"ssh"`
	HTTP     struct{ Listen any }                                    `toml:"http"`
	Audit    struct{ File, Mail any }                                `toml:"audit"`
	Backup   struct{ Dir, Recipient any }                            `toml:"backup"`
}

type relayShape struct {
	URL          any `toml:"url"`
	PasswordFile any `toml:"password_file"`
	CAFile       any `toml:"ca_file"`
	Connections  any `toml:"connections"`
	Window       any `toml:"window"`
}

type publicShape struct {
	URL            any `toml:"url"`
	Listen         any `toml:"listen"`
	TLSCertificate any `toml:"tls_certificate"`
	TLSKey         any `toml:"tls_key"`
	Proxies        any `toml:"proxies"`
	Subjects       any `toml:"subjects"`
	TokenKey       any `toml:"token_key"`
	KeepMonths     any `toml:"keep_months"`
}

type hooksShape struct {
	SecretFile            any `toml:"secret_file"`
	ShopifySecretFile     any `toml:"shopify_secret_file"`
	WooCommerceSecretFile any `toml:"woocommerce_secret_file"`

	Out []outShape `toml:"out"`
}

type feedbackShape struct {
	Listen   any                 `toml:"listen"`
	Maildir  any                 `toml:"maildir"`
	SES      struct{ Topic any } `toml:"ses"`
	SendGrid struct {
		PublicKey any `toml:"public_key"`
	} `toml:"sendgrid"`
	Mailgun  secretShape `toml:"mailgun"`
	Postmark secretShape `toml:"postmark"`
	Brevo    secretShape `toml:"brevo"`
}

type secretShape struct {
	SecretFile any `toml:"secret_file"`
}

type dkimShape struct {
	Domain         any `toml:"domain"`
	Selector       any `toml:"selector"`
	KeyFile        any `toml:"key_file"`
	SecondSelector any `toml:"second_selector"`
	SecondKeyFile  any `toml:"second_key_file"`
}

type retryShape struct {
	First  any `toml:"first"`
	Max    any `toml:"max"`
	GiveUp any `toml:"give_up"`
}

type measureShape struct {
	WindowDays any `toml:"window_days"`
	Margin     any `toml:"margin"`
}

type roiShape struct {
	ReturnsDays any `toml:"returns_days"`
}

type pressureShape struct {
	MaxMessages any `toml:"max_messages"`
	Days        any `toml:"days"`
}
