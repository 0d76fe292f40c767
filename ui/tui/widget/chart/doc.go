// Package chart draws the figures of a campaign on the canvas of ntcharts:
// the cumulative curve with its confidence band, intervals on a common axis,
// sparklines. Each has a form without braille or line characters for a theme
// that asks for ASCII.
//
//	lines := chart.Curve(th, w, h, chart.CurveData{
//		Target:  []chart.Point{{Low: 0.1, Mid: 0.2, High: 0.3}, …},  // one per day
//		Blanche: []float64{0.1, …},                                  // always white
//		YLabel:  func(v float64) string { return p.Euros(v, 1) },
//		XLabel:  func(i int) string { return p.Int(i + 1) },
//	})
//	s := chart.FitScale(w, iv.Low, iv.High, 0, -1)
//	axis := chart.Axis(th, s, []chart.Mark{{At: 0, Label: "0"}, {At: -1, Label: "−100 %"}})
//	row := chart.Whisker(th, th.Good, s, iv, 0, -1)                  // ├────●────┤ and ┊ at the marks
//	spark := chart.Spark(th, th.Accent, 8, values)
//
// Lines are exactly as wide and as many as asked. Painting a curve costs about
// a millisecond: do it when its data changes, not in View, and share it
// between sessions of one theme and size.
package chart
