// Package frame puts a screen together from lines: every function takes and
// gives lines of an exact width, so that a frame is w by h cells whatever is
// inside, and nothing is measured twice.
//
//	lines := frame.Stack(w, h,
//		[]string{frame.Title(th, w, "ROI", campaign, "CAUSAL")},
//		frame.Beside(left, w*3/5, right, w-w*3/5-1, " "),
//	)
//	lines = frame.Over(lines, w, dialogLines)                  // centred on top
//	return frame.Join(lines)                                   // what View returns
//
// Fit cuts and pads one line to a width; text may carry styles of the theme.
// Text from outside is expected sanitized (ui/safe), yet a control character
// left in it is shown as a space: a line stays a line.
package frame
