package bolt

// Schema is the version of the files that this engine writes. It migrates older
// ones and refuses newer ones.
const Schema = schema
