package campaigns

import "blanche/model"

// repairs are the places where the lines of the preflight are repaired, by
// code. Lines about a place in the message are repaired there: see repairOf.
var repairs = map[string]model.Repair{
	"no_sender": model.RepairSender, "no_unsubscribe": model.RepairSender, "dkim_other_domain": model.RepairFrom,
	"placeholder_subject": model.RepairSubject, "empty_subject": model.RepairSubject,
	"unknown_variable": model.RepairBody, "unknown_filter": model.RepairBody, "template_syntax": model.RepairBody,
	"raw_not_last": model.RepairBody, "template_open": model.RepairBody, "template_moved": model.RepairBody,
	"tag_refused": model.RepairBody, "render_failed": model.RepairBody, "empty_value": model.RepairBody,
	"link_broken": model.RepairBody, "link_not_https": model.RepairBody, "empty_text": model.RepairBody,
	"too_large": model.RepairBody, "coupon_terms": model.RepairBody,
	"empty_audience": model.RepairAudience,
	"no_holdout":     model.RepairHoldout, "holdout_small": model.RepairHoldout, "holdout_unknown": model.RepairHoldout,
	"ab": model.RepairTest, "ab_nobody": model.RepairTest, "ab_no_clicks": model.RepairTest,
	"relay_down": model.RepairRelay,
	"approval":   model.RepairApproval,
}

// RepairOf is where a line of the preflight is repaired, empty for one that
// needs no repair.
func RepairOf(l *model.CheckLine) model.Repair {
	at := repairs[l.Code]
	switch place := argument(l.Args, "place"); {
	case at != model.RepairBody && at != model.RepairSubject:
		return at
	case l.Variant != "":
		return model.RepairTest // its words stand there
	case place == "subject":
		return model.RepairSubject
	}
	return at
}

// argument is a named value, nil without it.
func argument(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return nil
}

// repaired says of each line where it is repaired.
func repaired(list *model.Checklist) {
	for i := range list.Lines {
		l := &list.Lines[i]
		if l.Repair == "" {
			l.Repair = RepairOf(l)
		}
	}
}
