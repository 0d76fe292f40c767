package feedback

import (
	"strings"

	"blanche/model"
)

// automaticSubjects begin the subjects of machines that answer for somebody, in
// lower case: those that programs write when their owner wrote nothing.
var automaticSubjects = []string{
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto:", "auto response", "autoresponse", "auto-response",
	"out of office", "out of the office", "ooo:", "on vacation", "vacation", "away from my mail", "on leave", "i am away",
	"réponse automatique", "reponse automatique", "message automatique", "réponse auto", "absence du bureau",
	"absent du bureau", "absent", "absence", "en congé", "en conges", "en vacances", "congés", "message d'absence",
	"message d’absence", "accusé de réception", "accuse de reception",
}

// automatic recognises a machine that answers: by RFC 3834, by the headers of
// those who came before it, by subject.
func automatic(m *letter) (Reading, bool) {
	auto := strings.ToLower(firstWord(m.header.Get("Auto-Submitted")))
	precedence := strings.ToLower(m.header.Get("Precedence"))
	is := auto != "" && strings.TrimSuffix(auto, ";") != "no" ||
		precedence == "auto_reply" || precedence == "bulk" || precedence == "junk" || precedence == "list" ||
		strings.Contains(m.parameter("report-type"), "disposition-notification")
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress", "X-Vacation", "List-Id"} {
		is = is || m.header.Get(name) != ""
	}
	subject := strings.ToLower(strings.TrimSpace(m.header.Get("Subject")))
	for _, s := range automaticSubjects {
		is = is || strings.HasPrefix(subject, s)
	}
	return Reading{Nature: NatureAutomatic}, is
}

// reply recognises a person: the message answers another. What they say is not
// kept.
func reply(m *letter) (Reading, bool) {
	from := address(m.header.Get("From"))
	if from == "" || isDaemon(m) || m.returnedID() == "" {
		return Reading{}, false
	}
	f := Finding{Response: model.Response{Kind: model.ResponseReply}, Recipient: from}
	return Reading{Nature: NatureReply, Findings: []Finding{f}}, true
}
