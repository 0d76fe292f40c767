package empty

import (
	"blanche/ui/tui/action"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Lines is the page in exactly h lines of w cells: the sentence in the middle,
// under it the key of each action. The actions may be none.
func Lines(th *theme.Theme, words action.Words, w, h int, sentence string, actions ...action.Action) []string {
	text := frame.Wrap(sentence, min(w-4, 72))
	box := make([]string, 0, len(text)+1+len(actions))
	for _, l := range text {
		box = append(box, frame.Center(l, w))
	}
	for i, a := range actions {
		if i == 0 {
			box = append(box, frame.Blank(w))
		}
		if len(a.Keys) > 0 {
			key := th.Key.Render(action.KeyName(words, a.Keys[0]))
			box = append(box, frame.Center(key+" "+a.Label(words), w))
		}
	}
	above := max((h-len(box))/2, 0)
	return frame.Stack(w, h, frame.Block(nil, w, above), box)
}
