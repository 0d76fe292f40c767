// Package inbox looks into a folder where other programs leave files, and says
// which are whole and what they are.
//
// What is promised:
//
//   - a file is given out once its size and time have not changed for a while; one
//     that is being written (.part, .tmp, a name that begins with a dot), a link, a
//     folder and a device never are;
//   - nothing outside the folder is ever opened, whatever a name says;
//   - a file that was dealt with leaves the folder for done/ or rejects/, beside
//     what says why, and takes the place of no other.
//
// What is refused: to know the store, the clock, or what is in a file.
//
// Read next: inbox.go.
package inbox
