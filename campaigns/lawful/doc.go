// Package lawful keeps the rules that the law and the large mailbox providers
// set, as dated data: what holds, since when, where it stands, and when somebody
// last looked. The context changes; then a line is edited, and no program.
//
// What it promises: a rule at a date is the newest one in force that day; a file
// of the shop adds lines or replaces those of the same code and date; a line
// that nobody could check (no source, no date) is refused.
//
// What it refuses: to give advice. It helps to respect the rules that it knows;
// whether the shop does is for the shop to say.
//
// Read next: rules.toml (the rules), rules.go.
package lawful
