// Package archtest holds the shape of the project as tests: which package may
// import which, and how long a file may be.
package archtest
