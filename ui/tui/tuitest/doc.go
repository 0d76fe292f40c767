// Package tuitest plays the shell around one screen in a test: it gives the
// screen its keys as the dashboard would, runs its commands to their end, and
// compares what it draws with a golden file. Only tests import it.
//
//	d := tuitest.New(t, desk, "fr")                    // a fixed clock, no colours
//	d.Show(screen.Contacts, contacts.New(d.Session))   // Init, and its answers
//	d.Press("/", "é", "v", "enter")                    // keys; d.Type("Évrard") types a text
//	d.Golden("list", 80, 24)                           // testdata/list-80x24-fr.golden
//	d.Exact(60, 16)                                    // every line is exactly w cells
//	d.Sizes(); d.Storm(200)                            // at every size; random keys
//
// The sizes are those of the terminal; the screen gets what the shell leaves
// it. Goldens are written again with -update. Said, Errors and Gone are what
// the screen told the shell; Modal is the dialog in front, drawn over the page.
//
// Commands run one after the other in the test's goroutine, so nothing is ever
// waited for; Hold keeps them back, to press keys before an answer comes.
package tuitest
