// Package cells checks the one promise of all widgets: exactly h lines of
// exactly w cells, whatever the size and the names. For tests only.
package cells
