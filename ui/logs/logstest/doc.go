// Package logstest searches the logs of tests for people. A canary is an
// address that a test plants: canary-something@anything.example. Logger and
// Writer promise that a test fails when an address comes out of its log whole;
// Search says the same of files that a program left behind.
//
// With BLANCHE_TEST_LOGS set to a folder, everything written through Writer is
// kept there, so that a whole run of the tests can be searched once more from
// outside: canaries must be in none of it, and it must not be empty.
//
// Read next: logstest.go.
package logstest
