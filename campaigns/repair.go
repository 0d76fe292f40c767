package campaigns

import "blanche/model"

// repairs are the places where the lines of the preflight that are found here
// are repaired, by code; those about the message say it themselves.
var repairs = map[string]model.Repair{
	"empty_audience": model.RepairAudience, "too_many": model.RepairAudience,
	"no_holdout": model.RepairHoldout, "holdout_small": model.RepairHoldout, "holdout_unknown": model.RepairHoldout,
	"universal_mailed": model.RepairHoldout, "low_power": model.RepairHoldout,
	"topic_none": model.RepairTopic, "topic_unknown": model.RepairTopic,
	"ab": model.RepairTest, "ab_nobody": model.RepairTest, "ab_no_clicks": model.RepairTest,
	"relay_down": model.RepairRelay, "public_down": model.RepairSender, // both in the settings
	"approval": model.RepairApproval,
}

// repaired says of each line where it is repaired.
func repaired(list *model.Checklist) {
	for i := range list.Lines {
		if l := &list.Lines[i]; l.Repair == "" {
			l.Repair = repairs[l.Code]
		}
	}
}
