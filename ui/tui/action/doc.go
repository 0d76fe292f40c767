// Package action makes what a person can do into data: one record gives the
// key, the line at the foot, the help, the command palette and the manual.
//
//	func (s *Screen) Actions() []action.Action {
//		return []action.Action{
//			action.New("campaign.pause", "p").Danger(action.Reversible).Off(s.whyNoPause),
//			action.New("campaign.launch", "P").Danger(action.Outgoing).Off(s.whyNoLaunch).Alias("envoyer", "send"),
//		}
//	}
//	typed, st := keys.Press(msg.String(), action.Global(), s.Actions())   // keys is an action.Keys
//	if st == action.Matched { switch typed.Action.ID { case "campaign.pause": … } }
//
// The label of "campaign.pause" is the catalogue key campaign.do.pause, the
// title of its group campaign.actions. Off returns why it is off, already in
// the session's language, or "" while it is on: an action that is off is shown
// with its reason and never returned by Press (st == action.Disabled).
//
// Keys are named as bubbletea names them ("p", "ctrl+p", "shift+tab", "f1",
// "space", "enter"); a sequence is written together ("gg"). Defaults can be
// typed on a French keyboard without AltGr and no action sits on a bare digit
// alone; Conflicts finds two actions on one key of one context.
//
// Read next: keys.go, palette.go, help.go.
package action
