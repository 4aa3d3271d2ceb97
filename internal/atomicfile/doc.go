// Package atomicfile writes a file completely or not at all.
//
// Bytes go to a hidden temporary file in the directory of the target; Commit
// flushes and syncs it, renames it over the target and syncs the directory, so
// that a reader, or the machine after a crash, sees either the old content or
// the whole of the new one. Abort removes the temporary file and leaves the old
// content as it was.
//
//	Create(path) ── Write ... Write ──> Commit   path holds all that was written
//	                               └──> Abort    path is as it was before
//
// A program that stops early, by an error or a cancelled context, cleans up by
// deferring Abort right after Create: it does nothing after a Commit. The
// package keeps no list of open files and handles no signal.
//
// What cannot be replaced is written directly: "-" is the standard output, and
// a target that exists and is not a regular file (/dev/stdout, a fifo, a
// device) receives the bytes as they come.
//
// Cost: one copy through a 64 KiB buffer, two syncs and a rename a file.
package atomicfile
