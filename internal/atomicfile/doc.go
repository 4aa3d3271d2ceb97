// Package atomicfile writes a file completely or not at all.
//
// Bytes go to a temporary file in the directory of the target; Commit flushes
// and syncs it, puts it in the place of the target and syncs the directory, so
// that a reader, or the machine after a crash, sees either the old content or
// the whole of the new one. Abort drops the temporary file and leaves the old
// content as it was.
//
//	Create(path) ── Write ... Write ──> Commit   path holds all that was written
//	                               └──> Abort    path is as it was before
//
// A program that stops early, by an error or a cancelled context, cleans up by
// deferring Abort right after Create: it does nothing after a Commit. The
// package keeps no list of open files and handles no signal.
//
// # A process that is killed
//
// On Linux the temporary file has no name (O_TMPFILE in open(2)), so that it ends
// with the process. Where the file system has no such files, and on other systems,
// it is ".NAME.0.tmp", or the next number that is free, and locked while it is
// written (flock(2)): Create removes those of the same target that nobody holds.
// Windows and file systems without locks keep what a killed process left.
//
// # A target that cannot be replaced at the end
//
// Create tells beforehand of a directory that takes no file. If the directory is
// gone or protected by the time of Commit, or the target has become a directory,
// what was written is whole and not lost: Commit puts it beside the target, or in
// [os.TempDir], and returns a [*KeptError] that says where.
//
// # Streams
//
// What cannot be replaced is written directly: "-" is the standard output, and
// a target that exists and is not a regular file (/dev/stdout, a fifo, a
// device) receives the bytes as they come.
//
// Cost: one copy through a 64 KiB buffer, two syncs and a rename a file.
package atomicfile
