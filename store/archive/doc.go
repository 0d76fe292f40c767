// Package archive turns a snapshot of a folder into one file, and back.
//
// A backup is a tar of the files of the snapshot, compressed (zstd), encrypted
// when keys or a passphrase are given (age), with a manifest at its end: counts,
// numbers of the last writes, end of the audit, SHA-256 of each file.
//
// What it promises:
//
//   - a backup has its name only when it is whole and on the disk;
//   - a restore is all or nothing: the files appear once every checksum, every
//     count and every record was compared, and a restore that was killed leaves
//     a folder without data, or one that the next opening completes;
//   - what was restored may not send (store.Upkeep.Disarm), and people who
//     were erased since the backup was made are erased again before anybody can
//     open the folder;
//   - the newest backup, and a file that it does not know, are never removed.
//
// What it refuses: a folder that has data, a backup cut short or changed, and
// names inside a backup that lead elsewhere.
//
// It knows the store by its contract alone: whoever calls says how a folder is
// opened. Read next: write.go, read.go, restore.go, keep.go.
package archive
