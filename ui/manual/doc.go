// Package manual holds the pages of the manual, in French and in English: the
// same text under F1 in the dashboard and with `blanche manual`.
//
// It promises that every page exists in both languages. Pages are plain
// Markdown without HTML, so that they read well without a renderer, too.
//
// Read next: fr/start.md.
package manual
